// Names and addresses of things, as the pages themselves have them (service/html.py).

import { language, type Language } from "./page";

const THINGS = "https://w3id.org/yuanhui-kg/id/";
/** A name that needs no escaping in a path, as service/links.py has it. */
const PLAIN = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}_.-]*[\p{L}\p{N}\p{M}_-])?$/u;
const ONTOLOGY = "https://w3id.org/yuanhui-kg/ontology";

export type Label = Partial<Record<Language | string, string>>;

/** The name in the page's language, else in the other, else whatever stands in for one. */
export function named(label: Label | undefined, otherwise: string, wanted: string = language()): string {
  return label?.[wanted] || label?.["zh"] || label?.["en"] || Object.values(label ?? {}).find(Boolean) || otherwise;
}

/** The page about a thing of the graph, whatever its IRI, in the language that the visitor chose. */
export function page(iri: string): string {
  const name = iri.startsWith(THINGS) ? iri.slice(THINGS.length) : "";
  return PLAIN.test(name) ? here(`/page/${encodeURIComponent(name)}`) : here("/page", { iri });
}

/** Where this service shows an IRI, in the language that the visitor chose; an address elsewhere; or nowhere. `known`: the graph tells of it. */
export function address(iri: string, known = false): string | undefined {
  if (iri.startsWith(THINGS) && iri.length > THINGS.length) return page(iri);
  if (iri === ONTOLOGY) return here("/ontology.html");
  if (iri.startsWith(`${ONTOLOGY}#`)) return `${here("/ontology.html")}#${encodeURIComponent(iri.slice(ONTOLOGY.length + 1))}`;
  if (known) return page(iri);
  return /^https?:\/\/[^/\s]/i.test(iri) ? iri : undefined;
}

/** A path of this service, with the language where the page's address names it. */
export function here(path: string, parameters: Record<string, string> = {}): string {
  const chosen = new URLSearchParams(globalThis.location?.search ?? "").get("lang");
  const given = new URLSearchParams({ ...parameters, ...(chosen === "zh" || chosen === "en" ? { lang: chosen } : {}) });
  return given.size ? `${path}?${given}` : path;
}

/** A number as people read it: thousands set apart where it is not a year. */
export function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 12 });
}
