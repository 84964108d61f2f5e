import assert from "node:assert/strict";
import { test } from "node:test";
import { words, type Words } from "../src/lib/page";

const HELLO: Words<"hello"> = { zh: { hello: "你好" }, en: { hello: "Hello" } };

for (const [lang, expected] of [["zh-Hans", "你好"], ["en", "Hello"], ["fr", "Hello"]] as const) {
  test(`a page in ${lang} has its words`, () => {
    Object.assign(globalThis, { document: { documentElement: { lang } } });
    assert.equal(words(HELLO).hello, expected);
  });
}
