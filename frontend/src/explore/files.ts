// What is on the screen as files: GraphML, GEXF, JSON and SVG. Attributes have the names that the service's own exports give
// them, so that a file of either kind is read alike.

import type { Language } from "../lib/page";
import { curve, DASHES, FONT, letter, LIGHT, short, WIDTHS, type Fills } from "./look";
import { measure, Room } from "./room";
import { NO_TYPE, radius, typeOf, type Line, type Picture } from "./picture";
import type { Zone } from "./layouts";
import type { Point } from "./state";
import { FIRMNESS, type Firmness, type Part, type Relation, type Thing } from "./graph";

export interface Drawn {
  readonly picture: Picture;
  readonly places: ReadonlyMap<string, Point>;
  readonly zones: readonly Zone[];
  readonly beside: boolean;
}

const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu; // in XML 1.0

export function escaped(text: string): string {
  return text.replace(FORBIDDEN, "\ufffd").replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}

type Value = string | number | boolean | null;
type Attributes = Readonly<Record<string, Value>>;

function localName(iri: string): string {
  return /[^/#]*$/.exec(iri)?.[0] ?? iri;
}

function ofThing(thing: Thing): Attributes {
  return {
    iri: thing.iri,
    label_zh: thing.label.zh,
    label_en: thing.label.en,
    type: thing.type && localName(thing.type.iri),
    type_iri: thing.type && thing.type.iri,
    type_zh: thing.type && thing.type.label.zh,
    type_en: thing.type && thing.type.label.en,
    degree: thing.degree,
  };
}

function ofRelation(relation: Relation): Attributes {
  const spans = relation.evidence.filter((span) => span.start !== null);
  return {
    predicate: relation.predicate.iri,
    name: localName(relation.predicate.iri),
    label_zh: relation.predicate.label.zh,
    label_en: relation.predicate.label.en,
    modality: relation.modality,
    prospect: relation.prospect,
    statement: relation.statement,
    spans: spans.map((span) => `#char=${span.start},${span.end}`).join("|") || null,
  };
}

const KINDS: Readonly<Record<string, string>> = { degree: "int", prospect: "boolean", x: "double", y: "double" };
const THING_FIELDS = ["iri", "label_zh", "label_en", "type", "type_iri", "type_zh", "type_en", "degree", "x", "y"];
const RELATION_FIELDS = ["predicate", "name", "label_zh", "label_en", "modality", "prospect", "statement", "spans"];

function given(attributes: Attributes): [string, string][] {
  return Object.entries(attributes).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]));
}

function numbered(picture: Picture): Map<string, number> {
  return new Map(picture.things.map((thing, index) => [thing.iri, index]));
}

function at(places: ReadonlyMap<string, Point>, iri: string): { x: number; y: number } {
  const [x, y] = places.get(iri) ?? [0, 0];
  return { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 };
}

export function graphml({ picture, places }: Drawn): string {
  const numbers = numbered(picture);
  const keys = (fields: readonly string[], of: "node" | "edge") =>
    fields.map((name) => `<key id="${of}-${name}" for="${of}" attr.name="${name}" attr.type="${KINDS[name] ?? "string"}"/>`);
  const data = (of: string, attributes: Attributes) =>
    given(attributes).map(([name, value]) => `<data key="${of}-${name}">${escaped(value)}</data>`).join("");
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keys(THING_FIELDS, "node"),
    ...keys(RELATION_FIELDS, "edge"),
    '<graph id="explored" edgedefault="directed">',
    ...picture.things.map((thing, index) => `<node id="n${index}">${data("node", { ...ofThing(thing), ...at(places, thing.iri) })}</node>`),
    ...picture.lines.map(
      ({ relation }, index) =>
        `<edge id="e${index}" source="n${numbers.get(relation.source)}" target="n${numbers.get(relation.target)}">` +
        `${data("edge", ofRelation(relation))}</edge>`,
    ),
    "</graph>",
    "</graphml>",
    "",
  ].join("\n");
}

