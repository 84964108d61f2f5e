// A copy of a text, as its code points and as its normalised text, with the way back: as in yuanhui_kg/alignment.py.

import { folded } from "./folding";
import { words } from "./sha256";

/** Half-open pieces of a copy's normalised text that make up a passage, in order. */
export type Pieces = readonly (readonly [number, number])[];

const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/** All offsets count Unicode code points, as the graph's do, and not UTF-16 units. */
export class Copy {
  readonly text: readonly string[];
  /** Where each character of the normalised text stands in the text. */
  readonly offsets: readonly number[];
  /** Where lines that are not blank begin in the normalised text, and its end. */
  readonly lineStarts: readonly number[];
  private readonly plain: Encoded;
  private readonly blankless: Encoded;

  constructor(text: string) {
    this.text = Array.from(text);
    const plain: string[] = [];
    const offsets: number[] = [];
    for (const [offset, character] of this.text.entries()) {
      const usual = folded(character);
      if (usual) {
        plain.push(usual);
        offsets.push(offset);
      }
    }
    this.offsets = offsets;
    this.plain = new Encoded(plain);
    this.blankless = new Encoded(offsets.map((offset) => this.text[offset]!));
    this.lineStarts = this.lines(text);
  }

  /** How many characters the normalised text has. */
  get length(): number {
    return this.offsets.length;
  }

  /** Whether some pieces, taken together, have this digest: with widths folded, or as they are printed. */
  has(digest: string, pieces: Pieces): boolean {
    const plain = this.plain.bytes(pieces);
    if (is(plain, digest)) return true;
    const printed = this.blankless.bytes(pieces);
    return !same(plain, printed) && is(printed, digest);
  }

  private lines(text: string): number[] {
    const starts = new Set<number>([this.length]);
    let units = 0;
    let points = 0;
    const begin = (at: number): void => {
      points += Array.from(text.slice(units, at)).length;
      units = at;
      if (at < text.length) starts.add(firstAtLeast(this.offsets, points));
    };
    begin(0);
    for (const end of text.matchAll(LINE_END)) begin(end.index + end[0].length);
    return [...starts].sort((a, b) => a - b);
  }
}

/** Characters as UTF-8, any run of which can be had without encoding it again. */
class Encoded {
  private readonly all: Uint8Array;
  private readonly starts: Uint32Array;

  constructor(characters: readonly string[]) {
    const encoder = new TextEncoder();
    this.all = encoder.encode(characters.join(""));
    this.starts = new Uint32Array(characters.length + 1);
    for (const [index, character] of characters.entries()) {
      const code = character.codePointAt(0) ?? 0;
      this.starts[index + 1] = this.starts[index]! + (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
    }
  }

  bytes(pieces: Pieces): Uint8Array {
    const parts = pieces.map(([start, end]) => this.all.subarray(this.starts[start], this.starts[end]));
    if (parts.length === 1) return parts[0]!;
    const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** Whether bytes have a digest (hexadecimal), of which the first word tells nearly always. */
function is(bytes: Uint8Array, digest: string): boolean {
  const found = words(bytes);
  for (let index = 0; index < 8; index++) {
    if (found[index] !== (parseInt(digest.slice(8 * index, 8 * index + 8), 16) | 0)) return false;
  }
  return digest.length === 64;
}

/** The index of the first of some ascending numbers that is at least `value` (bisect_left). */
export function firstAtLeast(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the first of some ascending numbers that is greater than `value` (bisect_right). */
export function firstAbove(numbers: readonly number[], value: number): number {
  return firstAtLeast(numbers, value + 1); // whole numbers
}
