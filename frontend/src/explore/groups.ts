// What surrounds a thing, in groups of one relation and one kind: so that a hub can be opened without flooding the picture.

import { otherEnd, type Graph, type Term } from "./graph";

/** Things that come at once. */
export const STEP = 40;
/** Of a hub, whose surroundings are more than STEP, only these come first. */
export const FIRST = 16;

/** Things that are related to one thing in one way, of one kind, and not shown. */
export interface Group {
  readonly key: string;
  readonly of: string;
  readonly predicate: Term;
  /** Whether `of` is the relation's subject. */
  readonly outward: boolean;
  readonly type: Term | null;
  /** IRIs, those with most relations first. */
  readonly members: readonly string[];
}

/** The groups of what is not shown around `iri`, the largest first. Each thing is in one group only. */
export function groupsOf(graph: Graph, iri: string, shown: ReadonlySet<string>, hidden: ReadonlySet<string>): Group[] {
  const found = new Map<string, { predicate: Term; outward: boolean; type: Term | null; members: string[] }>();
  const seen = new Set<string>();
  for (const relation of graph.of(iri)) {
    const other = otherEnd(relation, iri);
    const thing = graph.things.get(other);
    if (!thing || other === iri || shown.has(other) || hidden.has(other) || seen.has(other)) continue;
    seen.add(other);
    const outward = relation.source === iri;
    const key = `${iri} ${outward ? ">" : "<"} ${relation.predicate.iri} ${thing.type?.iri ?? ""}`;
    const group = found.get(key);
    if (group) group.members.push(other);
    else found.set(key, { predicate: relation.predicate, outward, type: thing.type, members: [other] });
  }
  const degree = (one: string) => graph.things.get(one)?.degree ?? 0;
  return [...found]
    .map(([key, group]) => ({
      ...group,
      key,
      of: iri,
      members: group.members.sort((a, b) => degree(b) - degree(a) || (a < b ? -1 : 1)),
    }))
    .sort((a, b) => b.members.length - a.members.length || (a.key < b.key ? -1 : 1));
}

/** What comes first where a thing is opened: all, or of each group in turn its most related things. */
export function firstOf(groups: readonly Group[], step = STEP, first = FIRST): string[] {
  const all = groups.reduce((sum, group) => sum + group.members.length, 0);
  const wanted = all <= step ? all : first;
  const found: string[] = [];
  for (let round = 0; found.length < wanted; round++) {
    for (const { members } of groups) {
      const member = members[round];
      if (member !== undefined && found.length < wanted) found.push(member);
    }
  }
  return found;
}
