import assert from "node:assert/strict";
import { test } from "node:test";
import { document as asDocument, escaped, gexf, graphml, opened, svg, type Drawn } from "../src/explore/files";
import { firmness, Graph, type Relation, type Term, type Thing } from "../src/explore/graph";
import { firstOf, groupsOf } from "../src/explore/groups";
import { circles, ladders, levels, seeded } from "../src/explore/layouts";
import { Fills, short } from "../src/explore/look";
import { picture } from "../src/explore/picture";
import { settle } from "../src/explore/forces";
import { EMPTY, History, read, written, type State } from "../src/explore/state";

const term = (id: string): Term => ({ iri: `http://e/${id}`, id, label: { zh: `${id}号`, en: id } });
const thing = (id: string, type = "town", degree = 1): Thing => ({ ...term(id), type: term(type), degree });
const relation = (source: string, predicate: string, target: string, modality: string | null = "asserted", prospect = false): Relation => ({
  source: `http://e/${source}`,
  target: `http://e/${target}`,
  predicate: term(predicate),
  modality,
  prospect,
  evidence: [{ start: 1, end: 4 }],
  statement: null,
});
const iris = (...ids: string[]) => ids.map((id) => `http://e/${id}`);

function graph(things: Thing[], relations: Relation[]): Graph {
  const found = new Graph();
  found.add({ nodes: things, edges: relations });
  return found;
}

/** A hub with 100 towns and 20 firms around it. */
function hub(): Graph {
  const around = Array.from({ length: 120 }, (_, index) => thing(`n${index}`, index < 100 ? "town" : "firm", index));
  return graph([thing("hub", "city", 120), ...around], around.map(({ id }) => relation(id, "within", "hub")));
}

/** Three rungs: two villages in a town in a city; a firm beside. */
function ladder(): Graph {
  return graph(
    [thing("city", "city"), thing("town"), thing("v1", "village"), thing("v2", "village"), thing("firm", "firm")],
    [relation("town", "within", "city"), relation("v1", "within", "town"), relation("v2", "within", "town"), relation("firm", "likes", "v1"), relation("firm", "likes", "v2")],
  );
}

const state = (change: Partial<State>): State => ({ ...EMPTY, ...change });

test("a relation is as firm as the exports say", () => {
  assert.equal(firmness(relation("a", "p", "b", "asserted")), "asserted");
  assert.equal(firmness(relation("a", "p", "b", "asserted", true)), "prospect");
  assert.equal(firmness(relation("a", "p", "b", "planned")), "prospect");
  assert.equal(firmness(relation("a", "p", "b", null)), "unstated");
});

test("the same relation fetched twice is one", () => {
  const found = ladder();
  found.add({ nodes: [], edges: [relation("town", "within", "city")] });
  assert.equal(found.of("http://e/city").length, 1);
});

test("what surrounds a hub is grouped by relation and kind, the largest first", () => {
  const groups = groupsOf(hub(), "http://e/hub", new Set(iris("hub", "n3")), new Set(iris("n4")));
  assert.deepEqual(groups.map((group) => [group.type?.id, group.members.length, group.outward]), [["town", 98, false], ["firm", 20, false]]);
  assert.equal(groups[0]?.members[0], "http://e/n99");
});

test("of a hub come a few of each group, of others all", () => {
  const groups = groupsOf(hub(), "http://e/hub", new Set(iris("hub")), new Set());
  assert.equal(firstOf(groups).length, 16);
  assert.equal(firstOf(groups).filter((iri) => Number(iri.slice(10)) >= 100).length, 8);
  assert.equal(firstOf(groups.slice(1)).length, 20);
  assert.deepEqual(firstOf([]), []);
});

test("bubbles stand for all that is not shown", () => {
  const { bubbles } = picture(hub(), state({ shown: iris("hub", "n1"), expanded: iris("hub") }));
  assert.equal(bubbles.reduce((sum, bubble) => sum + bubble.count, 0), 119);
});

test("what is filtered out is counted but not drawn", () => {
  const shown = iris("city", "town", "v1", "v2", "firm");
  const found = picture(ladder(), state({ shown, offTypes: iris("village"), offPredicates: iris("likes") }));
  assert.deepEqual(found.things.map((one) => one.id), ["city", "town", "firm"]);
  assert.equal(found.lines.length, 1);
  assert.deepEqual(found.types.map((one) => [one.term.id, one.count, one.off]), [["village", 2, true], ["city", 1, false], ["firm", 1, false], ["town", 1, false]]);
});

test("relations between the same two things are bent apart, whichever way they go", () => {
  const found = picture(graph([thing("a"), thing("b")], [relation("a", "p", "b"), relation("b", "q", "a")]), state({ shown: iris("a", "b") }));
  assert.deepEqual(found.lines.map((line) => line.bend), [-0.5, -0.5]); // measured along each, thus on two sides
});

test("levels go by the relation that makes the longest chains", () => {
  const found = picture(ladder(), state({ shown: iris("city", "town", "v1", "v2", "firm") }));
  assert.deepEqual(ladders(found).map((one) => one.id), ["within", "likes"]);
  const { places } = levels(found, "http://e/within");
  const column = (id: string) => places.get(`http://e/${id}`)?.[0] ?? NaN;
  assert.ok(column("city") < column("town") && column("town") < column("v1") && column("v1") < column("firm"));
  assert.equal(places.size, 5);
});

test("rings of relations have levels too", () => {
  const ring = graph([thing("a"), thing("b"), thing("c")], [relation("a", "p", "b"), relation("b", "p", "c"), relation("c", "p", "a"), relation("a", "p", "a")]);
  assert.equal(levels(picture(ring, state({ shown: iris("a", "b", "c") })), "http://e/p").places.size, 3);
});

