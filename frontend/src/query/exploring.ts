// From an answer to the explorer.

import { address, here } from "../lib/things";
import type { Row } from "./asking";
import { iris } from "./columns";

const MOST = 50;

/** Where the explorer shows the things that an answer names, how many of them, and how many there are. */
export function exploring(rows: readonly Row[]): { link: string; shown: number; all: number } {
  const things = [...new Set(iris(rows))].filter((iri) => address(iri)?.startsWith("/page"));
  const first = things.slice(0, MOST);
  const ids = new URLSearchParams(first.map((iri) => ["iri", iri]));
  const path = here("/explore");
  return { link: first.length ? `${path}${path.includes("?") ? "&" : "?"}${ids}` : "", shown: first.length, all: things.length };
}
