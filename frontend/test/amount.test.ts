import assert from "node:assert/strict";
import { test } from "node:test";
import { amount } from "../src/lib/amount";

const named = (id: string, zh: string, en: string) => ({ id, label: { zh, en } });
const YUAN = named("unit:CCY_CNY", "元", "yuan");
const PERCENT = named("unit:PERCENT", "%", "percent");
const LEVEL = named("yho:level", "水平", "level");
const CHANGE = named("yho:change", "变化率", "change");
const OVER = named("yho:over", "超过", "over");

for (const [lang, given, expected] of [
  ["zh-Hans", { value: 115780000000, unit: YUAN, kind: LEVEL, bound: null }, "1,157.8亿元"],
  ["en", { value: 115780000000, unit: YUAN, kind: LEVEL, bound: null }, "115.78 billion yuan"],
  ["zh-Hans", { value: 26.1, unit: PERCENT, kind: CHANGE, bound: named("yho:exact", "确数", "exact") }, "+26.1%"],
  ["en", { value: -0.2, unit: PERCENT, kind: CHANGE, bound: null }, "−0.2%"],
  ["zh-Hans", { value: 10000000, unit: YUAN, kind: LEVEL, bound: OVER }, "超过1,000万元"],
  ["en", { value: "443", unit: null, kind: LEVEL, bound: OVER }, "over 443"],
  ["zh-Hans", { value: 1, unit: named("yho:rankUnit", "名次", "place in a ranking"), kind: null, bound: null }, "第1"],
  ["en", { value: null, unit: YUAN, kind: LEVEL, bound: null }, ""],
] as const) {
  test(`${lang}: ${expected || "no value"}`, () => {
    Object.assign(globalThis, { document: { documentElement: { lang } } });
    assert.equal(amount(given), expected);
  });
}
