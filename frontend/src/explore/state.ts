// What is looked at and how: one value, so that it can be undone and put into an address.

import { FIRMNESS, type Firmness } from "./graph";

export const LAYOUTS = ["force", "levels", "circles"] as const;
export type Layout = (typeof LAYOUTS)[number];
export type Point = readonly [x: number, y: number];

export interface State {
  /** IRIs of the things in the picture. */
  readonly shown: readonly string[];
  /** Those of them whose surroundings were opened. */
  readonly expanded: readonly string[];
  readonly hidden: readonly string[];
  /** Things that stay where they were put. */
  readonly pinned: ReadonlyMap<string, Point>;
  /** IRIs of kinds and relations that are not drawn, and degrees of firmness. */
  readonly offTypes: readonly string[];
  readonly offPredicates: readonly string[];
  readonly offFirmness: readonly Firmness[];
  readonly layout: Layout;
  /** IRI of the relation that levels or circles go by; by default what suits the data. */
  readonly by: string | null;
  /** Both ends of the way that is looked at. */
  readonly path: readonly [string, string] | null;
}

export const EMPTY: State = {
  shown: [],
  expanded: [],
  hidden: [],
  pinned: new Map(),
  offTypes: [],
  offPredicates: [],
  offFirmness: [],
  layout: "force",
  by: null,
  path: null,
};

/** States that one can go back to, and forward again. */
export class History {
  #past: State[] = [];
  #future: State[] = [];

  constructor(
    public now: State,
    private readonly most = 100,
  ) {}

  push(state: State): void {
    this.#past.push(this.now);
    if (this.#past.length > this.most) this.#past.shift();
    this.#future = [];
    this.now = state;
  }

  /** What was done so far is the beginning: there is no way back behind it. */
  forget(): void {
    this.#past = [];
    this.#future = [];
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  undo(): boolean {
    return this.#go(this.#past, this.#future);
  }

  redo(): boolean {
    return this.#go(this.#future, this.#past);
  }

  #go(from: State[], to: State[]): boolean {
    const state = from.pop();
    if (!state) return false;
    to.push(this.now);
    this.now = state;
    return true;
  }
}

/** Things whose places an address tells: those of more are found anew. */
const PLACED = 400;
/** Characters that an address may unpack to: a broken or hostile one ends there. */
const MOST = 4_000_000;

interface Written {
  v: 1;
  s: string[];
  e?: number[];
  h?: string[];
  p?: number[];
  xy?: number[];
  ot?: string[];
  op?: string[];
  of?: string[];
  l?: string;
  by?: string;
  w?: string[];
}

/** A state as the part of an address behind `#`; `places` are where things stand. */
export async function written(state: State, places: ReadonlyMap<string, Point>): Promise<string> {
  const number = new Map(state.shown.map((iri, index) => [iri, index]));
  const numbers = (iris: Iterable<string>) => [...iris].flatMap((iri) => number.get(iri) ?? []);
  const document: Written = { v: 1, s: [...state.shown] };
  if (state.expanded.length) document.e = numbers(state.expanded);
  if (state.hidden.length) document.h = [...state.hidden];
  if (state.pinned.size) document.p = numbers(state.pinned.keys());
  if (state.shown.length <= PLACED) {
    document.xy = state.shown.flatMap((iri) => (places.get(iri) ?? [0, 0]).map((value) => Math.round(value)));
  } else if (document.p) {
    document.xy = document.p.flatMap((at) => (state.pinned.get(state.shown[at] ?? "") ?? [0, 0]).map(Math.round));
  }
  if (state.offTypes.length) document.ot = [...state.offTypes];
  if (state.offPredicates.length) document.op = [...state.offPredicates];
  if (state.offFirmness.length) document.of = [...state.offFirmness];
  if (state.layout !== "force") document.l = state.layout;
  if (state.by) document.by = state.by;
  if (state.path) document.w = [...state.path];
  return `g=${await packed(JSON.stringify(document))}`;
}

export interface Restored {
  readonly state: State;
  readonly places: ReadonlyMap<string, Point>;
}

/** The state that an address tells; `undefined` where it tells none, or what it tells cannot be read. */
export async function read(fragment: string): Promise<Restored | undefined> {
  const [, code] = /^#?g=([\w-]+)$/.exec(fragment) ?? [];
  if (!code) return undefined;
  try {
    return restored(JSON.parse(await unpacked(code)) as unknown);
  } catch {
    return undefined;
  }
}

function restored(value: unknown): Restored | undefined {
  const document = value as Partial<Written> | null;
  if (typeof document !== "object" || document === null || document.v !== 1) return undefined;
  const shown = texts(document.s);
  const at = (list: unknown) => (Array.isArray(list) ? list : []).flatMap((index: unknown) => shown[index as number] ?? []);
  const pins = at(document.p);
  const all = Array.isArray(document.xy) && document.xy.length === 2 * shown.length;
  const places = new Map<string, Point>();
  (all ? shown : pins).forEach((iri, index) => {
    const x = Number(document.xy?.[2 * index]);
    const y = Number(document.xy?.[2 * index + 1]);
    if (Number.isFinite(x) && Number.isFinite(y)) places.set(iri, [x, y]);
  });
  const [from, to] = texts(document.w);
  const state: State = {
    ...EMPTY,
    shown,
    expanded: at(document.e),
    hidden: texts(document.h),
    pinned: new Map(pins.flatMap((iri) => (places.has(iri) ? [[iri, places.get(iri) as Point]] : []))),
    offTypes: texts(document.ot),
    offPredicates: texts(document.op),
    offFirmness: FIRMNESS.filter((name) => texts(document.of).includes(name)),
    layout: LAYOUTS.find((name) => name === document.l) ?? "force",
    by: typeof document.by === "string" ? document.by : null,
    path: from && to ? [from, to] : null,
  };
  return { state, places };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? [...new Set(value.filter((one): one is string => typeof one === "string"))] : [];
}

async function packed(text: string): Promise<string> {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"), Infinity);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function unpacked(code: string): Promise<string> {
  const binary = atob(code.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw"), MOST));
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) throw new RangeError("too long");
    pieces.push(value);
  }
  const whole = new Uint8Array(length);
  let place = 0;
  for (const piece of pieces) {
    whole.set(piece, place);
    place += piece.length;
  }
  return whole;
}
