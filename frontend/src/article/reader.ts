// The reader's own copy with its facts lit up in place. Nothing of it leaves the browser.

import { element } from "../lib/dom";
import { words } from "../lib/page";
import { grouped } from "../lib/things";
import { count, facts, KINDS, kinds, type Kind, type MarkedSpan } from "./facts";
import { marks, type Marks } from "./fetching";
import { range, type Range } from "./fragment";
import { allow, allowed, keep, kept } from "./keeping";
import { runs, type Run } from "./marking";
import { opened, type Opened, type Refusal } from "./opening";
import type { Placed } from "./placing";

interface Known {
  iri: string;
  id: string;
  sha256: string;
  spans: string;
}
export interface Told {
  documents: Known[];
  document: string | null;
  aligner: string | null;
}

const WORDS = words({
  zh: {
    open: "打开副本…", hint: "或把文件拖到这里。纯文本，UTF-8、GB 18030、Big5 或 UTF-16。", paste: "粘贴文本", use: "用这段文本",
    pasteLabel: "在此粘贴全文", keep: "在此标签页关闭前记住这份副本（不必每次重新打开）", working: "正在对照……",
    exact: "与标注时的文件逐字节相同（SHA-256 相符），{n} 处全部标出。",
    realigned: "是另一份副本（换行、空白或全半角不同），{n} 处引文逐字找到，全部标出。",
    partly: "文字与标注时不同：{n} 处中有 {m} 处没有找到，其余已标出。没有找到的：",
    wrong: "这不是这篇文章：{n} 处引文中有 {m} 处找不到，少于一半吻合，因此不予标出。",
    digests: "文件的 SHA-256 是 {a}，图谱记录的是 {b}。",
    empty: "文件是空的。", large: "文件大于 20 MB，不像一篇文章。",
    binary: "这不是纯文本：既不是 UTF-8，也不是 GB 18030、Big5 或 UTF-16。Word、PDF 请先另存为纯文本。",
    failed: "没有取得引文数据，请稍后再试。", encoding: "按 {e} 读取。", show: "标出", mention: "名称", figure: "数据", statement: "关系",
    facts: "所选之处的事实", pick: "点选文中标出之处，这里显示它所据的事实。用方向键可在各处之间移动。",
    waiting: "要看的是第 {a}–{b} 个字符；打开副本后会直接跳到那里。", nowhere: "第 {a}–{b} 个字符处没有标注。", text: "原文", other: "换一份",
    lost: "在您的副本中没有找到这一处。",
  },
  en: {
    open: "Open a copy…", hint: "or drop the file here. Plain text in UTF-8, GB 18030, Big5 or UTF-16.", paste: "Paste the text",
    use: "Use this text", pasteLabel: "Paste the whole text here",
    keep: "Remember this copy until the tab is closed (so that it need not be opened again)", working: "Comparing…",
    exact: "This is, byte for byte, the file that was marked up (SHA-256 agrees). All {n} places are marked.",
    realigned: "Another copy (other line breaks, white space or widths). All {n} places were found, character for character.",
    partly: "The text differs from the one that was marked up: {m} of {n} places were not found, the others are marked. Missing:",
    wrong: "This is not the article: {m} of {n} places do not stand in it, so less than half agrees and nothing is marked.",
    digests: "The file's SHA-256 is {a}; the graph has {b}.", empty: "The file is empty.",
    large: "The file is larger than 20 MB: hardly an article.",
    binary: "This is no plain text: neither UTF-8, GB 18030, Big5 nor UTF-16. Save Word or PDF files as plain text first.",
    failed: "The places could not be fetched. Please try again.", encoding: "Read as {e}.", show: "Mark", mention: "Names",
    figure: "Figures", statement: "Relations", facts: "Facts of the chosen place",
    pick: "Choose a marked place in the text, and the facts that rest on it are shown here. Arrow keys move between places.",
    waiting: "You came for characters {a}–{b}: open your copy, and it will be shown there.",
    nowhere: "Nothing is marked at characters {a}–{b}.", text: "The text", other: "Another copy",
    lost: "This place was not found in your copy.",
  },
});
const FIRST_SHOWN: readonly Kind[] = ["mention", "figure"];
const MOST_MISSING = 8;
const BLANK_LINES = /\n(?:[^\S\n]*\n){2,}/g; // shown as one

