// Links are reviewed here: a table of one's own is opened, read and written in the browser, and sent nowhere.

import { button, element, fill } from "../lib/dom";
import { language } from "../lib/page";
import { parse, type Table, written } from "./table";

const NO_TERM = "sssom:NoTermFound";
const AT_ONCE = 50;
const LARGEST = 64 * 1024 * 1024;
const WORDS = {
  zh: {
    choose: "打开关联表（TSV）",
    wrong: "这不是关联表：没有 subject_id、object_id、decision 三列。",
    large: "文件超过 64 MB，请先分成几份。",
    reviewer: "审核人（可不填，会写入表中）",
    show: "显示",
    open: "待审核",
    decided: "已决定",
    all: "全部",
    accept: "接受",
    refuse: "不是",
    none: "都不是",
    more: "再显示一些",
    save: "下载审核结果",
    nothing: "没有这样的条目。",
    proposed: "程序判断",
    matcher: { accept: "接受", review: "待审核", none: "不关联" } as Record<string, string>,
  },
  en: {
    choose: "Open a table of links (TSV)",
    wrong: "This is no table of links: the columns subject_id, object_id and decision are not there.",
    large: "The file has more than 64 MB: divide it first.",
    reviewer: "Reviewer (optional; written into the table)",
    show: "Show",
    open: "to review",
    decided: "decided",
    all: "all",
    accept: "Accept",
    refuse: "Refuse",
    none: "None of these",
    more: "Show more",
    save: "Download the reviewed table",
    nothing: "There is none.",
    proposed: "Matcher",
    matcher: { accept: "accept", review: "review", none: "none" } as Record<string, string>,
  },
};
type Row = Map<string, string>;
type Filter = "open" | "decided" | "all";

const said = (row: Row) => row.get("decision") ?? "";
const isOwn = (row: Row) => said(row) !== (row.get("proposed") ?? "") || Boolean(row.get("reviewer_label"));
const isCandidate = (row: Row) => Boolean(row.get("object_id")) && row.get("object_id") !== NO_TERM;

export class Review {
  readonly #text = WORDS[language()];
  readonly #state = element("div", { class: "state", role: "status" });
  readonly #list = element("ol", { class: "to-review" });
  readonly #reviewer = element("input", { type: "text", id: "reviewer", autocomplete: "off" });
  readonly #filter = element("select", { id: "review-filter", onchange: () => this.#show() });
  #table: Table | undefined;
  #name = "links.sssom.tsv";
  #mentions = new Map<string, Row[]>();
  #shown = AT_ONCE;

