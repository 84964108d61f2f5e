// Where the spans that the graph cites stand in a reader's copy: yuanhui_kg/verify.py in TypeScript.

import { align, neighbours, type Passage } from "./alignment";
import { Copy, firstAbove, type Pieces } from "./copy";
import { sha256 } from "./sha256";

/** A span as the service tells it; offsets are code points of the text that was marked up. */
export interface Span {
  id: string;
  start: number;
  end: number;
  sha256: string | null;
  normalised?: { sha256: string; length: number };
  sentence?: string;
  is_sentence?: boolean;
  /** What is printed here is a number of these figures. */
  figures?: readonly unknown[];
}

export interface Document {
  length: number | null;
  normalised_length: number | null;
  sha256: string;
}

/**
 * `exact`: this is the file that was marked up, byte for byte. `realigned`: another copy in which all spans stand.
 * `partly`: some are missing. `wrong`: most are.
 */
export type Status = "exact" | "realigned" | "partly" | "wrong";

export interface Placed {
  status: Status;
  /** Offsets (code points) in the copy of each span, in the order given; `null`: not found. */
  places: ([number, number] | null)[];
  /** How many spans were not found. */
  lost: number;
}

/**
 * @param digest SHA-256 of the file's bytes
 */
export function place(text: string, digest: string, document: Document, spans: readonly Span[]): Placed {
  const exact = digest === document.sha256;
  const places = exact ? inOriginal(text, spans) : new Aligned(new Copy(text), document, spans).all();
  const lost = places.filter((found) => !found).length;
  const status = lost > spans.length / 2 ? "wrong" : lost ? "partly" : exact ? "exact" : "realigned";
  return { status, places, lost };
}

function inOriginal(text: string, spans: readonly Span[]): ([number, number] | null)[] {
  const characters = Array.from(text);
  const encoder = new TextEncoder();
  return spans.map(({ start, end, sha256: digest }) => {
    const printed = characters.slice(start, end).join("");
    return digest && sha256(encoder.encode(printed)) === digest ? [start, end] : null;
  });
}

const plainDigest = (span: Span): string => span.normalised?.sha256 ?? span.sha256 ?? "";
const plainLength = (span: Span): number => span.normalised?.length ?? span.end - span.start;

/** A document's sentences aligned with a copy, and its spans found by them. */
class Aligned {
  private readonly units: Span[];
  private readonly starts: number[];
  private readonly found: (Pieces | undefined)[];
  private readonly sentences: Map<string, Span>;

  constructor(
    private readonly copy: Copy,
    document: Document,
    private readonly spans: readonly Span[],
  ) {
    this.sentences = new Map(spans.map((span) => [span.id, span]));
    this.units = units(spans);
    this.starts = this.units.map((unit) => unit.start);
    const passages: Passage[] = this.units.map((unit) => ({
      start: unit.start,
      end: unit.end,
      digest: plainDigest(unit),
      length: plainLength(unit),
    }));
    const known = passages.reduce((sum, passage) => sum + passage.length, 0);
    const leftOut = document.normalised_length === null ? null : Math.max(0, document.normalised_length - known);
    this.found = align(copy, passages, document.length, leftOut);
  }

  all(): ([number, number] | null)[] {
    return this.spans.map((span) => this.find(span));
  }

  private find(span: Span): [number, number] | null {
    if (!span.sha256) return null;
    const sentence = span.sentence === undefined ? undefined : this.sentences.get(span.sentence);
    if (sentence && !(sentence.start <= span.start && span.start < sentence.end)) return null;
    const number = firstAbove(this.starts, span.start) - 1;
    if (number < 0 || span.start >= this.units[number]!.end) return null;
    const pieces = this.found[number];
    return pieces ? this.inFound(span, number, pieces) : this.inChanged(span, number);
  }

  /** A span in a sentence that was found whole: it must stand in it where the graph says. */
  private inFound(span: Span, number: number, pieces: Pieces): [number, number] | null {
    const indices = this.indices(number, pieces, span);
    const first = span.start - this.units[number]!.start;
    for (let start = first; start >= Math.max(0, first - this.slack(number)); start--) {
      const found = this.stands(indices, start, span);
      if (found) return found;
    }
    return null;
  }

  /** How much white space stands somewhere in a sentence of the original. */
  private slack(number: number): number {
    const unit = this.units[number]!;
    return Math.max(0, unit.end - unit.start - plainLength(unit));
  }

  /** A sentence's characters in the copy's normalised text, and those of the next as far as the span reaches. */
  private indices(number: number, pieces: Pieces, span: Span): number[] {
    const indices = listed(pieces);
    const needed = span.start - this.units[number]!.start + plainLength(span);
    for (const later of this.found.slice(number + 1)) {
      if (indices.length >= needed || !later) break;
      indices.push(...listed(later));
    }
    return indices;
  }

  /** A span in a sentence that was not found: it counts only where the sentence's beginning or end puts it. */
  private inChanged(span: Span, number: number): [number, number] | null {
    const unit = this.units[number]!;
    if (span.id === unit.id) return null;
    const [before, behind] = neighbours(this.copy, this.found, number);
    for (const base of [before, behind === undefined ? undefined : behind - plainLength(unit)]) {
      if (base === undefined) continue;
      for (let blank = 0; blank <= this.slack(number); blank++) {
        const start = base + span.start - unit.start - blank;
        const indices = Array.from({ length: plainLength(span) }, (_, index) => start + index);
        const found = start >= 0 && start + indices.length <= this.copy.length ? this.stands(indices, 0, span) : null;
        if (found) return found;
      }
    }
    return null;
  }

  private stands(indices: readonly number[], start: number, span: Span): [number, number] | null {
    const chosen = indices.slice(start, start + plainLength(span));
    if (!chosen.length || chosen.length < plainLength(span)) return null;
    if (!this.copy.has(plainDigest(span), chosen.map((index) => [index, index + 1] as const))) return null;
    const found: [number, number] = [this.copy.offsets[chosen[0]!]!, this.copy.offsets[chosen.at(-1)!]! + 1];
    return span.figures?.length && cut(this.copy.text, ...found) ? null : found;
  }
}

const DIGIT = /^[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089]$/u;

/** Whether digits adjoin a number, so that another one stands there: 8.2 inside 48.2. */
function cut(text: readonly string[], start: number, end: number): boolean {
  const digit = (at: number): boolean => DIGIT.test(text[at] ?? "");
  const joins = (at: number, step: number): boolean => digit(/^[.,．]$/.test(text[at] ?? "") ? at + step : at);
  return (digit(start) && joins(start - 1, -1)) || (digit(end - 1) && joins(end, 1));
}

function listed(pieces: Pieces): number[] {
  return pieces.flatMap(([start, end]) => Array.from({ length: end - start }, (_, index) => start + index));
}

/** The passages by which a text is aligned: its sentences, and spans that stand in none; they do not overlap. */
function units(spans: readonly Span[]): Span[] {
  const order = (a: Span, b: Span): number => a.start - b.start || b.end - a.end;
  const sentences = spans.filter((span) => span.is_sentence && span.sha256).sort(order);
  const starts = sentences.map((sentence) => sentence.start);
  const others = spans.filter((span) => {
    if (span.is_sentence || span.sentence !== undefined || !span.sha256) return false;
    const before = sentences[firstAbove(starts, span.start) - 1];
    return !before || before.end <= span.start;
  });
  const chosen: Span[] = [];
  for (const span of [...sentences, ...others].sort(order)) {
    if (!chosen.length || span.start >= chosen.at(-1)!.end) chosen.push(span);
  }
  return chosen;
}
