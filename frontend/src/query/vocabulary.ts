// The terms that a query can name, as the service tells them, and which of them a piece of text means.

import type { Label } from "../lib/things";

export interface Term {
  iri: string;
  id: string;
  kind: "class" | "property" | "concept" | "thing";
  label: Label;
  uses: number;
}
export interface Vocabulary {
  prefixes: Record<string, string>;
  terms: Term[];
}

const MOST = 60;

/** Terms of which a name, Chinese, English or the id's own, has the text in it; the closest first. */
export function matching(terms: readonly Term[], text: string): Term[] {
  const wanted = text.toLowerCase();
  if (!wanted) return [];
  const found: [number, Term][] = [];
  for (const term of terms) {
    const local = term.id.slice(term.id.indexOf(":") + 1);
    const ranks = [term.id, local, ...Object.values(term.label)].map((name) => rank(name ?? "", wanted));
    const best = Math.min(...ranks);
    if (best < 4) found.push([best, term]);
  }
  return found
    .sort(([a, first], [b, second]) => a - b || second.uses - first.uses || (first.id < second.id ? -1 : 1))
    .slice(0, MOST)
    .map(([, term]) => term);
}

function rank(name: string, wanted: string): number {
  const at = name.toLowerCase().indexOf(wanted);
  if (at < 0) return 4;
  if (at > 0) return /[\s\-:_]/.test(name[at - 1]!) ? 2 : 3;
  return name.length === wanted.length ? 0 : 1;
}

/** How a query writes an IRI: under a prefix where that can be, with what has to be declared. */
export function written(iri: string, prefixes: Readonly<Record<string, string>>): { text: string; prefix?: [string, string] } {
  let best: [string, string] | undefined;
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (iri.startsWith(namespace) && namespace.length > (best?.[1].length ?? 0)) best = [prefix, namespace];
  }
  const local = best && iri.slice(best[1].length);
  if (best && local && /^[A-Za-z0-9_](?:[\w-]*[A-Za-z0-9_])?$/.test(local)) return { text: `${best[0]}:${local}`, prefix: best };
  return { text: `<${iri}>` };
}
