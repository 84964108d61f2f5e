// The page to ask with: the editor, the answer in the shapes that it can have, and what was asked before.

import { element } from "../lib/dom";
import { language, words } from "../lib/page";
import { grouped, here } from "../lib/things";
import { exploring } from "./exploring";
import { map, places } from "./places";
import { ask, posted, type Open, type Outcome, type Position } from "./asking";
import { canDraw, chart } from "./chart";
import { completing } from "./completing";
import { editor, type Editor } from "./editor";
import { gallery } from "./gallery";
import { asked, forget, remember } from "./remembering";
import { snippet, SNIPPETS, type Snippet } from "./snippets";
import { table } from "./table";
import type { Term, Vocabulary } from "./vocabulary";

export interface Told {
  saved: string | null;
  ran: boolean;
  problem: { message: string; position?: Position } | null;
  formats: { solutions: string[]; graph: string[] };
}

const WORDS = words({
  zh: {
    label: "SPARQL 查询文本", example: "选一个现成的查询，或在此书写，例如：", run: "运行", cancel: "取消", keys: "Ctrl/⌘ + Enter 运行；输入中文或英文名称可补全术语；Tab 离开编辑器。",
    running: "正在运行 {t} 秒", cancelled: "已取消，用时 {t} 秒；服务器上的查询也已终止。", took: "{n} 行，{t} 秒", done: "{t} 秒", yes: "是", no: "否",
    none: "没有符合的结果。", large: "答案大于 24 MB，不在此显示；请下载，或在查询中加 LIMIT。", failed: "没有得到答案", unreachable: "无法连接到服务，请稍后再试。",
    at: "第 {l} 行第 {c} 列", table: "表格", chart: "图表", picture: "关系图", map: "地图", explore: "在图谱中打开", exploreFirst: "在图谱中打开前 {n} 个事物", text: "RDF 文本", code: "代码", get: "下载全部：", share: "分享", shared: "已复制链接",
    link: "本查询的链接", history: "历史记录", empty: "还没有运行过查询。", clear: "清空历史", local: "只保存在此浏览器中。", drawing: "正在绘制……",
    noPicture: "画不出：{m}", alt: "查询结果中各事物的关系图", language: "语言", copy: "复制", copied: "已复制", notCopied: "无法复制，请手动选取", views: "答案的形式", answer: "答案",
    cut: "只显示前 200 KB；下载可得全部。",
    leftOpen: "{s} 没有给出可用的回答；其部分留空（SERVICE SILENT）。", missing: "查询所指的下列图不在库中，按空图处理；请核对名称：{g}", long: "查询太长，链接可能无法打开；请改用代码或下载。",
  },
  en: {
    label: "SPARQL query", example: "Choose a saved query, or write one, such as:", run: "Run", cancel: "Cancel", keys: "Ctrl/⌘ + Enter runs. Type a Chinese or English name to complete a term. Tab leaves the editor.",
    running: "Running for {t} s", cancelled: "Cancelled after {t} s; the query has ended on the server, too.", took: "{n} rows in {t} s", done: "{t} s", yes: "Yes", no: "No",
    none: "No results.", large: "The answer is larger than 24 MB and is not shown here. Download it, or put a LIMIT into the query.", failed: "No answer",
    unreachable: "The service cannot be reached. Please try again.", at: "Line {l}, column {c}", table: "Table", chart: "Chart", picture: "Graph", map: "Map", explore: "Open in the explorer", exploreFirst: "Open the first {n} things in the explorer", text: "RDF text", code: "Code",
    get: "Download all of it:", share: "Share", shared: "Link copied", link: "Link to this query", history: "History", empty: "Nothing was asked yet.", clear: "Clear the history",
    local: "Kept in this browser only.", drawing: "Drawing…", noPicture: "It cannot be drawn: {m}", alt: "How the things in the answer hang together", language: "Language",
    copy: "Copy", copied: "Copied", notCopied: "Not copied: select the text", views: "Shapes of the answer", answer: "Answer", cut: "The first 200 kB are shown; a download has all of it.",
    leftOpen: "{s} gave no answer that can be used; its part is left open (SERVICE SILENT).", missing: "The query names graphs that are not here. They count as empty; check the names: {g}",
    long: "The query is so long that the link may not open; use the code or a download.",
  },
});
type Word = keyof typeof WORDS;

const EXAMPLE = "SELECT ?class (COUNT(?thing) AS ?count)\nWHERE { ?thing a ?class }\nGROUP BY ?class\nORDER BY DESC(?count)";
const TICK_MS = 100;
const TEXT_SHOWN = 200_000;
const LONGEST_LINK = 6000;

