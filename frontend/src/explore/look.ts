// Colours and shapes, light and dark: the one place that canvas, SVG and legend share.

import type { Language } from "../lib/page";
import { typeOf, type Line } from "./picture";
import type { Firmness, Term, Thing } from "./graph";

export interface Theme {
  readonly paper: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly path: string;
  readonly zone: string;
  readonly bubble: string;
}

export const LIGHT: Theme = {
  paper: "#fdfcfa",
  ink: "#22252a",
  quiet: "#5f646d",
  line: "#8d929a",
  path: "#9c2f22",
  zone: "#f1eee7",
  bubble: "#ebe6dc",
};
export const DARK: Theme = {
  paper: "#16181b",
  ink: "#e6e4df",
  quiet: "#a3a7ae",
  line: "#7a8089",
  path: "#f0937f",
  zone: "#1e2125",
  bubble: "#2c3036",
};

/** Fills of kinds, on which white letters can be read (4.5:1), in an order in which neighbours differ. */
const FILLS = [
  "#2f6690", "#a5402d", "#3b7a57", "#7b4f9e", "#8a6100", "#1d7680", "#b03a6b", "#5a6b1f",
  "#4a58a8", "#8c4a1f", "#2a6f4f", "#93408f", "#5d6470", "#a14a4a", "#456b8c", "#6b5b2e",
];

/** Gives each kind its fill, the first come the first; what has one keeps it. */
export class Fills {
  readonly #known = new Map<string, string>();

  of(type: Term): string {
    let fill = this.#known.get(type.iri);
    if (!fill) {
      fill = FILLS[this.#known.size % FILLS.length] ?? "#5d6470";
      this.#known.set(type.iri, fill);
    }
    return fill;
  }
}

export const DASHES: Readonly<Record<Firmness, readonly number[]>> = {
  asserted: [],
  inferred: [8, 5],
  prospect: [1.5, 4.5],
  unstated: [],
};
export const WIDTHS: Readonly<Record<Firmness, number>> = { asserted: 1.4, inferred: 1.4, prospect: 1.8, unstated: 0.8 };

export const FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", system-ui, sans-serif';

/** The first character of the kind: colour alone tells nothing to those who do not see it. */
export function letter(thing: Thing, language: Language): string {
  return ([...typeOf(thing).label[language]][0] ?? "").toLocaleUpperCase();
}

const LONGEST = 16;

/** A name that fits under a thing. Chinese characters count as two. */
export function short(name: string, longest = LONGEST): string {
  let room = 2 * longest;
  let found = "";
  for (const character of name) {
    room -= character > "\u2e80" ? 2 : 1;
    if (room < 0) return `${found.trimEnd()}…`;
    found += character;
  }
  return found;
}

export interface Curve {
  readonly from: readonly [number, number];
  readonly control: readonly [number, number] | null;
  readonly to: readonly [number, number];
  /** The arrowhead's three corners. */
  readonly head: readonly (readonly [number, number])[];
  readonly middle: readonly [number, number];
}

const BEND = 26;
const HEAD = 7;

/** The way of a relation from rim to rim; `undefined` where things lie upon one another. */
export function curve(
  line: Line,
  [x1, y1]: readonly [number, number],
  r1: number,
  [x2, y2]: readonly [number, number],
  r2: number,
): Curve | undefined {
  if (line.relation.source === line.relation.target) return loop(x1, y1, r1);
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = Math.hypot(dx, dy);
  if (length <= r1 + r2 + 1) return undefined;
  const [cx, cy] = [(x1 + x2) / 2 - (dy / length) * line.bend * BEND * 2, (y1 + y2) / 2 + (dx / length) * line.bend * BEND * 2];
  const from = towards(x1, y1, cx, cy, r1);
  const to = towards(x2, y2, cx, cy, r2 + 1);
  const control = line.bend ? ([cx, cy] as const) : null;
  const middle = control ? ([(from[0] + 2 * cx + to[0]) / 4, (from[1] + 2 * cy + to[1]) / 4] as const) : ([cx, cy] as const);
  return { from, control, to, head: head(to, [cx, cy]), middle };
}

function loop(x: number, y: number, radius: number): Curve {
  const from = [x - radius * 0.6, y - radius * 0.8] as const;
  const to = [x + radius * 0.6, y - radius * 0.8] as const;
  const control = [x, y - radius * 3.6] as const;
  return { from, control, to, head: head(to, control), middle: [x, y - radius * 2.2] };
}

function towards(x: number, y: number, tx: number, ty: number, by: number): readonly [number, number] {
  const length = Math.hypot(tx - x, ty - y) || 1;
  return [x + ((tx - x) / length) * by, y + ((ty - y) / length) * by];
}

function head(tip: readonly [number, number], from: readonly [number, number]): readonly (readonly [number, number])[] {
  const [bx, by] = towards(tip[0], tip[1], from[0], from[1], HEAD);
  const [nx, ny] = [(by - tip[1]) * 0.42, -(bx - tip[0]) * 0.42];
  return [tip, [bx + nx, by + ny], [bx - nx, by - ny]];
}
