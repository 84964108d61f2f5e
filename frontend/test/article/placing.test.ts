// Copies, and where Python finds the spans in them: what this program must find too. tests/test_placing.py makes the file.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { normalised } from "../../src/article/folding";
import { place, type Document, type Span } from "../../src/article/placing";
import { sha256 } from "../../src/article/sha256";

interface Case {
  name: string;
  text: string;
  exact: boolean;
  places: ([number, number] | null)[];
}
interface Cases {
  document: Document;
  spans: Span[];
  folded: [string, string][];
  copies: Case[];
}

const file = process.env["PLACING_CASES"];
const cases: Cases | undefined = file ? (JSON.parse(readFileSync(file, "utf8")) as Cases) : undefined;
const digest = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
  test(`the digest of ${length} bytes is SHA-256's`, () => {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 7 + 3) & 255);
    assert.equal(sha256(bytes), digest(bytes));
  });
}

test("widths are folded, blanks and what is invisible left out", () => {
  assert.equal(normalised("\ufeff 青\u3000禾\u200b（１２％）\r\nｶﾞ 10²\u{1f600}"), "青禾(12%)カ\u309910²\u{1f600}");
});

const document: Document = { length: 6, normalised_length: 5, sha256: digest("甲乙。\n丙丁") };
const span = (id: string, start: number, end: number, text: string, more: Partial<Span> = {}): Span => ({
  id,
  start,
  end,
  sha256: digest(text),
  ...more,
});
const SPANS = [
  span("s1", 0, 3, "甲乙。", { is_sentence: true }),
  span("n1", 1, 2, "乙", { sentence: "s1" }),
  span("s2", 4, 6, "丙丁", { is_sentence: true }),
];

test("the text itself is exact", () => {
  assert.deepEqual(place("甲乙。\n丙丁", document.sha256, document, SPANS), {
    status: "exact",
    places: [[0, 3], [1, 2], [4, 6]],
    lost: 0,
  });
});

test("a copy with other blanks is realigned", () => {
  const found = place("甲 乙。丙丁", "another", document, SPANS);
  assert.deepEqual(found, { status: "realigned", places: [[0, 4], [2, 3], [4, 6]], lost: 0 });
});

test("another text is wrong", () => {
  assert.equal(place("子丑寅卯", "another", document, SPANS).status, "wrong");
});

test("every case of Python's", { skip: cases ? false : "tests/test_placing.py gives the cases" }, async (all) => {
  assert.ok(cases);
  for (const [character, usual] of cases.folded) assert.equal(normalised(character), usual, escape(character));
  assert.ok(cases.copies.length > 10);
  for (const each of cases.copies) {
    await all.test(each.name, () => {
      const bytes = each.exact ? cases.document.sha256 : digest(each.text);
      assert.deepEqual(place(each.text, bytes, cases.document, cases.spans).places, each.places);
    });
  }
});
