// Where the passages of a text stand in another copy of it, by their digests: yuanhui_kg/alignment.py in TypeScript, which
// explains it. A test gives both the same copies.

import { firstAbove, firstAtLeast, type Copy, type Pieces } from "./copy";

const REACH = 600; // how far ahead of where it is expected a passage is looked for, in characters
const LINES = 4; // lines of a page's foot and head that may break a passage
const ANCHOR = 6; // shorter passages are found only where they are expected: they recur by chance
const DIGESTS = 300_000; // what a search may cost, beside ten for each character of the copy

/** A passage of the original: half-open offsets, and digest and length of its normalised text. */
export interface Passage {
  start: number;
  end: number;
  digest: string;
  length: number;
}

type Place = Pieces | undefined;

/** Where passages, which are in order and do not overlap, stand in the copy's normalised text. */
export function align(copy: Copy, passages: readonly Passage[], length: number | null, leftOut: number | null): Place[] {
  const search = new Search(copy, passages, gaps(passages, length, leftOut));
  search.follow();
  search.mend();
  return search.places;
}

/** How much text the original may have before each passage, and behind the last. */
function gaps(passages: readonly Passage[], length: number | null, leftOut: number | null): number[] {
  const ends = [0, ...passages.map((passage) => passage.end)];
  const starts = [...passages.map((passage) => passage.start), length ?? ends.at(-1)!];
  const most = passages.length && (leftOut ?? starts.reduce((a, b) => Math.max(a, b), 0));
  return starts.map((start, index) => Math.min(most, Math.max(0, start - ends[index]!)));
}

class Search {
  readonly places: Place[];
  private left: number;
  private readonly taken: Uint8Array;

  constructor(
    private readonly copy: Copy,
    private readonly passages: readonly Passage[],
    private readonly gaps: readonly number[],
  ) {
    this.places = new Array<Place>(passages.length).fill(undefined);
    this.left = DIGESTS + 10 * copy.length;
    this.taken = new Uint8Array(copy.length);
  }

  /** Place the passages in the order of the text. */
  follow(): void {
    let index = 0;
    let cursor = 0;
    let lost = 0;
    while (index < this.passages.length) {
      const found = this.expected(index, cursor) ?? this.nearest(index, cursor, REACH + lost);
      if (!found) {
        lost += this.passages[index++]!.length;
        continue;
      }
      this.take(...found);
      cursor = found[1].at(-1)![1];
      lost = 0;
      index = found[0] + 1;
    }
  }

  /** The passage right behind the one before it, or behind as much as the graph leaves out between them. */
  private expected(index: number, cursor: number): [number, Pieces] | undefined {
    const length = this.passages[index]!.length;
    for (let start = cursor; start <= cursor + this.gaps[index]!; start++) {
      if (this.is(index, [[start, start + length]])) return [index, [[start, start + length]]];
    }
    const pieces = this.broken(index, cursor);
    return pieces && [index, pieces];
  }

  /** The least step ahead, in the copy or in the passages, after which they agree again. */
  private nearest(index: number, cursor: number, reach: number): [number, Pieces] | undefined {
    for (const [start, later] of this.steps(index, cursor, reach)) {
      if (this.left <= 0) return undefined;
      const length = this.passages[later]!.length;
      if (length >= ANCHOR && this.is(later, [[start, start + length]])) return [later, [[start, start + length]]];
      if (later <= index + 1 && this.beginsLine(start)) {
        const pieces = this.broken(later, start);
        if (pieces) return [later, pieces];
      }
    }
    return undefined;
  }

  /** Pairs of a place in the copy and a passage, by how much of either must be passed over to get there. */
  private *steps(index: number, cursor: number, reach: number): Generator<[number, number]> {
    const passed = [0]; // of the passages from `index` on
    for (const passage of this.passages.slice(index, index + reach)) {
      passed.push(passed.at(-1)! + passage.length);
      if (passed.at(-1)! > reach) break;
    }
    const steps = passed.slice(0, -1).filter((length) => length <= reach);
    for (let cost = 0; cost <= reach; cost++) {
      const counts = firstAbove(steps, cost);
      for (let count = 0; count < counts; count++) {
        if (steps[count] === cost) for (let ahead = cost; ahead >= 0; ahead--) yield [cursor + ahead, index + count];
        else yield [cursor + cost, index + count];
      }
    }
  }

  /** The passage from `start` on with whole lines inside that are not its own. */
  private broken(index: number, start: number): Pieces | undefined {
    const length = this.passages[index]!.length;
    const lines = this.copy.lineStarts;
    const last = firstAtLeast(lines, start + length);
    for (let number = firstAbove(lines, start); number < last; number++) {
      const at = lines[number]!;
      for (const behind of lines.slice(number + 1, number + 1 + LINES)) {
        const pieces: Pieces = [
          [start, at],
          [behind, behind + length - (at - start)],
        ];
        if (this.is(index, pieces)) return pieces;
      }
    }
    return undefined;
  }

  private beginsLine(start: number): boolean {
    return this.copy.lineStarts[firstAtLeast(this.copy.lineStarts, start)] === start;
  }

  /** Look for what was not found beside what was, then in all that is left of the copy. */
  mend(): void {
    const numbers = this.places.map((_, index) => index);
    const ways: [(index: number) => Place, number[]][] = [
      [(index) => this.beside(index), numbers],
      [(index) => this.beside(index), numbers.toReversed()],
      [(index) => this.anywhere(index), numbers],
    ];
    for (const [look, order] of ways) {
      for (const index of order) {
        const found = this.places[index] ? undefined : look(index);
        if (found) this.take(index, found);
      }
    }
  }

  /** Between its neighbours, or next to the one that was found: even a short passage is sure there. */
  private beside(index: number): Place {
    const [start, end] = neighbours(this.copy, this.places, index);
    const length = this.passages[index]!.length;
    const first = start ?? (end ?? 0) - length;
    const last = end === undefined ? first : end - length;
    if (first < 0 || last - first > REACH) return undefined;
    for (let at = first; at <= last; at++) if (this.is(index, [[at, at + length]])) return [[at, at + length]];
    return undefined;
  }

  private anywhere(index: number): Place {
    const length = this.passages[index]!.length;
    if (length < ANCHOR || this.left < this.copy.length) return undefined;
    let start = 0;
    while (start + length <= this.taken.length) {
      const last = this.taken.subarray(start, start + length).lastIndexOf(1);
      if (last >= 0) start += last + 1;
      else if (this.is(index, [[start, start + length]])) return [[start, start + length]];
      else start++;
    }
    return undefined;
  }

  private is(index: number, pieces: Pieces): boolean {
    if (pieces.at(-1)![1] > this.copy.length) return false;
    if (pieces.some(([start, end]) => this.taken.subarray(start, end).includes(1))) return false;
    this.left--;
    return this.copy.has(this.passages[index]!.digest, pieces);
  }

  private take(index: number, pieces: Pieces): void {
    this.places[index] = pieces;
    for (const [start, end] of pieces) this.taken.fill(1, start, end);
  }
}

/** Where the passage before ends and the one behind begins in the copy; `undefined` where that was not found. */
export function neighbours(copy: Copy, places: readonly Place[], index: number): [number | undefined, number | undefined] {
  const before = index ? places[index - 1]?.at(-1)?.[1] : 0;
  const behind = index + 1 < places.length ? places[index + 1]?.[0]?.[0] : copy.length;
  return [before, behind];
}
