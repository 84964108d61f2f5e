// What the columns of an answer hold: numbers, names, years; and rows in another order.

import type { Row, Value } from "./asking";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(
  ["integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt", "unsignedLong"].map((name) => XSD + name),
);
const TIME = /^-?\d{4}(?:-\d\d){0,2}(?:T.*)?$/;

/** A value's number; `undefined` where it is none. */
export function number(value: Value | undefined): number | undefined {
  if (!value?.datatype || !NUMBERS.has(value.datatype)) return undefined;
  const found = Number(value.value);
  return Number.isFinite(found) ? found : undefined;
}

/** All IRIs in some rows, as often as they come. */
export function iris(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => Object.values(row).flatMap((value) => (value?.type === "uri" ? [String(value.value)] : [])));
}

/** Whether a column holds numbers and nothing else. */
export function isNumeric(rows: readonly Row[], variable: string): boolean {
  const values = rows.map((row) => row[variable]).filter((value) => value !== undefined);
  return values.length > 0 && values.every((value) => number(value) !== undefined);
}

/** Whether a column holds years or days. */
export function isTime(rows: readonly Row[], variable: string): boolean {
  const values = rows.map((row) => row[variable]).filter((value) => value !== undefined);
  return values.length > 0 && values.every((value) => value.type === "literal" && TIME.test(String(value.value)));
}

/** Rows by a column: numbers by size, the rest by `text`; what is missing comes last either way. */
export function sorted(rows: readonly Row[], variable: string, descending: boolean, text: (value: Value) => string): Row[] {
  const collator = new Intl.Collator("zh-Hans-CN", { numeric: true });
  const sign = descending ? -1 : 1;
  const keyed = rows.map((row) => {
    const value = row[variable];
    return { row, missing: !value, number: number(value), text: value ? text(value) : "" };
  });
  keyed.sort((a, b) => {
    if (a.missing || b.missing) return Number(a.missing) - Number(b.missing);
    if (a.number !== undefined && b.number !== undefined) return sign * (a.number - b.number);
    if (a.number !== undefined || b.number !== undefined) return a.number !== undefined ? -1 : 1;
    return sign * collator.compare(a.text, b.text);
  });
  return keyed.map(({ row }) => row);
}
