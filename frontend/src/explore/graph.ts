// The part of the graph that this page has fetched, whether it is shown or not.

import type { Language } from "../lib/page";

/** A class, predicate or thing as the service tells it. */
export interface Term {
  readonly iri: string;
  readonly id: string;
  readonly label: Readonly<Record<Language, string>>;
}

export interface Thing extends Term {
  readonly type: Term | null;
  /** Relations in the whole graph. */
  readonly degree: number;
}

/** Unicode code points of a document, half open. */
export interface Span {
  readonly start: number | null;
  readonly end: number | null;
}

export interface Relation {
  readonly source: string;
  readonly target: string;
  readonly predicate: Term;
  readonly prospect: boolean;
  readonly modality: string | null;
  readonly evidence: readonly Span[];
  readonly statement: string | null;
}

/** What the routes neighbours, subgraph and paths have in common. */
export interface Part {
  readonly nodes: readonly Thing[];
  readonly edges: readonly Relation[];
}

/** How firm a relation is; drawn solid, dashed, dotted, and thin where no modality is told. */
export const FIRMNESS = ["asserted", "inferred", "prospect", "unstated"] as const;
export type Firmness = (typeof FIRMNESS)[number];

/** As `firmness` of the exports: any modality that is neither asserted nor inferred is a prospect. */
export function firmness({ modality, prospect }: Relation): Firmness {
  if (prospect) return "prospect";
  if (modality === null) return "unstated";
  return modality === "asserted" || modality === "inferred" ? modality : "prospect";
}

export function keyOf(relation: Relation): string {
  return `${relation.source} ${relation.predicate.iri} ${relation.target}`; // no IRI holds a space
}

export class Graph {
  readonly things = new Map<string, Thing>();
  readonly relations = new Map<string, Relation>();
  readonly #of = new Map<string, Relation[]>();

  add(part: Part): void {
    for (const thing of part.nodes) this.things.set(thing.iri, thing);
    for (const relation of part.edges) {
      const key = keyOf(relation);
      if (this.relations.has(key)) continue;
      this.relations.set(key, relation);
      for (const end of new Set([relation.source, relation.target])) {
        const known = this.#of.get(end);
        if (known) known.push(relation);
        else this.#of.set(end, [relation]);
      }
    }
  }

  /** The fetched relations that a thing is an end of. */
  of(iri: string): readonly Relation[] {
    return this.#of.get(iri) ?? [];
  }
}

export function otherEnd(relation: Relation, iri: string): string {
  return relation.source === iri ? relation.target : relation.source;
}