function said(key: keyof typeof WORDS, values: Record<string, string | number> = {}): string {
  return WORDS[key].replace(/\{(\w)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Make `root` the place where a copy is opened and read. */
export class Reader {
  private marks: Promise<Marks> | undefined;
  private known: Known;
  private copy: Opened | undefined;
  private placed: Placed | undefined;
  private shown = new Set<Kind>(FIRST_SHOWN);
  private elements: HTMLElement[] = [];
  private runs: Run[] = [];

  private readonly state = element("div", { role: "status", class: "state" });
  private readonly opening: HTMLElement;
  private readonly reading = element("div", { class: "reading", hidden: true });
  private readonly text = element("div", { class: "text", lang: "zh-Hans", role: "region", "aria-label": WORDS.text });
  private readonly panel = element("aside", { class: "resting", "aria-live": "polite", "aria-label": WORDS.facts });
  private readonly tools = element("div", { class: "tools" });

  constructor(
    root: HTMLElement,
    private readonly list: HTMLElement | null,
    private readonly told: Told,
  ) {
    this.known = told.documents.find((each) => each.iri === told.document) ?? told.documents[0]!;
    this.opening = this.openers();
    this.reading.append(this.text, this.panel);
    root.append(this.opening, this.state, this.tools, this.reading);
    this.listen();
    const before = kept(this.known.id);
    if (before) void this.read(before);
    else void this.await();
  }

  // --- opening

  private openers(): HTMLElement {
    const file = element("input", { type: "file", accept: ".txt,.text,.md,text/plain", class: "file", id: "copy-file" });
    file.addEventListener("change", () => void this.take(file.files?.[0]).then(() => (file.value = "")));
    const area = element("textarea", { id: "copy-text", rows: 6, spellcheck: "false" });
    const use = element("button", { type: "button" }, WORDS.use);
    use.addEventListener("click", () => this.takeBytes("", new TextEncoder().encode(area.value)));
    const pasted = element("details", { class: "paste" }, element("summary", {}, WORDS.paste), element("label", { for: "copy-text" }, WORDS.pasteLabel), area, use);
    const keeping = element("input", { type: "checkbox", id: "copy-keep" });
    keeping.checked = allowed();
    keeping.addEventListener("change", () => {
      allow(keeping.checked);
      if (this.copy) keep(this.known.id, this.copy);
    });
    return element(
      "div",
      { class: "drop" },
      element("p", { class: "row" }, element("label", { for: "copy-file", class: "button" }, WORDS.open), file, element("span", { class: "help" }, WORDS.hint)),
      pasted,
      element("p", { class: "check" }, keeping, " ", element("label", { for: "copy-keep" }, WORDS.keep)),
    );
  }

  private listen(): void {
    window.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.opening.classList.add("over");
    });
    window.addEventListener("dragleave", () => this.opening.classList.remove("over"));
    window.addEventListener("drop", (event) => {
      event.preventDefault(); // the browser would leave the page for the file
      this.opening.classList.remove("over");
      void this.take(event.dataTransfer?.files[0]);
    });
    window.addEventListener("hashchange", () => void (this.placed ? this.go() : this.await()));
    this.text.addEventListener("keydown", (event) => this.move(event));
    this.text.addEventListener("click", (event) => this.choose(this.runAt(event.target)));
    this.text.addEventListener("focusin", (event) => this.choose(this.runAt(event.target)));
  }

  private async take(file: File | undefined): Promise<void> {
    if (!file) return;
    const bytes = file.size > 64 * 1024 * 1024 ? undefined : await file.arrayBuffer().catch(() => undefined);
    if (bytes) this.takeBytes(file.name, new Uint8Array(bytes));
    else this.refuse("large");
  }

  private takeBytes(name: string, bytes: Uint8Array): void {
    const found = opened(name, bytes);
    if (typeof found === "string") this.refuse(found);
    else void this.read(found);
  }

  private refuse(why: Refusal): void {
    this.state.replaceChildren(element("p", { class: "note wrong" }, WORDS[why]));
  }

  /** Compare a copy with what the graph cites, and show it where it is one. */
  private async read(copy: Opened): Promise<void> {
    this.state.replaceChildren(element("p", {}, WORDS.working));
    const same = this.told.documents.find((each) => each.sha256 === copy.digest);
    if (same && same !== this.known) {
      this.known = same;
      this.marks = undefined;
    }
    try {
      const found = await this.fetched();
      const placed = await this.compared(copy, found);
      this.tell(copy, found, placed);
      if (placed.status === "wrong") return;
      this.copy = copy;
      this.placed = placed;
      keep(this.known.id, copy);
      this.show(found);
    } catch {
      this.state.replaceChildren(element("p", { class: "note wrong" }, WORDS.failed));
    }
  }

  private fetched(): Promise<Marks> {
    this.marks ??= marks(this.known.spans);
    this.marks.catch(() => (this.marks = undefined)); // so that it may be tried again
    return this.marks;
  }

  private compared(copy: Opened, found: Marks): Promise<Placed> {
    const worker = new Worker(this.told.aligner ?? "", { type: "module" });
    return new Promise<Placed>((resolve, reject) => {
      worker.addEventListener("message", (event: MessageEvent<Placed>) => resolve(event.data));
      worker.addEventListener("error", () => reject(new Error("the search failed")));
      worker.postMessage({ text: copy.text, digest: copy.digest, document: found.document, spans: found.spans });
    }).finally(() => worker.terminate());
  }

  private tell(copy: Opened, found: Marks, placed: Placed): void {
    const values = { n: grouped(found.spans.length), m: grouped(placed.lost) };
    const good = placed.status === "exact" || placed.status === "realigned";
    const first = element("p", { class: good ? "note right" : "note wrong" }, said(placed.status, values));
    if (copy.encoding !== "utf-8") first.append(" ", said("encoding", { e: copy.encoding.toUpperCase() }));
    const more: HTMLElement[] = [];
    if (placed.status === "wrong") {
      const digests = element("p", { class: "help digests" }, said("digests", { a: copy.digest, b: found.document.sha256 }));
      more.push(digests);
    }
    if (placed.status === "partly") {
      const missing = found.spans.filter((_, index) => !placed.places[index]);
      const shown = missing.slice(0, MOST_MISSING).map((span) => `${span.start}–${span.end}`);
      first.append(" ", shown.join(", "), missing.length > shown.length ? " …" : "");
    }
    this.state.replaceChildren(first, ...more);
  }

  // --- reading

  private show(found: Marks): void {
    this.reading.hidden = false;
    if (this.list) this.list.hidden = true;
    this.opening.classList.add("done");
    this.tools.replaceChildren(...this.switches(found));
    this.panel.replaceChildren(element("p", { class: "help" }, WORDS.pick));
    this.draw(found);
    this.go();
  }

  private switches(found: Marks): HTMLElement[] {
    const made = KINDS.map((kind) => {
      const box = element("input", { type: "checkbox", id: `show-${kind}` });
      box.checked = this.shown.has(kind);
      box.addEventListener("change", () => {
        if (box.checked) this.shown.add(kind);
        else this.shown.delete(kind);
        this.draw(found);
      });
      const number = found.spans.reduce((sum, span) => sum + span[`${kind}s`].length, 0);
      const label = element("label", { for: `show-${kind}`, class: `swatch ${kind}` }, WORDS[kind], " ", element("span", { class: "number" }, grouped(number)));
      return element("span", { class: "switch" }, box, " ", label);
    });
    return [element("span", { class: "help" }, WORDS.show), ...made];
  }

  /** The text in runs, those that lie in a shown place being places to choose. */
  private draw(found: Marks): void {
    const { copy, placed } = this;
    if (!copy || !placed) return;
    const characters = Array.from(copy.text);
    const visible = found.spans.map((span) => kinds(span).some((kind) => this.shown.has(kind)));
    this.runs = runs(characters.length, placed.places.map((place, index) => (visible[index] ? place : null)));
    this.elements = this.runs.map((run) => this.drawn(run, characters.slice(run.start, run.end).join(""), found.spans));
    this.text.replaceChildren(...this.elements);
    const first = this.elements.find((each) => each.tabIndex === -1);
    if (first) first.tabIndex = 0;
  }

  private drawn(run: Run, text: string, spans: readonly MarkedSpan[]): HTMLElement {
    if (!run.holds.length || !text.trim()) return element("span", {}, text.replace(BLANK_LINES, "\n\n"));
    const all = new Set(run.holds.flatMap((index) => kinds(spans[index]!).filter((kind) => this.shown.has(kind))));
    const classes = ["run", ...all].join(" ");
    return element("span", { class: classes, role: "button", tabindex: -1, "aria-pressed": "false" }, text);
  }

  private runAt(target: EventTarget | null): number {
    return target instanceof HTMLElement ? this.elements.indexOf(target) : -1;
  }

  /** Show what rests on a run. */
  private choose(number: number): void {
    const run = this.runs[number];
    if (!run?.holds.length) return;
    void this.fetched().then((found) => {
      this.mark(number, run.holds[0]!);
      this.tellFacts(run.holds.map((index) => found.spans[index]!), found);
    });
  }

  private mark(number: number, index: number): void {
    for (const [each, made] of this.elements.entries()) {
      const chosen = this.runs[each]!.holds.includes(index);
      made.classList.toggle("chosen", chosen);
      if (made.hasAttribute("aria-pressed")) {
        made.setAttribute("aria-pressed", String(each === number));
        made.tabIndex = each === number ? 0 : -1;
      }
    }
  }

  private tellFacts(spans: readonly MarkedSpan[], found: Marks, ...before: HTMLElement[]): void {
    this.panel.replaceChildren(...before, ...spans.flatMap((span) => facts(span, found.things)));
    this.panel.scrollTop = 0;
  }

  private move(event: KeyboardEvent): void {
    const number = this.runAt(event.target);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (number < 0 || step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    for (let next = number + step; next >= 0 && next < this.elements.length; next += step) {
      if (this.elements[next]!.hasAttribute("aria-pressed")) return this.elements[next]!.focus();
    }
  }

  // --- places that are asked for

  /** While no copy is open: the facts of the place that the address names. */
  private async await(): Promise<void> {
    const wanted = range(location.hash);
    if (!wanted) return;
    const found = await this.fetched().catch(() => undefined);
    if (!found) this.state.replaceChildren(element("p", { class: "note wrong" }, WORDS.failed));
    if (!found || this.placed) return;
    const note = element("p", { class: "note" }, said("waiting", values(wanted, found)));
    this.reading.hidden = false;
    this.reading.classList.add("without-text");
    this.tellFacts(at(wanted, found.spans), found, note);
  }

  /** Go to the place that the address names. */
  private go(): void {
    this.reading.classList.remove("without-text");
    const wanted = range(location.hash);
    if (!wanted) return;
    void this.fetched().then((found) => {
      for (const kind of at(wanted, found.spans).slice(0, 1).flatMap(kinds)) this.shown.add(kind);
      this.tools.replaceChildren(...this.switches(found));
      this.draw(found);
      const target = this.targeted(wanted, found.spans);
      if (target === undefined) {
        const missing = at(wanted, found.spans);
        this.tellFacts(missing, found, element("p", { class: "note" }, missing.length ? WORDS.lost : said("nowhere", values(wanted, found))));
        return;
      }
      const number = this.runs.findIndex((run) => run.end > target);
      const made = this.elements[number];
      if (!made) return;
      made.scrollIntoView({ block: "center" });
      if (made.hasAttribute("aria-pressed")) made.focus({ preventScroll: true });
      const chosen = at(wanted, found.spans)[0];
      if (chosen) this.mark(number, found.spans.indexOf(chosen));
    });
  }

  /** Where the wanted place stands in the copy, by the smallest span that was found and holds its beginning. */
  private targeted(wanted: Range, spans: readonly MarkedSpan[]): number | undefined {
    const around = spans
      .map((span, index) => ({ span, place: this.placed?.places[index] }))
      .filter(({ span, place }) => place && span.start <= wanted.start && wanted.start < span.end)
      .sort((a, b) => Number(b.span.start === wanted.start) - Number(a.span.start === wanted.start) || a.span.end - a.span.start - (b.span.end - b.span.start))[0];
    if (!around?.place) return this.placed?.status === "exact" ? wanted.start : undefined;
    return around.place[0] + (this.placed?.status === "exact" ? wanted.start - around.span.start : 0);
  }
}

function values(wanted: Range, found: Marks): Record<string, number> {
  return { a: wanted.start, b: wanted.end ?? found.document.length ?? wanted.start };
}

/** The spans with facts at a place, those that fit it best first. */
function at(wanted: Range, spans: readonly MarkedSpan[]): MarkedSpan[] {
  const end = Math.max(wanted.end ?? Infinity, wanted.start + 1);
  const off = (span: MarkedSpan): number => Math.abs(span.start - wanted.start) + Math.abs(span.end - (wanted.end ?? span.end));
  const near = spans.filter((span) => count(span) && span.start < end && span.end > wanted.start);
  return near.sort((a, b) => off(a) - off(b)).slice(0, 12);
}
