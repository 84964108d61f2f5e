// Rows that have coordinates (WGS 84), as points between meridians and parallels. Nothing lies beneath: no map is fetched.

import { element } from "../lib/dom";
import { words } from "../lib/page";
import { svg } from "../lib/svg";
import { address, grouped } from "../lib/things";
import type { Row, Value } from "./asking";
import { iris, number } from "./columns";
import { learn } from "./labels";
import { shown } from "./table";

const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";
const POINT = /^\s*(?:<([^>]*)>\s*)?POINT\s*Z?\s*\(\s*(-?[\d.]+(?:e[+-]?\d+)?)\s+(-?[\d.]+(?:e[+-]?\d+)?)(?:\s+[-\d.e+]+)?\s*\)\s*$/i;
/** Reference systems whose coordinates are longitude and latitude, in this order, in WGS 84. */
const CRS84: ReadonlySet<string> = new Set(["", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"]);
const LATITUDE = /^(?:\w*_)?(?:lat|latitude|纬度)$/i;
const LONGITUDE = /^(?:\w*_)?(?:lon|long|lng|longitude|经度)$/i;
const MOST = 2000;
const NAMED = 60;
const WORDS = words({
  zh: { alt: "{n} 个点的位置（WGS 84），无底图", note: "WGS 84 坐标，没有底图。", left: "另有 {n} 行没有可用的坐标，未画。", cut: "只画前 {n} 个点。" },
  en: { alt: "Where {n} points lie (WGS 84), without a base map", note: "Coordinates in WGS 84, without a base map.", left: "{n} more rows have no coordinates that can be used and are not drawn.", cut: "The first {n} points are drawn." },
});

export interface Place {
  readonly lat: number;
  readonly lon: number;
  readonly row: Row;
}

/** The rows that have a point, as WKT or as two columns of degrees. */
export function places(variables: readonly string[], rows: readonly Row[]): Place[] {
  const lat = variables.find((name) => LATITUDE.test(name));
  const lon = variables.find((name) => LONGITUDE.test(name));
  return rows.flatMap((row) => {
    const pair = lat && lon ? degrees(number(row[lat]), number(row[lon])) : undefined;
    const found = pair ?? Object.values(row).map(point).find((one) => one !== undefined);
    return found ? [{ ...found, row }] : [];
  });
}

function point(value: Value | undefined): { lat: number; lon: number } | undefined {
  if (value?.datatype !== WKT) return undefined;
  const [, system = "", lon, lat] = POINT.exec(String(value.value)) ?? [];
  return CRS84.has(system) && lon !== undefined ? degrees(Number(lat), Number(lon)) : undefined;
}

function degrees(lat: number | undefined, lon: number | undefined): { lat: number; lon: number } | undefined {
  if (lat === undefined || lon === undefined || !(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180)) return undefined;
  return { lat, lon };
}

const WIDTH = 820;
const HEIGHT = 520;
const EDGE = 56;
const KM = 111.32; // of a degree of latitude
const SMALLEST = 0.02; // degrees that are shown of a single point

export interface Frame {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  readonly perDegree: number;
  x(lon: number): number;
  y(lat: number): number;
}

/** What part of the world is shown: plate carrée, true to scale at its middle parallel. */
export function frame(points: readonly Place[]): Frame {
  const lats = points.map((one) => one.lat);
  const lons = points.map((one) => one.lon);
  const extent = (values: number[]): number => Math.max(SMALLEST, Math.max(...values) - Math.min(...values)) * 1.1;
  const middle = (values: number[]): number => (Math.max(...values) + Math.min(...values)) / 2;
  const shrunk = Math.max(0.05, Math.cos((middle(lats) * Math.PI) / 180));
  const perDegree = Math.min((WIDTH - 2 * EDGE) / (extent(lons) * shrunk), (HEIGHT - 2 * EDGE) / extent(lats));
  const x = (lon: number): number => WIDTH / 2 + (lon - middle(lons)) * shrunk * perDegree;
  const y = (lat: number): number => HEIGHT / 2 - (lat - middle(lats)) * perDegree;
  const half = { lon: (WIDTH / 2 - EDGE) / (shrunk * perDegree), lat: (HEIGHT / 2 - EDGE) / perDegree };
  return { west: middle(lons) - half.lon, east: middle(lons) + half.lon, south: middle(lats) - half.lat, north: middle(lats) + half.lat, perDegree, x, y };
}

/** A round number near to a third of an extent: 1, 2 or 5 times a power of ten. */
export function step(extent: number): number {
  const power = 10 ** Math.floor(Math.log10(extent / 3));
  return [1, 2, 5, 10].map((times) => times * power).find((one) => extent / one <= 6) ?? 10 * power;
}

/** The map, with what is not on it. */
export function map(variables: readonly string[], rows: readonly Row[]): HTMLElement {
  const all = places(variables, rows);
  const drawn = all.slice(0, MOST);
  const notes = [WORDS.note];
  if (all.length < rows.length) notes.push(WORDS.left.replace("{n}", grouped(rows.length - all.length)));
  if (drawn.length < all.length) notes.push(WORDS.cut.replace("{n}", grouped(drawn.length)));
  const alt = WORDS.alt.replace("{n}", grouped(drawn.length));
  const scroll = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": alt });
  const draw = (): void => scroll.replaceChildren(picture(variables, drawn, alt));
  draw();
  void learn(iris(drawn.map(({ row }) => row))).then((any) => any && draw());
  return element("div", { class: "plot" }, scroll, element("p", { class: "note" }, notes.join(" ")));
}

function picture(variables: readonly string[], points: readonly Place[], alt: string): SVGElement {
  const shownPart = frame(points);
  const root = svg("svg", { viewBox: `0 ${EDGE - 8} ${WIDTH} ${HEIGHT - 2 * EDGE + 36}`, class: "plot-map", role: "group", "aria-label": alt });
  root.append(...graticule(shownPart), scaleBar(shownPart));
  for (const place of points) root.append(dot(variables, place, shownPart, points.length <= NAMED));
  return root;
}

function graticule(part: Frame): SVGElement[] {
  const every = step(part.north - part.south);
  const lines: SVGElement[] = [svg("rect", { x: EDGE, y: EDGE, width: WIDTH - 2 * EDGE, height: HEIGHT - 2 * EDGE, class: "plot-frame" })];
  for (const lat of ticks(part.south, part.north, every)) {
    const y = part.y(lat);
    lines.push(svg("line", { x1: EDGE, x2: WIDTH - EDGE, y1: y, y2: y, class: "plot-grid" }), svg("text", { x: EDGE - 6, y: y + 4, class: "plot-name" }, angle(lat, every, "N", "S")));
  }
  for (const lon of ticks(part.west, part.east, every)) {
    const x = part.x(lon);
    lines.push(svg("line", { x1: x, x2: x, y1: EDGE, y2: HEIGHT - EDGE, class: "plot-grid" }), svg("text", { x, y: HEIGHT - EDGE + 18, class: "plot-tick" }, angle(lon, every, "E", "W")));
  }
  return lines;
}

function ticks(from: number, to: number, every: number): number[] {
  const first = Math.ceil(from / every);
  return Array.from({ length: Math.max(0, Math.floor(to / every) - first + 1) }, (_, index) => (first + index) * every);
}

function angle(value: number, every: number, positive: string, negative: string): string {
  const digits = Math.max(0, Math.ceil(-Math.log10(every) - 1e-9));
  return `${Math.abs(value).toFixed(digits)}°${value < 0 ? negative : positive}`;
}

function scaleBar(part: Frame): SVGElement {
  const km = step(((WIDTH - 2 * EDGE) / part.perDegree) * KM * 0.6);
  const width = (km / KM) * part.perDegree;
  const [x, y] = [WIDTH - EDGE - width - 10, HEIGHT - EDGE - 12];
  return svg("g", { class: "plot-scale" }, svg("path", { d: `M${x},${y - 5}v5h${width}v-5` }), svg("text", { x: x + width / 2, y: y - 8, class: "plot-tick" }, km < 1 ? `${grouped(km * 1000)} m` : `${grouped(km)} km`));
}

function dot(variables: readonly string[], place: Place, part: Frame, withName: boolean): SVGElement {
  const [x, y] = [part.x(place.lon), part.y(place.lat)];
  const naming = variables.map((name) => place.row[name]).find((value) => value?.type === "uri") ?? variables.map((name) => place.row[name]).find((value) => value && !value.datatype);
  const name = naming ? shown(naming) : "";
  const circle = svg("circle", { cx: x, cy: y, r: withName ? 5 : 3 }, svg("title", {}, `${name} ${place.lat}, ${place.lon}`.trim()));
  const target = naming?.type === "uri" ? address(String(naming.value), name !== String(naming.value)) : undefined;
  const both = withName && name ? [circle, svg("text", { x: x + 9, y: y + 4, class: "plot-label" }, name)] : [circle];
  return target ? svg("a", { href: target, ...(target.startsWith("/") ? {} : { rel: "noopener nofollow" }) }, ...both) : svg("g", {}, ...both);
}