test("a ladder of thousands of rungs is no problem", () => {
  const things = Array.from({ length: 3000 }, (_, index) => thing(`n${index}`));
  const long = graph(things, things.slice(1).map((one, index) => relation(one.id, "p", `n${index}`)));
  assert.equal(levels(picture(long, state({ shown: things.map((one) => one.iri) })), "http://e/p").places.size, 3000);
});

test("circles do not overlap, and hold each thing once", () => {
  const found = picture(hub(), state({ shown: [...hub().things.keys()] }));
  for (const by of [null, "http://e/within"]) {
    const { places, zones } = circles(found, by);
    assert.equal(places.size, 121);
    zones.forEach((a, index) => zones.slice(0, index).forEach((b) => assert.ok(Math.hypot(a.x - b.x, a.y - b.y) >= a.radius + b.radius)));
  }
});

test("nothing to lay out is no error", () => {
  const found = picture(new Graph(), EMPTY);
  assert.deepEqual(ladders(found), []);
  assert.equal(levels(found, null).places.size + circles(found, null).places.size + seeded(found, new Map()).size, 0);
});

test("forces leave pinned things where they are and part the others", () => {
  const things = Float32Array.from([10, 20, 15, 1, 11, 20, 15, 0]);
  const places = [...settle({ number: 1, things, lines: Uint32Array.from([0, 1]), gently: false })].at(-1);
  assert.deepEqual([places?.[0], places?.[1]], [10, 20]);
  assert.ok(Math.hypot((places?.[2] ?? 0) - 10, (places?.[3] ?? 0) - 20) > 60);
});

test("history goes back and forth, and forgets what was undone once something else is done", () => {
  const history = new History(EMPTY, 2);
  for (const name of ["a", "b", "c"]) history.push(state({ shown: [name] }));
  assert.ok(history.undo() && history.undo());
  assert.ok(!history.undo());
  assert.deepEqual(history.now.shown, ["a"]);
  assert.ok(history.redo());
  history.push(EMPTY);
  assert.ok(!history.canRedo);
});

test("an address tells the whole state", async () => {
  const told = state({
    shown: iris("a", "b", "c"), expanded: iris("b"), hidden: iris("d"), pinned: new Map([["http://e/c", [5, -6]]]),
    offTypes: iris("town"), offPredicates: iris("p"), offFirmness: ["prospect"], layout: "circles", by: "http://e/p", path: ["http://e/a", "http://e/c"],
  });
  const places = new Map([["http://e/a", [1.4, 2] as const], ["http://e/b", [3, 4] as const], ["http://e/c", [5, -6] as const]]);
  const found = await read(`#${await written(told, places)}`);
  assert.deepEqual(found?.state, told);
  assert.deepEqual(found?.places.get("http://e/a"), [1, 2]);
});

test("of many things an address tells the pinned places alone", async () => {
  const shown = Array.from({ length: 500 }, (_, index) => `http://e/${index}`);
  const found = await read(await written(state({ shown, pinned: new Map([["http://e/7", [1, 2]]]) }), new Map()));
  assert.equal(found?.state.shown.length, 500);
  assert.deepEqual([...(found?.places ?? [])], [["http://e/7", [1, 2]]]);
});

for (const broken of ["", "#", "#g=", "#g=A", "#g=!!!!", "#other", `#g=${"A".repeat(999)}`]) {
  test(`the address ${broken.slice(0, 12)} tells nothing`, async () => assert.equal(await read(broken), undefined));
}

test("an address that unpacks to far too much is not read", async () => {
  const huge = await written(state({ shown: ["a".repeat(5_000_000)] }), new Map());
  assert.ok(huge.length < 50_000);
  assert.equal(await read(huge), undefined);
});

function drawn(label = "<b>&\"'\u0000"): Drawn {
  const evil = { ...thing("evil"), label: { zh: label, en: label } };
  const found = graph([evil, thing("b")], [relation("evil", "p", "b", "planned")]);
  const shown = iris("evil", "b");
  return { picture: picture(found, state({ shown })), places: new Map([["http://e/evil", [0, 0]], ["http://e/b", [100, 50]]]), zones: [], beside: false };
}

test("names of strangers are text in every file", () => {
  const captions = { title: "<i>", source: "&", firmness: { asserted: "a", inferred: "i", prospect: "p", unstated: "u" } };
  for (const file of [graphml(drawn()), gexf(drawn(), new Fills(), "zh"), svg(drawn(), [-50, -50, 150, 100], new Fills(), "zh", captions)]) {
    assert.ok(!/<[bi]>|\u0000/.test(file));
    assert.ok(file.includes("&#60;b&#62;&#38;"));
  }
  assert.equal(escaped("中文 😀"), "中文 😀");
});

test("a file that was written is opened again", () => {
  const before = drawn();
  const after = opened(asDocument(before));
  assert.deepEqual(after?.nodes.map((one) => one.iri), iris("evil", "b"));
  assert.deepEqual(after?.edges, before.picture.lines.map((line) => line.relation));
  assert.deepEqual(after?.places.get("http://e/b"), [100, 50]);
});

for (const text of ["", "[]", "null", '{"form":"yuanhui-kg explored graph"}', '{"form":"yuanhui-kg explored graph","nodes":[null,{"iri":1}],"edges":[7]}']) {
  test(`${text || "nothing"} is not opened`, () => assert.equal(opened(text), undefined));
}

test("names are cut by their width", () => {
  assert.equal(short("一二三四五六", 4), "一二三四…");
  assert.equal(short("abcdefgh", 4), "abcdefgh");
});