  constructor(root: HTMLElement) {
    const file = element("input", { type: "file", id: "links-file", accept: ".tsv,.txt,text/tab-separated-values" });
    file.addEventListener("change", () => void this.#open(file.files?.[0]));
    for (const one of ["open", "decided", "all"] as const) this.#filter.append(element("option", { value: one }, this.#text[one]));
    fill(root, element("p", {}, element("label", { for: "links-file" }, this.#text.choose), file), this.#state, this.#list);
  }

  async #open(file: File | undefined): Promise<void> {
    if (!file) return;
    fill(this.#list);
    if (file.size > LARGEST) return fill(this.#state, element("p", { class: "note" }, this.#text.large));
    const table = parse(await file.text());
    if (!table) return fill(this.#state, element("p", { class: "note" }, this.#text.wrong));
    this.#table = table;
    this.#name = file.name;
    this.#mentions = new Map();
    for (const row of table.rows) {
      const subject = row.get("subject_id") ?? "";
      this.#mentions.set(subject, [...(this.#mentions.get(subject) ?? []), row]);
    }
    fill(
      this.#state,
      element("p", {}, element("label", { for: "reviewer" }, this.#text.reviewer), this.#reviewer),
      element("p", {}, element("label", { for: "review-filter" }, this.#text.show), this.#filter),
      element("p", {}, button(this.#text.save, () => this.#save()), " ", element("span", { class: "number", id: "review-count" })),
    );
    this.#shown = AT_ONCE;
    const mentions = [...this.#mentions.values()];
    this.#filter.value = mentions.some((rows) => wanted(rows, "open")) ? "open" : "all";
    this.#show();
  }

  #show(): void {
    const filter = this.#filter.value as Filter;
    const chosen = [...this.#mentions.values()].filter((rows) => wanted(rows, filter));
    const items = chosen.slice(0, this.#shown).map((rows) => this.#mention(rows));
    if (!items.length) items.push(element("li", { class: "help" }, this.#text.nothing));
    if (chosen.length > this.#shown) items.push(element("li", {}, button(this.#text.more, () => this.#more(), { class: "small" })));
    fill(this.#list, ...items);
    this.#count();
  }

  #more(): void {
    this.#shown += AT_ONCE;
    this.#show();
  }

  #count(): void {
    const own = [...this.#mentions.values()].filter((rows) => rows.some(isOwn)).length;
    const count = document.getElementById("review-count");
    if (count) count.textContent = `${own} / ${this.#mentions.size}`;
  }

  #mention(rows: readonly Row[]): HTMLLIElement {
    const first = rows[0] as Row;
    const item = element("li", { class: "mention" });
    const candidates = rows.filter(isCandidate);
    const draw = () => {
      const none = candidates.length > 0 && candidates.every((row) => said(row) === "refuse");
      fill(
        item,
        element("p", {}, element("strong", {}, first.get("subject_label") || first.get("subject_id") || ""), around(first, "subject_context"), " ", element("code", {}, first.get("subject_id") ?? "")),
        element("ul", { class: "candidates" }, ...candidates.map((row) => this.#candidate(row, candidates, draw))),
        candidates.length > 1 &&
          element("p", {}, button(this.#text.none, () => this.#decide(candidates, undefined, none, draw), { class: "small", "aria-pressed": String(none) })),
      );
      this.#count();
    };
    draw();
    return item;
  }

  #candidate(row: Row, all: readonly Row[], draw: () => void): HTMLLIElement {
    const name = row.get("object_label") || row.get("object_id") || "";
    const mark = (decision: "accept" | "refuse") => {
      const pressed = said(row) === decision && isOwn(row);
      const act = () => {
        if (decision === "accept") this.#decide(all, row, pressed, draw);
        else this.#set(row, pressed ? undefined : "refuse", draw);
        (document.getElementById(id) as HTMLElement | null)?.focus();
      };
      const id = `${decision}-${row.get("subject_id")}-${row.get("object_id")}`;
      const label = `${this.#text[decision]}: ${name}`;
      return button(this.#text[decision], act, { id, class: "small", "aria-pressed": String(pressed), "aria-label": label });
    };
    const proposed = row.get("proposed") ?? "";
    const why = (language() === "zh" && row.get("comment_zh")) || row.get("comment");
    return element(
      "li",
      {},
      element("span", {}, name, around(row, "object_context"), " ", element("code", {}, row.get("object_id") ?? "")),
      " ",
      element("span", { class: "beside" }, `${row.get("confidence") ?? ""} · ${this.#text.proposed}: ${this.#text.matcher[proposed] ?? proposed}`),
      " ",
      element("span", { class: "choices" }, mark("accept"), " ", mark("refuse")),
      why ? element("span", { class: "beside why" }, why) : null,
    );
  }

  /** Accept one of the candidates and none of the others; all are refused where it is none. Pressed again, all is as it was. */
  #decide(all: readonly Row[], chosen: Row | undefined, pressed: boolean, draw: () => void): void {
    for (const row of all) {
      const decision = row === chosen ? "accept" : chosen === undefined || said(row) === "accept" ? "refuse" : undefined;
      if (pressed) this.#set(row, undefined);
      else if (decision) this.#set(row, decision);
    }
    draw();
  }

  #set(row: Row, decision: string | undefined, draw?: () => void): void {
    row.set("decision", decision ?? row.get("proposed") ?? "");
    const columns = this.#table?.columns ?? [];
    const reviewer = this.#reviewer.value.trim() || (decision !== undefined && decision === row.get("proposed") ? "reviewed" : "");
    if (reviewer && !columns.includes("reviewer_label")) columns.push("reviewer_label");
    row.set("reviewer_label", decision === undefined ? "" : reviewer);
    draw?.();
  }

  #save(): void {
    if (!this.#table) return;
    const url = URL.createObjectURL(new Blob([written(this.#table)], { type: "text/tab-separated-values" }));
    element("a", { href: url, download: this.#name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}

/** In what a mention or a candidate lies, for those who decide on it. */
function around(row: Row, column: string): HTMLElement | null {
  const context = row.get(column);
  return context ? element("span", { class: "beside" }, ` ${context.replaceAll("/", " › ")}`) : null;
}

function wanted(rows: readonly Row[], filter: Filter): boolean {
  if (filter === "all") return true;
  const own = rows.some(isOwn);
  return filter === "decided" ? own : !own && rows.some((row) => said(row) === "review");
}
