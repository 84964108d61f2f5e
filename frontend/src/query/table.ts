// An answer as a table: names in the place of IRIs, numbers to the right, any column to sort by.

import { element } from "../lib/dom";
import { words } from "../lib/page";
import { address, grouped, here, named } from "../lib/things";
import type { Row, Value } from "./asking";
import { iris, isNumeric, isTime, number, sorted } from "./columns";
import { label, learn } from "./labels";

const PAGE = 200;
const LONGEST = 2000;
const WORDS = words({
  zh: { caption: "查询结果", more: "再显示 {n} 行", shown: "显示前 {n} 行，共 {m} 行；下载可得全部。", sort: "按 {v} 排序", place: "在原文中查看" },
  en: { caption: "Results of the query", more: "Show {n} more rows", shown: "{n} of {m} rows are shown; a download has them all.", sort: "Sort by {v}", place: "Show in the article" },
});

/** The text by which a value is shown and sorted. */
export function shown(value: Value): string {
  if (value.type === "uri") return named(label(String(value.value)), short(String(value.value)));
  if (value.type === "bnode") return `_:${String(value.value)}`;
  if (value.type === "triple") return JSON.stringify(value.value);
  return String(value.value);
}

/** The end of an IRI, which is mostly its name. */
function short(iri: string): string {
  const end = /[^#/]+$/.exec(iri)?.[0];
  if (!end) return iri;
  try {
    return decodeURIComponent(end);
  } catch {
    return end;
  }
}

/** A table that asks for names once it is there. */
export function table(variables: readonly string[], rows: readonly Row[]): HTMLElement {
  return new Table(variables, rows).root;
}

class Table {
  readonly root = element("div", { class: "table" });
  private readonly body = element("tbody");
  private readonly note = element("p", { class: "note" });
  private readonly more = element("button", { type: "button", class: "quiet" });
  private readonly heads: HTMLElement[];
  private readonly numeric: Set<string>;
  private rows: readonly Row[];
  private count = PAGE;
  private by: { variable: string; descending: boolean } | undefined;

  constructor(
    private readonly variables: readonly string[],
    rows: readonly Row[],
  ) {
    this.rows = rows;
    this.numeric = new Set(variables.filter((variable) => isNumeric(rows, variable)));
    this.heads = variables.map((variable) => this.head(variable));
    const made = element("table", { class: "answer stacked" }, element("caption", { class: "hidden" }, WORDS.caption), element("thead", {}, element("tr", {}, ...this.heads)), this.body);
    const scroll = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": WORDS.caption }, made);
    this.more.addEventListener("click", () => {
      this.count += PAGE;
      this.draw();
    });
    this.root.append(scroll, this.note, this.more);
    this.draw();
  }

  private head(variable: string): HTMLElement {
    const button = element("button", { type: "button", title: WORDS.sort.replace("{v}", variable) }, variable);
    button.addEventListener("click", () => this.sort(variable));
    return element("th", { scope: "col", lang: "en", "aria-sort": "none", class: this.numeric.has(variable) ? "value" : undefined }, button);
  }

  private sort(variable: string): void {
    const descending = this.by?.variable === variable ? !this.by.descending : this.numeric.has(variable);
    this.by = { variable, descending };
    const named = this.rows.flatMap((row) => (row[variable]?.type === "uri" ? [String(row[variable].value)] : []));
    void learn(named).then(() => {
      this.rows = sorted(this.rows, variable, descending, shown);
      for (const [index, head] of this.heads.entries()) {
        head.setAttribute("aria-sort", this.variables[index] === variable ? (descending ? "descending" : "ascending") : "none");
      }
      this.draw();
    });
  }

  private draw(): void {
    const visible = this.rows.slice(0, this.count);
    const left = this.rows.length - visible.length;
    this.body.replaceChildren(...visible.map((row) => this.row(row)));
    this.note.hidden = this.more.hidden = left === 0;
    this.note.textContent = WORDS.shown.replace("{n}", grouped(visible.length)).replace("{m}", grouped(this.rows.length));
    this.more.textContent = WORDS.more.replace("{n}", grouped(Math.min(PAGE, left)));
    void learn(iris(visible)).then((any) => any && this.draw());
  }

  private row(row: Row): HTMLElement {
    return element("tr", {}, ...this.variables.map((variable) => element("td", { "data-label": variable, class: this.numeric.has(variable) ? "value" : undefined }, row[variable] && (place(variable, row) ?? cell(row[variable])))));
  }
}

/** Offsets in an article lead to their place in it: a column `start` beside a column `end`. */
function place(variable: string, row: Row): HTMLElement | undefined {
  const [start, end] = [number(row["start"]), number(row["end"])];
  if (variable !== "start" || !Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return undefined;
  return element("a", { href: `${here("/article")}#char=${start},${end}`, title: WORDS.place }, String(start));
}

function cell(value: Value): HTMLElement {
  if (value.type === "uri") {
    const iri = String(value.value);
    const target = address(iri, Object.keys(label(iri) ?? {}).length > 0);
    return target ? element("a", { href: target, title: iri, rel: target.startsWith("/") ? undefined : "noopener nofollow" }, shown(value)) : element("span", { title: iri }, iri);
  }
  const size = number(value);
  const text = size !== undefined && !/[eE]/.test(String(value.value)) && !isTime([{ v: value }], "v") ? plain(String(value.value)) : shown(value);
  return element("span", { lang: value["xml:lang"] }, text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

/** A number in full, its thousands set apart; never rounded. */
export function plain(digits: string): string {
  const [, sign = "", whole = "", rest = ""] = /^([+-]?)(\d+)(.*)$/.exec(digits) ?? [];
  return whole ? `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${rest}` : digits;
}