/** For Gephi: with places and colours. */
export function gexf({ picture, places }: Drawn, fills: Fills, language: Language): string {
  const numbers = numbered(picture);
  const declared = (of: "node" | "edge", fields: readonly string[]) => [
    `<attributes class="${of}">`,
    ...fields.map((name) => {
      const kind = KINDS[name] === "int" ? "integer" : (KINDS[name] ?? "string");
      return `<attribute id="${name}" title="${name}" type="${kind}"/>`;
    }),
    "</attributes>",
  ];
  const values = (attributes: Attributes) =>
    `<attvalues>${given(attributes).map(([name, value]) => `<attvalue for="${name}" value="${escaped(value)}"/>`).join("")}</attvalues>`;
  const node = (thing: Thing, index: number) => {
    const { x, y } = at(places, thing.iri);
    const [red, green, blue] = [1, 3, 5].map((start) => parseInt(fills.of(typeOf(thing)).slice(start, start + 2), 16));
    return (
      `<node id="${index}" label="${escaped(thing.label[language])}">${values(ofThing(thing))}` +
      `<viz:color r="${red}" g="${green}" b="${blue}"/><viz:position x="${x}" y="${-y}" z="0"/>` +
      `<viz:size value="${radius(thing).toFixed(1)}"/></node>`
    );
  };
  const edge = ({ relation, firmness }: Line, index: number) => {
    const shape = { asserted: "solid", inferred: "dashed", prospect: "dotted", unstated: "solid" }[firmness];
    return (
      `<edge id="${index}" source="${numbers.get(relation.source)}" target="${numbers.get(relation.target)}" ` +
      `label="${escaped(relation.predicate.label[language])}">${values(ofRelation(relation))}<viz:shape value="${shape}"/></edge>`
    );
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">',
    '<graph defaultedgetype="directed" mode="static">',
    ...declared("node", THING_FIELDS.slice(0, -2)),
    ...declared("edge", RELATION_FIELDS),
    "<nodes>",
    ...picture.things.map(node),
    "</nodes>",
    "<edges>",
    ...picture.lines.map(edge),
    "</edges>",
    "</graph>",
    "</gexf>",
    "",
  ].join("\n");
}

const FORM = "yuanhui-kg explored graph";

/** In the service's own shape, with places: it can be opened here again. */
export function document({ picture, places }: Drawn): string {
  const nodes = picture.things.map((thing) => ({ ...thing, position: at(places, thing.iri) }));
  return JSON.stringify({ form: FORM, version: 1, nodes, edges: picture.lines.map((line) => line.relation) }, null, 1);
}

export interface Opened extends Part {
  readonly places: ReadonlyMap<string, Point>;
}

/** What `document` wrote; `undefined` for anything else. Nothing in it is trusted. */
export function opened(text: string): Opened | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value["form"] !== FORM || !Array.isArray(value["nodes"]) || !Array.isArray(value["edges"])) return undefined;
  const nodes: Thing[] = [];
  const places = new Map<string, Point>();
  for (const node of value["nodes"] as unknown[]) {
    const term = termOf(node);
    if (!isObject(node) || !term) continue;
    const degree = Number(node["degree"]);
    nodes.push({ ...term, type: termOf(node["type"]), degree: Number.isFinite(degree) ? Math.max(0, degree) : 0 });
    const position = isObject(node["position"]) ? node["position"] : {};
    const [x, y] = [Number(position["x"]), Number(position["y"])];
    if (Number.isFinite(x) && Number.isFinite(y)) places.set(term.iri, [x, y]);
  }
  const names = new Set(nodes.map((node) => node.iri));
  const edges = (value["edges"] as unknown[]).flatMap((edge) => relationOf(edge, names) ?? []);
  return nodes.length ? { nodes, edges, places } : undefined;
}

function relationOf(edge: unknown, names: ReadonlySet<string>): Relation | undefined {
  if (!isObject(edge)) return undefined;
  const predicate = termOf(edge["predicate"]);
  const { source, target, modality, statement } = edge;
  if (!predicate || typeof source !== "string" || typeof target !== "string" || !names.has(source) || !names.has(target)) return undefined;
  const evidence = (Array.isArray(edge["evidence"]) ? edge["evidence"] : []).flatMap((span: unknown) =>
    isObject(span) && Number.isInteger(span["start"]) && Number.isInteger(span["end"])
      ? [{ start: span["start"] as number, end: span["end"] as number }]
      : [],
  );
  return {
    source,
    target,
    predicate,
    evidence,
    prospect: edge["prospect"] === true,
    modality: typeof modality === "string" ? modality : null,
    statement: typeof statement === "string" ? statement : null,
  };
}

