// Where things stand: in levels by a relation, or in circles by kind or by what they are related to. Both are computed from
// the data alone; which relation makes levels is found by its shape.

import type { Language } from "../lib/page";
import { typeOf, type Line, type Picture } from "./picture";
import type { Point } from "./state";
import type { Term, Thing } from "./graph";

/** A circle around things that belong together. */
export interface Zone {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly label: Readonly<Record<Language, string>>;
}

export interface Laid {
  readonly places: ReadonlyMap<string, Point>;
  readonly zones: readonly Zone[];
  /** Whether names stand beside things, since these stand closely below one another. */
  readonly beside?: boolean;
}

const ROW = 40;
const COLUMN = 250;
/** Leaves of one thing that stand below one another; more make further columns. */
const TALL = 14;
const SPACE = 62;

// --- levels -----------------------------------------------------------------------------------------------------------

/** The relations by which the picture can be put into levels, the most suitable first. */
export function ladders(picture: Picture): Term[] {
  const found = new Map<string, { term: Term; lines: Line[] }>();
  for (const line of picture.lines) {
    const { predicate } = line.relation;
    const known = found.get(predicate.iri);
    if (known) known.lines.push(line);
    else found.set(predicate.iri, { term: predicate, lines: [line] });
  }
  return [...found.values()]
    .map(({ term, lines }) => ({ term, suits: suitability(lines) }))
    .sort((a, b) => b.suits - a.suits || (a.term.id < b.term.id ? -1 : 1))
    .map(({ term }) => term);
}

/** How much of a ladder some lines are: long ones count for more than wide ones, and several rungs above one thing against it. */
function suitability(lines: readonly Line[]): number {
  const above = parents(lines);
  const several = lines.length - above.size;
  let rungs = 0;
  for (const iri of above.keys()) rungs += depth(iri, above) ** 2;
  return rungs - 2 * several;
}

function parents(lines: readonly Line[]): Map<string, string> {
  const above = new Map<string, string>();
  for (const { relation } of lines) {
    const { source, target } = relation;
    if (source !== target && !above.has(source) && !isAbove(source, target, above)) above.set(source, target);
  }
  return above;
}

/** Whether `iri` is `other` or above it. */
function isAbove(iri: string, other: string, above: ReadonlyMap<string, string>): boolean {
  for (let at: string | undefined = other; at !== undefined; at = above.get(at)) if (at === iri) return true;
  return false;
}

function depth(iri: string, above: ReadonlyMap<string, string>): number {
  let found = 0;
  for (let at = above.get(iri); at !== undefined; at = above.get(at)) found++;
  return found;
}

/** From the left to the right, each thing behind what it is `by`-related to; others behind what they are next to. */
export function levels(picture: Picture, by: string | null): Laid {
  const above = parents(picture.lines.filter((line) => line.relation.predicate.iri === by));
  hang(picture, above);
  const below = new Map<string, string[]>();
  const roots: string[] = [];
  for (const { iri } of picture.things) {
    const parent = above.get(iri);
    if (parent === undefined) roots.push(iri);
    else below.set(parent, [...(below.get(parent) ?? []), iri]);
  }
  const places = new Map<string, Point>();
  let row = 0;
  for (const root of roots) row = tree(root, below, row, places) + 1;
  return { places, zones: [], beside: true };
}

/** Hangs what is on no ladder onto what it is related to, nearest to a ladder first. */
function hang(picture: Picture, above: Map<string, string>): void {
  const next = new Map<string, string[]>();
  for (const { relation } of picture.lines) {
    for (const [a, b] of [[relation.source, relation.target], [relation.target, relation.source]] as const) {
      const known = next.get(a);
      if (known) known.push(b);
      else next.set(a, [b]);
    }
  }
  const on = new Set([...above.keys(), ...above.values()]);
  const inOrder = [...picture.things].sort((a, b) => b.degree - a.degree);
  const wait = [...on];
  for (let start = 0; ; ) {
    for (let at = wait.pop(); at !== undefined; at = wait.pop()) {
      for (const other of next.get(at) ?? []) {
        if (on.has(other)) continue;
        on.add(other);
        above.set(other, at);
        wait.unshift(other);
      }
    }
    while (start < inOrder.length && on.has(inOrder[start]?.iri ?? "")) start++;
    const root = inOrder[start]?.iri;
    if (root === undefined) return;
    on.add(root);
    wait.push(root);
  }
}

