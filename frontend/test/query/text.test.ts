import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { inLiteral } from "../../src/query/completing";
import { isNumeric, isTime, sorted } from "../../src/query/columns";
import { declaration, declared } from "../../src/query/prefixes";
import { asked, forget, remember } from "../../src/query/remembering";
import { snippet } from "../../src/query/snippets";
import { matching, written, type Term } from "../../src/query/vocabulary";
import type { Row } from "../../src/query/asking";

const INTEGER = "http://www.w3.org/2001/XMLSchema#integer";
/** What is hard to quote in one language or another. */
export const HARD = `# it's "quoted" \\ and \${more} \`here\` $HOME !! 100%
SELECT ("'''" AS ?a) ("\\"\\"" AS ?b) ('\\\\' AS ?c) ("青禾 )-\\" )--\\"" AS ?d) {}
# ends with """`;

test("declared prefixes are read, comments are not", () => {
  assert.deepEqual([...declared("prefix a: <urn:a>\n# PREFIX b: <urn:b>\nPREFIX : <urn:c>\n")], [["a", "urn:a"], ["", "urn:c"]]);
});

test("a declaration goes behind the others, or behind the header", () => {
  assert.deepEqual(declaration("PREFIX a: <urn:a>\nSELECT", "b", "urn:b"), { at: 18, insert: "PREFIX b: <urn:b>\n" });
  assert.deepEqual(declaration("# why\nASK {}", "b", "urn:b"), { at: 6, insert: "PREFIX b: <urn:b>\n" });
  assert.equal(declaration("PREFIX b: <urn:x>\n", "b", "urn:b"), undefined);
});

const term = (id: string, zh: string, en: string, uses = 0): Term => ({ iri: `urn:${id}`, id, kind: "concept", label: { zh, en }, uses });

test("terms are found by Chinese names, English names and ids, the closest first", () => {
  const terms = [term("yho:revenueShare", "收入占比", "share of revenue"), term("yho:revenue", "财政收入", "revenue", 3), term("yho:other", "别的", "other")];
  assert.deepEqual(matching(terms, "收入").map((each) => each.id), ["yho:revenueShare", "yho:revenue"]);
  assert.deepEqual(matching(terms, "revenue").map((each) => each.id), ["yho:revenue", "yho:revenueShare"]);
  assert.deepEqual(matching(terms, ""), []);
});

test("an IRI is written under the longest prefix, or in full where it cannot be", () => {
  const prefixes = { a: "urn:x/", b: "urn:x/y#" };
  assert.deepEqual(written("urn:x/y#z", prefixes), { text: "b:z", prefix: ["b", "urn:x/y#"] });
  assert.deepEqual(written("urn:x/a.b", prefixes), { text: "<urn:x/a.b>" });
});

for (const [text, expected] of [["SELECT # ", true], ['FILTER("', true], ["<http://a", true], ["?a < 3 && ", false], ["'a\\'", true], ["'a' ", false]] as const) {
  test(`${text} ${expected ? "ends" : "does not end"} in a literal`, () => assert.equal(inLiteral(text), expected));
}

const rows: Row[] = ["10", "9", undefined, "-1"].map((value) => ({ ...(value ? { n: { type: "literal", value, datatype: INTEGER } } : {}) }));

test("numbers are sorted by size, what is missing comes last", () => {
  const order = (descending: boolean) => sorted(rows, "n", descending, () => "").map((row) => row["n"]?.value);
  assert.deepEqual(order(false), ["-1", "9", "10", undefined]);
  assert.deepEqual(order(true), ["10", "9", "-1", undefined]);
  assert.ok(isNumeric(rows, "n"));
  assert.ok(!isNumeric(rows, "m"));
});

test("years and days are time", () => {
  assert.ok(isTime([{ t: { type: "literal", value: "2020" } }, { t: { type: "literal", value: "2020-01-02" } }], "t"));
  assert.ok(!isTime([{ t: { type: "literal", value: "20 km" } }], "t"));
});

class Store {
  private readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

test("what was asked is remembered once, the latest first, and can be forgotten", () => {
  const store = new Store() as unknown as Storage;
  for (let at = 0; at < 60; at++) remember(`ASK {} #${at}`, at, store);
  remember("ASK {} #30", 99, store);
  assert.equal(asked(store).length, 50);
  assert.deepEqual(asked(store)[0], { text: "ASK {} #30", at: 99 });
  store.setItem("yuanhui-kg.queries", '[{"x": 1}, null]');
  assert.deepEqual(asked(store), []);
  forget(store);
  assert.deepEqual(asked(store), []);
});

test("JavaScript reads the query as it is", () => {
  const program = snippet("JavaScript", `${HARD}\r\n`, "http://x/sparql").split(";\nconst answer")[0]!;
  assert.equal(new Function(`${program}; return query`)(), `${HARD}\r\n`);
});

test("a shell reads the query as it is", () => {
  const program = snippet("curl", HARD, "http://x/sparql").replace(/^curl .*? --data-urlencode /s, "printf %s ");
  assert.equal(spawnSync("sh", ["-c", program], { encoding: "utf8" }).stdout, `query=${HARD}`);
});

test("Python reads the query as it is", (it) => {
  const program = snippet("Python", `${HARD}\r\n"`, "http://x/sparql");
  const literal = /endpoint\.setQuery\((.*)\)\nfor/s.exec(program)![1]!;
  const done = spawnSync("python3", ["-c", `import sys\nsys.stdout.buffer.write(${literal}.encode())`], { encoding: "utf8" });
  if (done.error) return it.skip("no Python here");
  assert.equal(done.stdout, `${HARD}\r\n"`, done.stderr);
});

test("an R string ends where the query ends", () => {
  const [, dashes, text] = /r"(-*)\((.*)\)\1"\nanswer/s.exec(snippet("R", HARD, "http://x/sparql"))!;
  assert.equal(text, HARD);
  assert.ok(!HARD.includes(`)${dashes}"`));
});
