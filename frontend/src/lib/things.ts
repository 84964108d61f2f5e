// Names and addresses of things, as the pages themselves have them (service/html.py).

import { language, type Language } from "./page";

const THINGS = "https://w3id.org/yuanhui-kg/id/";
const ONTOLOGY = "https://w3id.org/yuanhui-kg/ontology";

export type Label = Partial<Record<Language | string, string>>;

/** The name in the page's language, else in the other, else whatever stands in for one. */
export function named(label: Label | undefined, otherwise: string, wanted: string = language()): string {
  return label?.[wanted] || label?.["zh"] || label?.["en"] || Object.values(label ?? {}).find(Boolean) || otherwise;
}

/** Where this service shows an IRI, in the language that the visitor chose; an address elsewhere; or nowhere. */
export function address(iri: string): string | undefined {
  if (iri.startsWith(THINGS) && iri.length > THINGS.length) return here(`/page/${encodeURIComponent(iri.slice(THINGS.length))}`);
  if (iri === ONTOLOGY) return here("/ontology.html");
  if (iri.startsWith(`${ONTOLOGY}#`)) return `${here("/ontology.html")}#${encodeURIComponent(iri.slice(ONTOLOGY.length + 1))}`;
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
