// A query's way to the service and back. Giving up closes the connection, which ends the query there, too.

export interface Value {
  type: "uri" | "literal" | "bnode" | "triple" | "typed-literal";
  value: unknown;
  datatype?: string;
  "xml:lang"?: string;
}
export type Row = Record<string, Value | undefined>;
export interface Position {
  line: number;
  column: number;
}
/** What of an answer is left open, though it looks whole: hosts whose SERVICE SILENT failed, and graphs (as `<IRI>`) that are not there. */
export interface Open {
  failed: string[];
  missing: string[];
}
export type Answered = ({ kind: "solutions"; variables: string[]; rows: Row[] } | { kind: "boolean"; value: boolean } | { kind: "graph"; text: string }) & Open;
export type Outcome =
  | Answered
  | { kind: "problem"; message: string; hint: string; position?: Position }
  | { kind: "large" }
  | { kind: "cancelled" }
  | { kind: "unreachable" };

type Unopened<T> = T extends unknown ? Omit<T, keyof Open> : never;

export const ENDPOINT = "/sparql";
const MOST_BYTES = 24 * 1024 * 1024;
const WANTED = "application/sparql-results+json, text/turtle;q=0.9";

/** What the service answers to a query. */
export async function ask(query: string, language: string, signal?: AbortSignal): Promise<Outcome> {
  try {
    const answer = await fetch(ENDPOINT, posted(query, WANTED, language, signal));
    const text = await body(answer);
    if (text === undefined) return { kind: "large" };
    if (!answer.ok) return problem(text, answer.status);
    return { ...read(text, answer.headers.get("Content-Type") ?? ""), failed: listed(answer, "X-Failed-Services"), missing: listed(answer, "X-Missing-Graphs") };
  } catch (error) {
    return { kind: error instanceof DOMException && error.name === "AbortError" ? "cancelled" : "unreachable" };
  }
}

/** A request that asks `query` in a format. */
export function posted(query: string, accept: string, language: string, signal?: AbortSignal, format?: string): RequestInit {
  return {
    method: "POST",
    headers: { Accept: accept, "Accept-Language": language },
    body: new URLSearchParams({ query, ...(format ? { format } : {}) }),
    ...(signal ? { signal } : {}),
  };
}

async function body(answer: Response): Promise<string | undefined> {
  const reader = answer.body?.getReader();
  if (!reader) return "";
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    parts.push(piece.value);
    size += piece.value.length;
    if (size > MOST_BYTES) {
      await reader.cancel();
      return undefined;
    }
  }
  return new Blob(parts).text();
}

/** The parts of a header that lists hosts or IRIs; these hold no blank. */
function listed(answer: Response, name: string): string[] {
  return (answer.headers.get(name) ?? "").split(", ").filter(Boolean);
}

function read(text: string, type: string): Unopened<Answered> {
  if (!type.includes("json")) return { kind: "graph", text };
  const found = JSON.parse(text) as { boolean?: boolean; head: { vars?: string[] }; results?: { bindings: Row[] } };
  if (typeof found.boolean === "boolean") return { kind: "boolean", value: found.boolean };
  return { kind: "solutions", variables: found.head.vars ?? [], rows: found.results?.bindings ?? [] };
}

function problem(text: string, status: number): Outcome {
  try {
    const { error } = JSON.parse(text) as { error: { message: string; hint: string; position?: Position } };
    return { kind: "problem", message: error.message, hint: error.hint, ...(error.position ? { position: error.position } : {}) };
  } catch {
    return { kind: "problem", message: `HTTP ${status}`, hint: "" };
  }
}
