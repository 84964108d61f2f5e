// The spans of a document, page by page.

import type { MarkedSpan, Things } from "./facts";
import type { Document } from "./placing";

interface Page {
  document: Document;
  total: number;
  spans: MarkedSpan[];
  things: Things;
}
export interface Marks {
  document: Document;
  spans: MarkedSpan[];
  things: Things;
}

const MOST_PAGES = 100;

/** All spans of a document with their facts. Throws where the service does not answer. */
export async function marks(url: string): Promise<Marks> {
  const found: MarkedSpan[] = [];
  const things: Things = {};
  for (let number = 0; number < MOST_PAGES; number++) {
    const answer = await fetch(`${url}?offset=${found.length}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = (await answer.json()) as Page;
    found.push(...page.spans);
    Object.assign(things, page.things);
    if (!page.spans.length || found.length >= page.total) return { document: page.document, spans: found, things };
  }
  throw new Error("too many places");
}