function termOf(value: unknown): { iri: string; id: string; label: { zh: string; en: string } } | null {
  if (!isObject(value) || typeof value["iri"] !== "string" || !isObject(value["label"])) return null;
  const { zh, en } = value["label"];
  const id = typeof value["id"] === "string" ? value["id"] : value["iri"];
  return { iri: value["iri"], id, label: { zh: typeof zh === "string" ? zh : id, en: typeof en === "string" ? en : id } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// --- SVG ----------------------------------------------------------------------------------------------------------------

export interface Captions {
  readonly title: string;
  readonly source: string;
  readonly firmness: Readonly<Record<Firmness, string>>;
}

const EDGE = 64;
const LEGEND_ROW = 24;

/** The whole picture with its legend, on white paper: texts stay texts. */
export function svg(drawn: Drawn, extent: readonly number[], fills: Fills, language: Language, captions: Captions): string {
  const { picture, places, zones, beside } = drawn;
  const [left = 0, top = 0, right = 1, bottom = 1] = extent;
  const width = Math.max(480, right - left) + 2 * EDGE;
  const things = new Map(picture.things.map((thing) => [thing.iri, thing]));
  const legend = legendOf(picture, fills, language, captions, width - 2 * EDGE);
  const height = bottom - top + 2 * EDGE + 40 + legend.height + 30;
  const text = (x: number, y: number, content: string, size: number, fill: string, anchor = "middle", weight = 400) =>
    `<text x="${n(x)}" y="${n(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}" font-weight="${weight}">${escaped(content)}</text>`;
  const halo = (x: number, y: number, content: string, size: number, fill: string, anchor = "middle") =>
    text(x, y, content, size, fill, anchor).replace("<text ", `<text stroke="${LIGHT.paper}" stroke-width="3" stroke-linejoin="round" paint-order="stroke" `);
  const room = new Room();
  for (const one of picture.things) {
    const [x, y] = places.get(one.iri) ?? [0, 0];
    const [size, long] = [radius(one), measure(short(one.label[language], 24)) * 13];
    room.take(x - size, y - size, x + size, y + size);
    if (beside) room.take(x + size, y - 9, x + size + 5 + long, y + 9);
    else room.take(x - long / 2, y + size + 2, x + long / 2, y + size + 20);
  }
  const line = (one: Line) => {
    const { source, target, predicate } = one.relation;
    const [a, b, from, to] = [things.get(source), things.get(target), places.get(source), places.get(target)];
    const way = a && b && from && to ? curve(one, from, radius(a), to, radius(b)) : undefined;
    if (!way) return "";
    const path = `M${pair(way.from)}${way.control ? `Q${pair(way.control)} ` : "L"}${pair(way.to)}`;
    const label = short(predicate.label[language], 12);
    const [mx, my] = way.middle;
    const half = (measure(label) * 11) / 2;
    const fits = picture.lines.length <= 80 && room.take(mx - half, my - 7, mx + half, my + 7);
    const name = fits ? halo(mx, my + 4, label, 11, LIGHT.quiet) : "";
    return (
      `<g><title>${escaped(`${a?.label[language]} — ${predicate.label[language]} → ${b?.label[language]}`)}</title>` +
      `<path d="${path}" fill="none" stroke="${LIGHT.line}" stroke-width="${WIDTHS[one.firmness]}"${dashes(one.firmness)}/>` +
      `<path d="M${way.head.map(pair).join("L")}Z" fill="${LIGHT.line}"/>${name}</g>`
    );
  };
  const thing = (one: Thing) => {
    const [x, y] = places.get(one.iri) ?? [0, 0];
    return (
      `<g><title>${escaped(`${one.label[language]} (${typeOf(one).label[language]})`)}</title>` +
      `<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius(one))}" fill="${fills.of(typeOf(one))}"/>` +
      text(x, y + radius(one) * 0.34, letter(one, language), Math.round(radius(one) * 0.95), "#fff") +
      (beside
        ? halo(x + radius(one) + 5, y + 4, short(one.label[language]), 13, LIGHT.ink, "start")
        : halo(x, y + radius(one) + 16, short(one.label[language], 24), 13, LIGHT.ink)) +
      "</g>"
    );
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" lang="${language}" font-family="${escaped(FONT)}">`,
    `<title>${escaped(captions.title)}</title>`,
    `<rect width="100%" height="100%" fill="${LIGHT.paper}"/>`,
    text(EDGE, EDGE + 4, short(captions.title, Math.max(16, width / 24)), 18, LIGHT.ink, "start", 700),
    `<g transform="translate(${n(EDGE - left + (width - 2 * EDGE - (right - left)) / 2)} ${n(EDGE + 30 - top)})">`,
    ...zones.map(
      (zone) =>
        `<circle cx="${n(zone.x)}" cy="${n(zone.y)}" r="${n(zone.radius)}" fill="${LIGHT.zone}"/>` +
        text(zone.x, zone.y - zone.radius - 4, short(zone.label[language], 20), 13, LIGHT.quiet, "middle", 600),
    ),
    ...picture.lines.map(line),
    ...picture.things.map(thing),
    "</g>",
    `<g transform="translate(${EDGE} ${n(bottom - top + EDGE + 56)})">`,
    ...legend.items,
    text(0, legend.height + 14, captions.source, 11, LIGHT.quiet, "start"),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function legendOf(picture: Picture, fills: Fills, language: Language, captions: Captions, width: number) {
  const items: string[] = [];
  let [x, y] = [0, 0];
  const put = (mark: (x: number, y: number) => string, label: string) => {
    const room = 34 + measure(label) * 12 + 18;
    if (x > 0 && x + room > width) [x, y] = [0, y + LEGEND_ROW];
    items.push(`${mark(x, y)}<text x="${n(x + 34)}" y="${n(y + 4)}" font-size="12" fill="${LIGHT.ink}">${escaped(label)}</text>`);
    x += room;
  };
  const kinds = new Set(picture.things.map((thing) => typeOf(thing).iri));
  for (const { term } of picture.types.filter((one) => kinds.has(one.term.iri))) {
    const sample = [...(term.iri ? term : NO_TYPE).label[language]][0] ?? "";
    put(
      (a, b) =>
        `<circle cx="${n(a + 18)}" cy="${n(b)}" r="9" fill="${fills.of(term)}"/>` +
        `<text x="${n(a + 18)}" y="${n(b + 3.5)}" font-size="10" fill="#fff" text-anchor="middle">${escaped(sample.toLocaleUpperCase())}</text>`,
      term.label[language],
    );
  }
  const used = new Set(picture.lines.map((one) => one.firmness));
  for (const firm of FIRMNESS.filter((one) => used.has(one))) {
    put(
      (a, b) => `<path d="M${n(a)} ${n(b)}H${n(a + 28)}" stroke="${LIGHT.line}" stroke-width="${WIDTHS[firm] * 1.3}"${dashes(firm)}/>`,
      captions.firmness[firm],
    );
  }
  return { items, height: y + LEGEND_ROW };
}

function dashes(firm: Firmness): string {
  return DASHES[firm].length ? ` stroke-dasharray="${DASHES[firm].join(" ")}"` : "";
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function pair([x, y]: readonly [number, number]): string {
  return `${n(x)} ${n(y)}`;
}

/** Pixels of a picture that browsers make without trouble. */
const MOST_PIXELS = 8000;

/** A picture as PNG, twice as fine as the screen where it is not too large. */
export async function png(drawing: string): Promise<Blob> {
  const [, width = "1", height = "1"] = /width="([\d.]+)" height="([\d.]+)"/.exec(drawing) ?? [];
  const scale = Math.min(2, MOST_PIXELS / Math.max(Number(width), Number(height)));
  const url = URL.createObjectURL(new Blob([drawing], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = window.document.createElement("canvas");
    canvas.width = Math.round(Number(width) * scale);
    canvas.height = Math.round(Number(height) * scale);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
