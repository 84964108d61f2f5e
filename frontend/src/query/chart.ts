// Numbers of an answer as bars, or as a line where the other column is time. Drawn as SVG, coloured by the style sheet.

import { element } from "../lib/dom";
import { words } from "../lib/page";
import { svg } from "../lib/svg";
import { grouped } from "../lib/things";
import type { Row } from "./asking";
import { iris, isNumeric, isTime, number } from "./columns";
import { learn } from "./labels";
import { shown } from "./table";

const MOST_BARS = 60;
const WORDS = words({
  zh: { name: "名称列", value: "数值列", first: "只画前 {n} 行，共 {m} 行。", alt: "{v} 的图", without: "另有 {n} 行没有数值，未画。" },
  en: { name: "Names", value: "Values", first: "The first {n} of {m} rows are drawn.", alt: "Chart of {v}", without: "{n} more rows have no value and are not drawn." },
});

/** Whether there is anything to draw. */
export function canDraw(variables: readonly string[], rows: readonly Row[]): boolean {
  return rows.length > 0 && numbers(variables, rows).length > 0;
}

function numbers(variables: readonly string[], rows: readonly Row[]): string[] {
  return variables.filter((variable) => isNumeric(rows, variable));
}

/** A chart with its choice of columns. */
export function chart(variables: readonly string[], rows: readonly Row[]): HTMLElement {
  const values = numbers(variables, rows);
  const names = variables.filter((variable) => !values.includes(variable));
  const root = element("div", { class: "plot" });
  const picture = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": WORDS.alt.replace("{v}", values[0] ?? "") });
  const name = chooser("chart-name", WORDS.name, names.length ? names : variables, naming(rows, names));
  const value = chooser("chart-value", WORDS.value, values, values.at(-1));
  const draw = (): void => picture.replaceChildren(...drawn(rows, name.select.value, value.select.value));
  name.select.addEventListener("change", draw);
  value.select.addEventListener("change", draw);
  root.append(element("p", { class: "row" }, name.label, value.label), picture);
  draw();
  void learn(iris(rows.slice(0, MOST_BARS))).then((any) => any && draw());
  return root;
}

function chooser(id: string, text: string, options: readonly string[], chosen: string | undefined): { label: HTMLElement; select: HTMLSelectElement } {
  const select = element("select", { id }, ...options.map((option) => element("option", { value: option }, option)));
  if (chosen) select.value = chosen;
  return { label: element("label", { for: id, class: "choice" }, text, " ", select), select };
}

/** The column that tells rows apart best: time where it does, else the one with most values. */
function naming(rows: readonly Row[], names: readonly string[]): string | undefined {
  const distinct = (name: string): number => new Set(rows.map((row) => String(row[name]?.value))).size;
  const time = names.find((name) => isTime(rows, name) && distinct(name) === rows.length);
  return time ?? names.reduce<string | undefined>((best, name) => (best === undefined || distinct(name) >= distinct(best) ? name : best), undefined);
}

interface Point {
  name: string;
  value: number;
}

function drawn(rows: readonly Row[], name: string, value: string): Node[] {
  const points = rows.flatMap((row): Point[] => {
    const size = number(row[value]);
    return size === undefined ? [] : [{ name: row[name] ? shown(row[name]) : "", value: size }];
  });
  const first = points.slice(0, MOST_BARS);
  const cut = points.length > first.length ? element("p", { class: "note" }, WORDS.first.replace("{n}", String(first.length)).replace("{m}", grouped(points.length))) : undefined;
  const line = first.length > 2 && isTime(rows, name) && new Set(first.map((point) => point.name)).size === first.length;
  const picture = line ? lines([...first].sort((a, b) => (a.name < b.name ? -1 : 1))) : bars(first);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `${WORDS.alt.replace("{v}", value)}: ${first.map((point) => `${point.name} ${grouped(point.value)}`).join("; ")}`);
  const without = rows.length - points.length;
  return [picture, ...(cut ? [cut] : []), ...(without ? [element("p", { class: "note" }, WORDS.without.replace("{n}", grouped(without)))] : [])];
}

const WIDTH = 820;
const ROW = 26;
const NAMES = 250;
const NUMBERS = 120;

/** How wide a text is, in halves of a Chinese character. */
function halves(text: string): number {
  return Array.from(text).reduce((sum, sign) => sum + (sign > "\u2e7f" ? 2 : 1), 0);
}

function fitting(text: string, most: number): string {
  if (halves(text) <= most) return text;
  const signs = Array.from(text);
  while (signs.length && halves(signs.join("")) > most - 1) signs.pop();
  return `${signs.join("")}…`;
}

function bars(points: readonly Point[]): SVGElement {
  const most = Math.max(0, ...points.map((point) => point.value));
  const least = Math.min(0, ...points.map((point) => point.value));
  const scale = (WIDTH - NAMES - NUMBERS) / (most - least || 1);
  const zero = NAMES + 8 - least * scale;
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${points.length * ROW + 8}`, class: "plot-bars" });
  for (const [index, { name, value }] of points.entries()) {
    const y = index * ROW + 4;
    const width = Math.max(1, Math.abs(value) * scale);
    const text = svg("text", { x: NAMES, y: y + 16, class: "plot-name" }, fitting(name, 34));
    text.append(svg("title", {}, name));
    root.append(text, svg("rect", { x: value < 0 ? zero - width : zero, y: y + 3, width, height: ROW - 9, rx: 2 }), svg("text", { x: zero + (value > 0 ? width : 0) + 6, y: y + 16, class: "plot-number" }, grouped(value)));
  }
  return root;
}

const HEIGHT = 320;
const LEFT = 110;

function lines(points: readonly Point[]): SVGElement {
  const most = Math.max(...points.map((point) => point.value));
  const least = Math.min(0, ...points.map((point) => point.value));
  const x = (index: number): number => LEFT + (index * (WIDTH - LEFT - 60)) / Math.max(1, points.length - 1);
  const y = (value: number): number => 20 + ((most - value) * (HEIGHT - 60)) / (most - least || 1);
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot-lines" });
  for (const value of [least, (most + least) / 2, most]) {
    root.append(svg("line", { x1: LEFT - 10, x2: WIDTH - 40, y1: y(value), y2: y(value), class: "plot-grid" }), svg("text", { x: LEFT - 16, y: y(value) + 5, class: "plot-name" }, grouped(Number(value.toPrecision(6)))));
  }
  root.append(svg("polyline", { points: points.map((point, index) => `${x(index)},${y(point.value)}`).join(" ") }));
  const step = Math.ceil(points.length / 10);
  for (const [index, point] of points.entries()) {
    const dot = svg("circle", { cx: x(index), cy: y(point.value), r: 4 });
    dot.append(svg("title", {}, `${point.name}: ${grouped(point.value)}`));
    root.append(dot);
    if (index % step === 0) root.append(svg("text", { x: x(index), y: HEIGHT - 12, class: "plot-tick" }, point.name));
  }
  return root;
}

