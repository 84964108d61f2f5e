// Names of the things in an answer, asked of the service a few hundred at a time and remembered.

import type { Label } from "../lib/things";
import { ask } from "./asking";

const BATCH = 300;
const known = new Map<string, Label>();

/** The name of an IRI, if it was asked for. */
export function label(iri: string): Label | undefined {
  return known.get(iri);
}

/** Ask for the names of IRIs that are not known yet. Whether there were any. */
export async function learn(iris: Iterable<string>): Promise<boolean> {
  const wanted = [...new Set(iris)].filter((iri) => !known.has(iri) && /^[a-z][a-z0-9+.-]*:[^\s<>"{}|^`\\]*$/i.test(iri)).slice(0, 4 * BATCH);
  for (let start = 0; start < wanted.length; start += BATCH) await batch(wanted.slice(start, start + BATCH));
  return wanted.length > 0;
}

async function batch(iris: string[]): Promise<void> {
  for (const iri of iris) known.set(iri, {});
  const query = `PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing ?name {
  VALUES ?thing { ${iris.map((iri) => `<${iri}>`).join(" ")} }
  { ?thing skos:prefLabel ?name } UNION { ?thing rdfs:label ?name }
}`;
  const found = await ask(query, "en");
  if (found.kind !== "solutions") return;
  for (const { thing, name } of found.rows) {
    const names = known.get(String(thing?.value));
    if (names && name) names[name["xml:lang"]?.split("-")[0] ?? "en"] ??= String(name.value);
  }
}
