// What surrounds the picture: the bar above it, the tabs beside it, notes upon it. It tells what was asked for and shows what it is
// given; what is so is the page's.

import { language, words } from "../lib/page";
import { button, element, fill, icon } from "../lib/dom";
import { finder } from "./finder";
import type { Found } from "./api";
import type { Term } from "./graph";
import { LAYOUTS, type Layout } from "./state";
import { WORDS } from "./words";

const NOTE_MS = 8000;
const ICONS = {
  undo: "M6 3 2.5 6.5 6 10M3 6.5h6.5a4 4 0 0 1 0 8H7",
  redo: "M10 3l3.5 3.5L10 10M13 6.5H6.5a4 4 0 0 0 0 8H9",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  closer: "M8 3v10M3 8h10",
  farther: "M3 8h10",
  share: "M6.5 9.5l3-3M7 4.5l1.5-1.5a3.2 3.2 0 0 1 4.5 4.5L11.5 9M9 11.5 7.5 13A3.2 3.2 0 0 1 3 8.5L4.5 7",
  download: "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
};
const FILES = { png: "PNG", svg: "SVG", gexf: "GEXF (Gephi)", graphml: "GraphML", json: "JSON" };

export type Tab = "details" | "legend" | "list";

/** Something to start from. */
export interface Entry {
  readonly label: string;
  readonly kind: string;
  /** Its address, which has a query. */
  readonly path: string;
}

/** What can be asked for. */
export interface Commands {
  add(found: Found): void;
  step(way: "undo" | "redo"): void;
  layout(layout: Layout): void;
  by(predicate: string | null): void;
  share(): Promise<void>;
  save(kind: string): void;
  open(file: File): void;
  clear(): void;
  zoom(by: number): void;
  fit(): void;
  /** A tab came to the front. */
  turned(tab: Tab): void;
}

export class Frame {
  readonly canvas: HTMLCanvasElement;
  tab: Tab = "details";
  readonly #t = words(WORDS);
  readonly #status = element("p", { role: "status", class: "said" });
  readonly #live = element("p", { class: "hidden", "aria-live": "polite" });
  readonly #banner = element("div", { class: "banner", hidden: true });
  readonly #welcome = element("div", { class: "welcome", hidden: true });
  readonly #steps: Readonly<Record<"undo" | "redo", HTMLButtonElement>>;
  readonly #layouts = new Map<Layout, HTMLInputElement>();
  readonly #by = element("select", { id: "explore-by", onchange: () => this.commands.by(this.#by.value || null) });
  readonly #byLabel = element("label", { class: "by" }, `${words(WORDS).by} `, this.#by);
  readonly #tabs = new Map<Tab, { tab: HTMLButtonElement; panel: HTMLElement }>();

