// What the page asks the service.

import type { Part, Relation, Span, Term, Thing } from "./graph";

export class ServiceError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Around extends Part {
  readonly truncated: boolean;
}

export interface Way {
  readonly length: number;
  readonly nodes: readonly string[];
  readonly steps: readonly { readonly edges: readonly number[] }[];
}

export interface Ways extends Part {
  readonly paths: readonly Way[];
  readonly truncated: boolean;
}

export interface Fact extends Relation {
  readonly other: Thing;
}

export interface Figure extends Term {
  readonly indicator: Term | null;
  readonly value: number | string | null;
  readonly unit: Term | null;
  readonly period: Term | null;
  readonly bound: Term | null;
  readonly kind: Term | null;
  readonly evidence: readonly Span[];
}

export interface Entity extends Term {
  readonly type: Term | null;
  readonly types: readonly Term[];
  readonly names: readonly { readonly text: string; readonly language: string | null }[];
  readonly codes: readonly { readonly value: string }[];
  readonly status: readonly Term[];
  readonly relations: { readonly out: readonly Fact[]; readonly in: readonly Fact[] };
  readonly figures: readonly Figure[];
  readonly counts: { readonly out: number; readonly in: number; readonly figures: number };
}

export interface Found extends Term {
  readonly type: Term | null;
  readonly matched: { readonly text: string };
}

const API = "/api/v1";

async function json<T>(url: string, options?: RequestInit): Promise<T> {
  const answer = await fetch(url, { ...options, headers: { Accept: "application/json", ...options?.headers } });
  const value = (await answer.json().catch(() => undefined)) as unknown;
  if (answer.ok && value !== undefined) return value as T;
  const error = (value as { error?: { message?: unknown } } | undefined)?.error;
  throw new ServiceError(answer.status, typeof error?.message === "string" ? error.message : String(answer.status));
}

function query(path: string, parameters: readonly (readonly [string, string | number])[]): string {
  return `${API}/${path}?${new URLSearchParams(parameters.map(([name, value]) => [name, String(value)]))}`;
}

export function around(iris: readonly string[], depth: number, limit: number): Promise<Around> {
  return json(query("neighbours", [...iris.map((iri) => ["iri", iri] as const), ["depth", depth], ["limit", limit]]));
}

/** Some things and all relations between them. */
export function subgraph(iris: readonly string[]): Promise<Part> {
  return json(`${API}/subgraph`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ iri: iris }),
  });
}

/** As `subgraph`, without those that the graph does not know. */
export async function known(iris: readonly string[]): Promise<Part> {
  if (!iris.length) return { nodes: [], edges: [] };
  try {
    return await subgraph(iris);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.status !== 404) throw error;
  }
  const nodes = await single(iris);
  return nodes.length ? subgraph(nodes) : { nodes: [], edges: [] };
}

async function single(iris: readonly string[]): Promise<string[]> {
  try {
    await subgraph(iris);
    return [...iris];
  } catch (error) {
    if (!(error instanceof ServiceError) || error.status !== 404) throw error;
    if (iris.length === 1) return [];
  }
  const half = Math.ceil(iris.length / 2);
  return [...(await single(iris.slice(0, half))), ...(await single(iris.slice(half)))];
}

export function ways(from: string, to: string): Promise<Ways> {
  return json(query("paths", [["from", from], ["to", to], ["k", 5]]));
}

export function entity(id: string): Promise<Entity> {
  return json(`${API}/entities/${encodeURIComponent(id)}`);
}

/** Things by name; observations and other bookkeeping are no things of the picture. */
export async function search(text: string, signal: AbortSignal): Promise<Found[]> {
  const found = await json<{ results: Found[] }>(query("search", [["q", text], ["limit", 20]]), { signal });
  return found.results.filter((one) => !/^(qb|oa|rdf|prov):/.test(one.type?.id ?? "")).slice(0, 10);
}
