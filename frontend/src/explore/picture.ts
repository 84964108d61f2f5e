// What of the graph is in the picture, and how each thing and relation looks: the same for canvas, SVG, list and files.

import { firmness, keyOf, type Firmness, type Graph, type Relation, type Term, type Thing } from "./graph";
import { groupsOf, type Group } from "./groups";
import type { State } from "./state";

/** Bubbles around one thing; smaller groups are put together in one. */
const BUBBLES = 5;

export interface Line {
  readonly key: string;
  readonly relation: Relation;
  readonly firmness: Firmness;
  /** How far it is bent: of several between two things each has its way. */
  readonly bend: number;
}

/** Things that are not shown, standing together for one or several groups. */
export interface Bubble {
  readonly key: string;
  readonly of: string;
  readonly groups: readonly Group[];
  readonly count: number;
}

export interface Picture {
  readonly things: readonly Thing[];
  readonly lines: readonly Line[];
  readonly bubbles: readonly Bubble[];
  /** Kinds and relations among what is shown, with their numbers, whether drawn or not. */
  readonly types: readonly Counted[];
  readonly predicates: readonly Counted[];
  readonly firmness: ReadonlyMap<Firmness, number>;
}

export interface Counted {
  readonly term: Term;
  readonly count: number;
  readonly off: boolean;
}

/** Stands for the kind of things that have none. */
export const NO_TYPE: Term = { iri: "", id: "", label: { zh: "未分类", en: "no kind" } };

export function typeOf(thing: Thing): Term {
  return thing.type ?? NO_TYPE;
}

export function picture(graph: Graph, state: State): Picture {
  const shown = new Set(state.shown);
  const present = state.shown.flatMap((iri) => graph.things.get(iri) ?? []);
  const off = { types: new Set(state.offTypes), predicates: new Set(state.offPredicates), firmness: new Set(state.offFirmness) };
  const things = present.filter((thing) => !off.types.has(typeOf(thing).iri));
  const drawn = new Set(things.map((thing) => thing.iri));
  const between = relationsAmong(graph, shown);
  const lines = between.filter(
    (relation) =>
      drawn.has(relation.source) &&
      drawn.has(relation.target) &&
      !off.predicates.has(relation.predicate.iri) &&
      !off.firmness.has(firmness(relation)),
  );
  const degrees = new Map<Firmness, number>();
  for (const relation of between) degrees.set(firmness(relation), (degrees.get(firmness(relation)) ?? 0) + 1);
  return {
    things,
    lines: bent(lines),
    bubbles: bubbles(graph, state, shown, drawn),
    types: counted(present.map(typeOf), off.types),
    predicates: counted(between.map((relation) => relation.predicate), off.predicates),
    firmness: degrees,
  };
}

function relationsAmong(graph: Graph, shown: ReadonlySet<string>): Relation[] {
  const found: Relation[] = [];
  for (const iri of shown) {
    for (const relation of graph.of(iri)) {
      if (relation.source === iri && shown.has(relation.target)) found.push(relation);
    }
  }
  return found;
}

function bent(relations: readonly Relation[]): Line[] {
  const pairs = new Map<string, Relation[]>();
  for (const relation of relations) {
    const pair = [relation.source, relation.target].sort().join(" ");
    const known = pairs.get(pair);
    if (known) known.push(relation);
    else pairs.set(pair, [relation]);
  }
  return [...pairs.values()].flatMap((parallel) =>
    parallel.map((relation, index) => {
      const aside = index - (parallel.length - 1) / 2;
      const along = relation.source < relation.target ? 1 : -1; // to the same side, whichever way it goes
      return { key: keyOf(relation), relation, firmness: firmness(relation), bend: aside * along };
    }),
  );
}

function bubbles(graph: Graph, state: State, shown: ReadonlySet<string>, drawn: ReadonlySet<string>): Bubble[] {
  const hidden = new Set(state.hidden);
  return state.expanded.flatMap((iri) => {
    if (!drawn.has(iri)) return [];
    const groups = groupsOf(graph, iri, shown, hidden);
    const alone = groups.length > BUBBLES ? groups.slice(0, BUBBLES - 1) : groups;
    const rest = groups.slice(alone.length);
    const found = alone.map((group) => ({ key: group.key, of: iri, groups: [group], count: group.members.length }));
    const others = rest.reduce((sum, group) => sum + group.members.length, 0);
    return others ? [...found, { key: `${iri} others`, of: iri, groups: rest, count: others }] : found;
  });
}

function counted(terms: readonly Term[], off: ReadonlySet<string>): Counted[] {
  const found = new Map<string, { term: Term; count: number }>();
  for (const term of terms) {
    const known = found.get(term.iri);
    if (known) known.count++;
    else found.set(term.iri, { term, count: 1 });
  }
  return [...found.values()]
    .map((one) => ({ ...one, off: off.has(one.term.iri) }))
    .sort((a, b) => b.count - a.count || (a.term.id < b.term.id ? -1 : 1));
}

/** Radius of a thing, in the picture's units. */
export function radius(thing: Thing): number {
  return Math.min(26, 9 + 2 * Math.log2(1 + thing.degree));
}

export function bubbleRadius(bubble: Bubble): number {
  return Math.min(30, 13 + 2 * Math.log2(bubble.count));
}