  constructor(
    root: HTMLElement,
    private readonly commands: Commands,
    panels: Readonly<Record<Tab, HTMLElement>>,
    entries: readonly Entry[],
    private readonly suffix: string,
  ) {
    const t = this.#t;
    this.canvas = element("canvas", { tabindex: 0, role: "application", "aria-label": t.canvas, "aria-describedby": "explore-keys" });
    this.#steps = { undo: this.#tool("undo", () => commands.step("undo")), redo: this.#tool("redo", () => commands.step("redo")) };
    this.#welcomes(entries);
    const stage = element("div", { class: "stage" }, this.canvas, this.#banner, this.#welcome, this.#zoom(), this.#status);
    const side = element("aside", { class: "side", "aria-label": t.details }, ...this.#tablist(panels));
    const keys = element("p", { class: "hidden", id: "explore-keys" }, `${t.help} ${t.keys}`);
    root.append(element("div", { class: "explorer" }, this.#bar(), element("div", { class: "floor" }, stage, side), this.#live, keys));
  }

  // --- what it shows ---

  /** Say it to those who hear the page; a note is seen for some seconds too. */
  say(text: string, isNote = false): void {
    this.#live.textContent = text;
    if (!isNote) return;
    const note = element("p", { class: "toast" }, text);
    this.canvas.parentElement?.append(note);
    setTimeout(() => note.remove(), NOTE_MS);
  }

  count(things: number, relations: number): void {
    this.#status.textContent = `${things} ${this.#t.things} · ${relations} ${this.#t.relations}`;
  }

  /** @param empty whether nothing was chosen yet: then there is something to start from instead of a picture. */
  set empty(empty: boolean) {
    this.#welcome.hidden = !empty;
    if (empty) this.#status.textContent = "";
  }

  steps(canUndo: boolean, canRedo: boolean): void {
    this.#steps.undo.disabled = !canUndo;
    this.#steps.redo.disabled = !canRedo;
  }

  /** @param suitable the relations that levels and circles can go by, the best first. */
  layout(layout: Layout, by: string | null, suitable: readonly Term[]): void {
    for (const [name, input] of this.#layouts) input.checked = name === layout;
    this.#byLabel.hidden = layout === "force";
    const options = suitable.map((term) => element("option", { value: term.iri }, term.label[language()]));
    if (layout === "circles") options.unshift(element("option", { value: "" }, this.#t.byType));
    this.#by.replaceChildren(...options);
    this.#by.value = by ?? (layout === "circles" ? "" : (suitable[0]?.iri ?? ""));
  }

  /** Ask for the other end of a way. */
  askWay(from: string, choose: (found: Found) => void, cancel: () => void): void {
    const target = finder(this.#t.wayTarget, choose);
    fill(this.#banner, element("p", {}, `${this.#t.wayFrom} `, element("strong", {}, from)), target.element, button(this.#t.cancel, cancel));
    this.#banner.hidden = false;
    target.input.focus();
  }

  endAsking(): void {
    this.#banner.hidden = true;
    this.#banner.replaceChildren();
  }

  turn(name: Tab): void {
    this.tab = name;
    for (const [other, { tab, panel }] of this.#tabs) {
      tab.setAttribute("aria-selected", String(other === name));
      tab.tabIndex = other === name ? 0 : -1;
      panel.hidden = other !== name;
    }
    this.commands.turned(name);
  }

  // --- how it is made ---

  #tool(name: "undo" | "redo" | "closer" | "farther" | "fit", act: () => void): HTMLButtonElement {
    return button("", act, { class: "tool", "aria-label": this.#t[name], title: this.#t[name] }, icon(ICONS[name]));
  }

  #bar(): HTMLElement {
    const t = this.#t;
    const find = finder(t.add, (found) => this.commands.add(found));
    const layouts = element("fieldset", { class: "segments" }, element("legend", { class: "hidden" }, t.layout), ...LAYOUTS.map((name) => this.#choice(name)));
    const share = button("", () => void this.commands.share().then(() => share.focus()), { class: "tool wide" }, icon(ICONS.share), t.share);
    const tools = element("div", { class: "tools" }, this.#steps.undo, this.#steps.redo, share, this.#downloads());
    return element("div", { class: "bar" }, find.element, layouts, this.#byLabel, tools);
  }

  #choice(name: Layout): HTMLElement {
    const input = element("input", { type: "radio", name: "explore-layout", value: name, onchange: () => this.commands.layout(name) });
    this.#layouts.set(name, input);
    return element("label", {}, input, element("span", {}, this.#t[name]));
  }

  #zoom(): HTMLElement {
    return element(
      "div",
      { class: "zoom" },
      this.#tool("closer", () => this.commands.zoom(1.3)),
      this.#tool("farther", () => this.commands.zoom(1 / 1.3)),
      this.#tool("fit", () => this.commands.fit()),
    );
  }

  #downloads(): HTMLElement {
    const t = this.#t;
    const input = element("input", { type: "file", accept: ".json,application/json", hidden: true, "aria-label": t.open });
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      if (file) this.commands.open(file);
      input.value = "";
    });
    const close = () => menu.removeAttribute("open");
    const closing = (act: () => void) => () => {
      close();
      act();
    };
    const menu = element(
      "details",
      { class: "menu" },
      element("summary", { class: "tool wide" }, icon(ICONS.download), t.download),
      element(
        "div",
        {},
        ...Object.entries(FILES).map(([kind, label]) => button(label, () => this.commands.save(kind), { "data-kind": kind })),
        button(t.open, closing(() => input.click())),
        input,
        button(t.clear, closing(() => this.commands.clear())),
      ),
    );
    document.addEventListener("pointerdown", (event) => {
      if (!(event.target instanceof Node) || !menu.contains(event.target)) close();
    });
    menu.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node) || !menu.contains(event.relatedTarget)) close();
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      close();
      menu.querySelector("summary")?.focus();
    });
    return menu;
  }

  #welcomes(entries: readonly Entry[]): void {
    const items = entries.map(({ label, kind, path }) => element("li", {}, element("a", { href: path + this.suffix.replace("?", "&") }, label), " ", element("span", { class: "kind" }, kind)));
    fill(this.#welcome, element("h2", {}, this.#t.empty), element("p", {}, this.#t.emptyHelp), element("ul", {}, ...items));
  }

  #tablist(panels: Readonly<Record<Tab, HTMLElement>>): HTMLElement[] {
    for (const name of ["details", "legend", "list"] as const) {
      const about = { role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, "aria-selected": "false", tabindex: -1 };
      const tab = button(this.#t[name], () => this.turn(name), about);
      const held = { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, tabindex: 0, hidden: true };
      this.#tabs.set(name, { tab, panel: element("div", held, panels[name]) });
    }
    const list = element("div", { role: "tablist", "aria-label": this.#t.details }, ...[...this.#tabs.values()].map(({ tab }) => tab));
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const names = [...this.#tabs.keys()];
      const next = names[(names.indexOf(this.tab) + step + names.length) % names.length] ?? "details";
      this.turn(next);
      this.#tabs.get(next)?.tab.focus();
    });
    return [list, ...[...this.#tabs.values()].map(({ panel }) => panel)];
  }
}