/** Places a tree from `row` on, and tells the first row behind it. No recursion: a ladder may have thousands of rungs. */
function tree(root: string, below: ReadonlyMap<string, string[]>, row: number, places: Map<string, Point>): number {
  type Step = { iri: string; level: number; done: boolean };
  const steps: Step[] = [{ iri: root, level: 0, done: false }];
  for (let step = steps.pop(); step; step = steps.pop()) {
    const { iri, level, done } = step;
    const children = below.get(iri) ?? [];
    if (done) {
      const rows = children.map((child) => places.get(child)?.[1] ?? 0);
      places.set(iri, [level * COLUMN, (Math.min(...rows) + Math.max(...rows)) / 2]);
      continue;
    }
    if (!children.length) {
      places.set(iri, [level * COLUMN, row++ * ROW]);
      continue;
    }
    const leaves = children.filter((child) => !below.has(child));
    const tall = Math.max(TALL, Math.ceil(Math.sqrt(leaves.length * 4)));
    leaves.forEach((child, index) => {
      places.set(child, [(level + 1 + Math.floor(index / tall)) * COLUMN, (row + (index % tall)) * ROW]);
    });
    row += Math.min(tall, leaves.length);
    steps.push({ iri, level, done: true });
    for (const child of children.filter((one) => below.has(one)).reverse()) steps.push({ iri: child, level: level + 1, done: false });
  }
  return row;
}

// --- circles ----------------------------------------------------------------------------------------------------------

/** A circle for each kind or, with `by`, for each thing that others are so related to. */
export function circles(picture: Picture, by: string | null): Laid {
  const members = by === null ? byType(picture) : byTarget(picture, by);
  const places = new Map<string, Point>();
  const zones: Zone[] = [];
  const rings = [...members.values()]
    .map((group) => ({ ...group, radius: SPACE * 0.62 * Math.sqrt(group.things.length) + SPACE * 0.75 }))
    .sort((a, b) => b.radius - a.radius);
  for (const { things, radius, label } of rings) {
    const [x, y] = free(zones, radius);
    zones.push({ x, y, radius, label });
    const inOrder = [...things].sort((a, b) => b.degree - a.degree);
    inOrder.forEach((thing, index) => {
      const out = SPACE * 0.62 * Math.sqrt(things.length === 1 ? 0 : index + 0.5);
      const angle = index * Math.PI * (3 - Math.sqrt(5)); // a sunflower's
      places.set(thing.iri, [x + out * Math.cos(angle), y + out * Math.sin(angle)]);
    });
  }
  return { places, zones };
}

type Members = Map<string, { label: Readonly<Record<Language, string>>; things: Thing[] }>;
const OTHERS = { zh: "其他", en: "others" };

function byType(picture: Picture): Members {
  const found: Members = new Map();
  for (const thing of picture.things) into(found, typeOf(thing), thing);
  return found;
}

function byTarget(picture: Picture, by: string): Members {
  const things = new Map(picture.things.map((thing) => [thing.iri, thing]));
  const head = new Map<string, Thing>();
  for (const { relation } of picture.lines) {
    const target = things.get(relation.target);
    if (relation.predicate.iri !== by || !target || head.has(relation.source)) continue;
    head.set(relation.source, target);
  }
  const heads = new Set(head.values());
  const found: Members = new Map();
  for (const thing of heads) into(found, thing, thing); // each in a circle of its own, whatever it belongs to itself
  for (const thing of picture.things) {
    if (!heads.has(thing)) into(found, head.get(thing.iri) ?? { iri: "", label: OTHERS }, thing);
  }
  return found;
}

function into(found: Members, of: Pick<Term, "iri" | "label">, thing: Thing): void {
  const known = found.get(of.iri);
  if (known) known.things.push(thing);
  else found.set(of.iri, { label: of.label, things: [thing] });
}

/** The free place for a circle that is nearest to the middle, on a spiral. */
function free(zones: readonly Zone[], radius: number): Point {
  const gap = 30;
  for (let step = 0; step < 20_000; step++) {
    const out = 12 * Math.sqrt(step) * 2;
    const angle = step * 2.4;
    const x = out * Math.cos(angle) * 1.35; // screens are wide
    const y = out * Math.sin(angle);
    if (zones.every((zone) => Math.hypot(zone.x - x, zone.y - y) >= zone.radius + radius + gap)) return [x, y];
  }
  const right = Math.max(...zones.map((zone) => zone.x + zone.radius));
  return [right + radius + gap, 0];
}

// --- force ------------------------------------------------------------------------------------------------------------

/** Where things that come in begin: around what they are related to, without chance. */
export function seeded(picture: Picture, known: ReadonlyMap<string, Point>): Map<string, Point> {
  const places = new Map<string, Point>();
  for (const { iri } of picture.things) {
    const place = known.get(iri);
    if (place) places.set(iri, place);
  }
  const near = new Map<string, Point>();
  for (const { relation } of picture.lines) {
    const { source, target } = relation;
    const [a, b] = [places.get(source), places.get(target)];
    if (a && !b && !near.has(target)) near.set(target, a);
    if (b && !a && !near.has(source)) near.set(source, b);
  }
  picture.things.forEach(({ iri }, index) => {
    if (places.has(iri)) return;
    const [x, y] = near.get(iri) ?? [0, 0];
    const angle = index * Math.PI * (3 - Math.sqrt(5));
    const out = near.has(iri) ? 90 : 12 * Math.sqrt(index + 1);
    places.set(iri, [x + out * Math.cos(angle), y + out * Math.sin(angle)]);
  });
  return places;
}
