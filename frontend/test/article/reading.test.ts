import assert from "node:assert/strict";
import { test } from "node:test";
import { range } from "../../src/article/fragment";
import { runs } from "../../src/article/marking";
import { opened } from "../../src/article/opening";

for (const [fragment, expected] of [
  ["#char=10,20", { start: 10, end: 20 }],
  ["#char=10,20;length=9876", { start: 10, end: 20 }],
  ["#char=7", { start: 7, end: 7 }],
  ["#char=,5", { start: 0, end: 5 }],
  ["#char=5,", { start: 5 }],
  ["#char=", undefined],
  ["#char=,", undefined],
  ["#line=1,2", undefined],
  ["#char=1,2,3", undefined],
  ["#char=99999999999", undefined],
  ["", undefined],
] as const) {
  test(`${fragment || "nothing"} as a place`, () => assert.deepEqual(range(fragment), expected));
}

test("overlapping places are cut into runs, the shortest place first", () => {
  assert.deepEqual(runs(10, [[0, 6], [2, 4], null, [3, 8], [5, 5]]), [
    { start: 0, end: 2, holds: [0] },
    { start: 2, end: 3, holds: [1, 0] },
    { start: 3, end: 4, holds: [1, 3, 0] },
    { start: 4, end: 6, holds: [3, 0] },
    { start: 6, end: 8, holds: [3] },
    { start: 8, end: 10, holds: [] },
  ]);
});

test("a text without places is one run, an empty text none", () => {
  assert.deepEqual(runs(3, []), [{ start: 0, end: 3, holds: [] }]);
  assert.deepEqual(runs(0, []), []);
});

const encoding = (bytes: number[] | Uint8Array): string => {
  const found = opened("a.txt", Uint8Array.from(bytes));
  return typeof found === "string" ? found : `${found.encoding}:${found.text}`;
};

test("UTF-8, GB 18030, Big5 and UTF-16 with its mark are read", () => {
  assert.equal(encoding([0xab, 0x43, 0xa5, 0xdd, 0xa1, 0x41, 0xbb, 0x50, 0xa7, 0x41, 0xa1, 0x43]), "big5:青禾，與你。");
  assert.equal(encoding(new TextEncoder().encode("青禾")), "utf-8:青禾");
  assert.equal(encoding([0xc7, 0xe0, 0xba, 0xcc]), "gb18030:青禾");
  assert.equal(encoding([0xff, 0xfe, 0x52, 0x97]), "utf-16le:\ufeff青");
  assert.equal(encoding([0xef, 0xbb, 0xbf, 0x61]), "utf-8:\ufeffa");
});

test("what is no text is refused", () => {
  assert.equal(encoding([]), "empty");
  assert.equal(encoding([32, 10]), "empty");
  assert.equal(encoding([0x89, 0x50, 0x4e, 0x47, 0, 0, 0xff, 0xff]), "binary");
  assert.equal(opened("a", new Uint8Array(20 * 1024 * 1024 + 1)), "large");
});