function said(key: Word, values: Record<string, string | number> = {}): string {
  return WORDS[key].replace(/\{(\w)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Turns the form into a workbench. */
export class Workbench {
  private readonly editor: Editor;
  private readonly state = element("span", { class: "state", role: "status" });
  private readonly cancel = element("button", { type: "button", class: "cancel", hidden: true }, WORDS.cancel);
  private readonly answer = element("section", { class: "outcome", "aria-label": WORDS.answer, tabindex: -1 });
  private readonly side = element("div", { class: "beneath" });
  private running: AbortController | undefined;
  private vocabulary: Vocabulary | undefined;
  private saved: string | null;
  private savedText = "";

  constructor(
    private readonly form: HTMLFormElement,
    private readonly told: Told,
  ) {
    const area = form.querySelector<HTMLTextAreaElement>("textarea")!;
    const host = element("div", { class: "editor" });
    area.before(host);
    this.editor = editor(host, area.value, WORDS.label, `${WORDS.example}\n${EXAMPLE}`, completing(() => this.vocabulary, find), () => void this.run());
    area.hidden = area.disabled = true;
    form.querySelector("label[for=query]")?.removeAttribute("for");
    this.saved = told.saved;
    this.savedText = area.value;
    this.arrange();
    void terms().then((found) => (this.vocabulary = found));
    if (told.saved && !told.problem) void this.load(told.saved, told.ran);
    else if (told.ran) void this.run();
  }

  private arrange(): void {
    const row = this.form.querySelector(".row")!;
    const share = element("button", { type: "button", class: "quiet" }, WORDS.share);
    share.addEventListener("click", () => this.share(share));
    this.cancel.addEventListener("click", () => this.running?.abort());
    row.append(this.cancel, share, this.state);
    row.after(element("p", { class: "help" }, WORDS.keys), this.side);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.run();
    });
    const { problem } = this.told;
    if (problem?.position) this.editor.wrong(problem.position.line, problem.position.column, problem.message);
    if (!problem) scriptless();
    this.form.after(this.answer, this.history());
    const saved = document.getElementById("gallery");
    if (saved) gallery(saved, (id) => void this.load(id, true));
  }

  /** Put a saved query into the editor, its parameters' values written out. */
  private async load(id: string, run: boolean): Promise<void> {
    const answer = await fetch(`/api/v1/queries/${encodeURIComponent(id)}`).catch(() => undefined);
    if (!answer?.ok) return this.show({ kind: "unreachable" }, 0);
    const { standalone } = (await answer.json()) as { standalone: string };
    this.editor.setText(standalone);
    this.saved = id;
    this.savedText = standalone;
    if (run) await this.run();
    const below = run && !matchMedia("(min-width: 60rem)").matches; // on a phone the answer is out of sight
    (below ? this.answer : this.form).scrollIntoView({ block: "start" });
  }

  private async run(): Promise<void> {
    this.running?.abort();
    const ending = (this.running = new AbortController());
    const text = this.editor.text();
    const began = performance.now();
    const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1);
    scriptless();
    this.editor.right();
    this.cancel.hidden = false;
    this.side.replaceChildren();
    this.answer.setAttribute("aria-busy", "true");
    const clock = setInterval(() => (this.state.textContent = said("running", { t: seconds() })), TICK_MS);
    const outcome = await ask(text, language(), ending.signal);
    clearInterval(clock);
    if (this.running !== ending) return; // another one was started meanwhile
    this.running = undefined;
    this.cancel.hidden = true;
    this.answer.removeAttribute("aria-busy");
    remember(text, Date.now());
    this.history();
    this.address(text);
    this.show(outcome, Number(seconds()));
  }

  /** The page's own address leads to what was asked. */
  private address(text: string): void {
    const parameters: Record<string, string> = this.saved && text === this.savedText ? { saved: this.saved, run: "1" } : { query: text };
    const link = here("/query", parameters);
    if (link.length <= LONGEST_LINK && link !== location.pathname + location.search) history.replaceState(null, "", link);
  }

  private show(outcome: Outcome, seconds: number): void {
    const t = seconds.toFixed(1);
    this.state.textContent = outcome.kind === "cancelled" ? said("cancelled", { t }) : outcome.kind === "solutions" ? said("took", { n: grouped(outcome.rows.length), t }) : said("done", { t });
    const shapes = this.shapes(outcome);
    this.answer.replaceChildren(...("failed" in outcome ? open(outcome) : []), ...shapes);
    if (outcome.kind === "problem" && outcome.position) this.editor.wrong(outcome.position.line, outcome.position.column, outcome.message);
  }

  private shapes(outcome: Outcome): Node[] {
    switch (outcome.kind) {
      case "solutions":
        return outcome.rows.length ? [...this.tabs(solutionTabs(outcome, this.editor.text()), "solutions"), ...explorer(outcome)] : [element("p", {}, WORDS.none), this.code()];
      case "boolean":
        return [element("p", { class: "boolean" }, outcome.value ? WORDS.yes : WORDS.no), this.downloads("solutions"), this.code()];
      case "graph":
        return this.tabs([["text", () => rdf(outcome.text)], ["picture", () => picture(this.editor.text())]], "graph");
      case "large":
        return [element("p", { class: "note" }, WORDS.large), this.downloads("solutions")];
      case "problem":
        return [this.problem(outcome.message, outcome.hint, outcome.position)];
      case "unreachable":
        return [this.problem(WORDS.unreachable, "")];
      case "cancelled":
        return [];
    }
  }

  private problem(message: string, hint: string, position?: Position): HTMLElement {
    const place = position && element("button", { type: "button", class: "quiet place" }, said("at", { l: position.line, c: position.column }));
    place?.addEventListener("click", () => this.editor.wrong(position!.line, position!.column, message));
    return element("div", { class: "problem", role: "alert" }, element("h2", {}, WORDS.failed), element("p", {}, message), hint && element("p", {}, hint), place && element("p", {}, place));
  }

  // --- shapes

  private tabs(shapes: [Word, () => HTMLElement][], kind: "solutions" | "graph"): Node[] {
    const all: [Word, () => HTMLElement][] = [...shapes, ["code", () => this.code()]];
    const panel = element("div", { role: "tabpanel", id: "shape", tabindex: 0 });
    const list = element("div", { role: "tablist", "aria-label": WORDS.views, class: "tabs" });
    const made = new Map<Word, HTMLElement>();
    const buttons = all.map(([name]) => element("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "shape" }, WORDS[name]));
    const choose = (number: number): void => {
      const [name, make] = all[number]!;
      for (const [index, button] of buttons.entries()) {
        button.setAttribute("aria-selected", String(index === number));
        button.tabIndex = index === number ? 0 : -1;
      }
      if (!made.has(name)) made.set(name, make());
      panel.setAttribute("aria-labelledby", `tab-${name}`);
      panel.replaceChildren(made.get(name)!);
    };
    for (const [index, button] of buttons.entries()) {
      button.addEventListener("click", () => choose(index));
      button.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = (index + step + buttons.length) % buttons.length;
        choose(next);
        buttons[next]!.focus();
      });
    }
    list.append(...buttons);
    choose(0);
    return [list, panel, this.downloads(kind)];
  }

  private downloads(kind: "solutions" | "graph"): HTMLElement {
    const buttons = this.told.formats[kind].map((format) => {
      const button = element("button", { type: "button", class: "quiet" }, format);
      button.addEventListener("click", () => void download(this.editor.text(), format));
      return button;
    });
    return element("p", { class: "downloads row" }, element("span", { class: "help" }, WORDS.get), ...buttons);
  }

  private code(): HTMLElement {
    const select = element("select", { id: "code-language" }, ...SNIPPETS.map((name) => element("option", { value: name }, name)));
    const code = element("code");
    const text = element("pre", { tabindex: 0, lang: "en" }, code);
    const copy = element("button", { type: "button", class: "quiet" }, WORDS.copy);
    const draw = (): void => void (code.textContent = snippet(select.value as Snippet, this.editor.text(), `${location.origin}/sparql`));
    select.addEventListener("change", draw);
    copy.addEventListener("click", () => void copied(code.textContent ?? "", copy, WORDS.copied));
    draw();
    return element("div", { class: "code" }, element("p", { class: "row" }, element("label", { for: "code-language", class: "choice" }, WORDS.language, " ", select), copy), text);
  }

  // --- beside the answer

  private share(button: HTMLElement): void {
    const text = this.editor.text();
    const link = `${location.origin}/query?${new URLSearchParams(this.saved && text === this.savedText ? { saved: this.saved, run: "1" } : { query: text })}`;
    const input = element("input", { type: "text", id: "share-link", readonly: true, value: link });
    const warning = link.length > LONGEST_LINK && element("p", { class: "note" }, WORDS.long);
    this.side.replaceChildren(element("p", { class: "share" }, element("label", { for: "share-link" }, WORDS.link), input), ...(warning ? [warning] : []));
    input.select();
    void copied(link, button, WORDS.shared);
  }

  private history(): HTMLElement {
    const root = document.getElementById("history") ?? element("details", { id: "history", class: "history" });
    const items = asked().map(({ text, at }) => {
      const first = text.split("\n").find((line) => line.trim() && !/^\s*(#|PREFIX)/i.test(line))?.trim() ?? text.trim();
      const button = element("button", { type: "button", class: "quiet" }, first.slice(0, 120));
      button.addEventListener("click", () => {
        this.editor.setText(text);
        this.editor.focus();
        this.form.scrollIntoView({ block: "start" });
      });
      return element("li", {}, button, " ", element("time", { datetime: new Date(at).toISOString(), class: "help" }, new Date(at).toLocaleString(language() === "zh" ? "zh-CN" : "en-GB")));
    });
    const clear = element("button", { type: "button", class: "quiet" }, WORDS.clear);
    clear.addEventListener("click", () => {
      forget();
      this.history();
    });
    const body = items.length ? [element("p", { class: "help" }, WORDS.local), element("ol", {}, ...items), clear] : [element("p", { class: "help" }, WORDS.empty)];
    root.replaceChildren(element("summary", {}, WORDS.history, " ", element("span", { class: "number" }, String(items.length))), ...body);
    return root;
  }
}

/** Take away the answer that the server put into the page for those without scripts. */
function scriptless(): void {
  for (const old of document.querySelectorAll("[data-scriptless]")) old.remove();
}

function solutionTabs(outcome: Outcome & { kind: "solutions" }, query: string): [Word, () => HTMLElement][] {
  const { variables, rows } = outcome;
  const tabs: [Word, () => HTMLElement][] = [["table", () => table(variables, rows)]];
  if (canDraw(variables, rows)) tabs.push(["chart", () => chart(variables, rows)]);
  const things = variables.filter((variable) => rows.some((row) => row[variable]?.type === "uri"));
  if (places(variables, rows).length) tabs.push(["map", () => map(variables, rows)]);
  if (things.length > 1) tabs.push(["picture", () => picture(query)]);
  return tabs;
}

/** What the answer leaves open, though it looks whole. */
function open({ failed, missing }: Open): Node[] {
  const told = [...failed.map((s) => said("leftOpen", { s })), ...(missing.length ? [said("missing", { g: missing.join(", ") })] : [])];
  return told.map((text) => element("p", { class: "note" }, text));
}

/** A link to the explorer with the answer's things. */
function explorer(outcome: Outcome & { kind: "solutions" }): Node[] {
  const { link, shown, all } = exploring(outcome.rows);
  return link ? [element("p", {}, element("a", { href: link }, shown < all ? said("exploreFirst", { n: shown }) : WORDS.explore))] : [];
}

function rdf(text: string): HTMLElement {
  const pre = element("pre", { tabindex: 0, lang: "en" }, element("code", {}, text.slice(0, TEXT_SHOWN)));
  return element("div", {}, pre, text.length > TEXT_SHOWN && element("p", { class: "note" }, WORDS.cut));
}

/** The answer's things and their relations, drawn by the service. */
function picture(query: string): HTMLElement {
  const root = element("div", { class: "drawing" }, element("p", { role: "status" }, WORDS.drawing));
  const address = `/api/v1/export?${new URLSearchParams({ format: "svg", query, lang: language() })}`;
  void fetch(address, { headers: { "Accept-Language": language() } })
    .then(async (answer) => {
      if (!answer.ok) throw new Error(((await answer.json()) as { error: { message: string } }).error.message);
      const image = element("img", { alt: WORDS.alt, src: URL.createObjectURL(await answer.blob()) });
      const files = ["svg", "graphml"].map((format) => element("a", { href: address.replace("format=svg", `format=${format}`), download: `query.${format}` }, format));
      root.replaceChildren(element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": WORDS.alt }, image), element("p", { class: "row" }, ...files));
    })
    .catch((error: unknown) => root.replaceChildren(element("p", { class: "note" }, said("noPicture", { m: error instanceof Error ? error.message : "" }))));
  return root;
}

async function download(query: string, format: string): Promise<void> {
  const answer = await fetch("/sparql", posted(query, "*/*", language(), undefined, format)).catch(() => undefined);
  if (!answer?.ok) return;
  const link = element("a", { href: URL.createObjectURL(await answer.blob()), download: `query.${format}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function copied(text: string, button: HTMLElement, done: string): Promise<void> {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = done;
  } catch {
    button.textContent = WORDS.notCopied;
  }
  setTimeout(() => (button.textContent = before), 2000);
}

async function terms(): Promise<Vocabulary | undefined> {
  const answer = await fetch("/api/v1/terms").catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as Vocabulary) : undefined;
}

/** Things by a piece of their name. */
async function find(text: string, signal: AbortSignal): Promise<Term[]> {
  const answer = await fetch(`/api/v1/search?${new URLSearchParams({ q: text.slice(0, 50), limit: "10" })}`, { signal });
  if (!answer.ok) return [];
  const { results } = (await answer.json()) as { results: Omit<Term, "kind" | "uses">[] };
  return results.map(({ iri, id, label }) => ({ iri, id, label, kind: "thing", uses: 0 }));
}
