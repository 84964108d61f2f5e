// What is said of the thing, relation or way that is looked at.

import { amount } from "../lib/amount";
import { language, words } from "../lib/page";
import { address } from "../lib/things";
import { entity, type Entity, type Fact, type Figure, type Way, type Ways } from "./api";
import { button, element, fill } from "../lib/dom";
import { firmness, otherEnd, type Graph, type Relation, type Span, type Term, type Thing } from "./graph";
import { STEP, type Group } from "./groups";
import { WORDS } from "./words";

const FACTS = 12;
const GROUPS = 30;

export interface Actions {
  select(iri: string): void;
  expand(iri: string): void;
  reveal(group: Group, most: number): void;
  pin(iri: string): void;
  hide(iri: string): void;
  wayFrom(iri: string): void;
  walk(index: number): void;
  leaveWay(): void;
}

export interface Told {
  readonly thing: Thing;
  readonly groups: readonly Group[];
  readonly pinned: boolean;
  /** Whether all that surrounds it was fetched. */
  readonly opened: boolean;
  readonly truncated: boolean;
}

/** The labels of modalities, by their names. */
export type Modalities = Readonly<Record<string, Record<"zh" | "en", string>>>;

export class Panel {
  readonly element = element("div", { class: "told" });
  readonly #known = new Map<string, Promise<Entity>>();
  #shown = "";

  constructor(
    private readonly graph: Graph,
    private readonly actions: Actions,
    private readonly modalities: Modalities,
    /** Languages of the other pages' addresses. */
    private readonly suffix: string,
  ) {}

  nothing(): void {
    const t = words(WORDS);
    this.#shown = "";
    fill(this.element, element("p", {}, t.pick), element("p", { class: "help" }, t.help), element("p", { class: "help" }, t.keys));
  }

  thing(told: Told): void {
    const t = words(WORDS);
    const { thing } = told;
    const { iri } = thing;
    const other = language() === "zh" ? "en" : "zh";
    const facts = this.#shown === iri ? this.element.querySelector(".known") : null;
    this.#shown = iri;
    const about = facts ?? element("div", { class: "known" }, element("p", { class: "help" }, t.working));
    const page = address(thing.iri, true);
    const focused = this.element.contains(document.activeElement) && (document.activeElement as HTMLElement).dataset["act"];
    fill(this.element, 
      element("h2", { tabindex: -1 }, thing.label[language()]),
      element("p", { class: "also" }, thing.type?.label[language()], " · ", element("span", { lang: other === "zh" ? "zh-Hans" : "en" }, thing.label[other])),
      element(
        "div",
        { class: "acts" },
        (!told.opened || told.groups.length > 0) && button(t.expand, () => this.actions.expand(iri), { class: "main", "data-act": "expand" }),
        button(told.pinned ? t.unpin : t.pin, () => this.actions.pin(iri), { "data-act": "pin" }),
        button(t.hide, () => this.actions.hide(iri)),
        page && element("a", { href: page }, t.page),
      ),
      element("div", { class: "acts" }, button(t.wayTo, () => this.actions.wayFrom(iri))),
      told.truncated && element("p", { class: "note" }, t.truncated),
      told.groups.length > 0 && this.#groups(told.groups),
      about,
    );
    if (focused) this.#focus(focused);
    if (!facts) void this.#tell(thing, about);
  }

  /** Where a button is that was just used, or the name above where it is gone: the keyboard stays here. */
  #focus(act: string): void {
    const again = [...this.element.querySelectorAll<HTMLElement>("[data-act]")].find((one) => one.dataset["act"] === act);
    (again ?? this.element.querySelector<HTMLElement>("h2"))?.focus({ preventScroll: true });
  }

  relation(relation: Relation): void {
    this.#shown = "";
    const t = words(WORDS);
    fill(this.element, 
      element("h2", { tabindex: -1 }, relation.predicate.label[language()]),
      element("p", {}, this.#thingLink(relation.source), " → ", relation.predicate.label[language()], " → ", this.#thingLink(relation.target)),
      element("p", {}, this.#modality(relation)),
      element("p", {}, `${t.evidence}: `, ...this.#spans(relation.evidence)),
    );
  }

  /** The ways between two things, one of which is walked. */
  ways(from: string, to: string, found: Ways, walked: number): void {
    this.#shown = "";
    const t = words(WORDS);
    const name = (iri: string) => this.graph.things.get(iri)?.label[language()] ?? iri;
    const choice = found.paths.map((way, index) =>
      button("", () => this.actions.walk(index), { "aria-pressed": String(index === walked) }, `${t.way} ${index + 1} · ${way.length} ${t.steps}`),
    );
    const way = found.paths[walked];
    fill(this.element, 
      element("h2", { tabindex: -1 }, `${name(from)} → ${name(to)}`),
      element("div", { class: "acts" }, ...choice, button(t.wayClose, () => this.actions.leaveWay())),
      ...(way ? [this.#way(way, found)] : [element("p", { class: "note" }, t.noWay)]),
      found.truncated && element("p", { class: "help" }, t.moreWays),
    );
  }

  #way(way: Way, found: Ways): HTMLElement {
    const items = way.steps.map((step) =>
      element(
        "li",
        {},
        ...step.edges.flatMap((place) => {
          const relation = found.edges[place];
          return relation ? [element("div", { class: "step" }, ...this.#sentence(relation))] : [];
        }),
      ),
    );
    return element("ol", { class: "way" }, ...items);
  }

  #sentence(relation: Relation): (Node | string)[] {
    return [
      this.#thingLink(relation.source),
      ` ${relation.predicate.label[language()]} `,
      this.#thingLink(relation.target),
      " ",
      this.#modality(relation),
      " ",
      ...this.#spans(relation.evidence),
    ];
  }

  #groups(groups: readonly Group[]): HTMLElement {
    const t = words(WORDS);
    const rows = groups.slice(0, GROUPS).map((group) => {
      const count = group.members.length;
      const kind = group.type?.label[language()] ?? "";
      const relation = group.predicate.label[language()];
      const label = language() === "zh" ? `${t.show} ${Math.min(STEP, count)} 个` : `${t.show} ${Math.min(STEP, count)}${count > STEP ? " more" : ""}`;
      return element(
        "li",
        {},
        element("span", {}, `${group.outward ? `${relation} →` : `← ${relation}`} `, element("strong", {}, language() === "zh" ? `${count} 个${kind}` : `${kind} × ${count}`)),
        button(label, () => this.actions.reveal(group, STEP), { "aria-label": `${label} ${kind} (${relation})`, "data-act": group.key }),
      );
    });
    const all = groups.reduce((sum, group) => sum + group.members.length, 0);
    return element("section", { class: "groups" }, element("h3", {}, `${t.groups} `, element("span", { class: "number" }, String(all))), element("ul", {}, ...rows));
  }

  async #tell(thing: Thing, about: Element): Promise<void> {
    const t = words(WORDS);
    try {
      let asked = this.#known.get(thing.iri);
      if (!asked) this.#known.set(thing.iri, (asked = entity(thing.id)));
      const told = await asked;
      if (this.#shown === thing.iri) about.replaceChildren(...this.#facts(told));
    } catch (error) {
      this.#known.delete(thing.iri);
      about.replaceChildren(element("p", { class: "note" }, t.failed + (error instanceof Error ? error.message : "")));
    }
  }

  #facts(told: Entity): HTMLElement[] {
    const t = words(WORDS);
    const label = (terms: readonly Term[]) => terms.map((term) => term.label[language()]).join(language() === "zh" ? "、" : ", ");
    const pairs: [string, string][] = [
      [t.names, told.names.map((name) => name.text).join(language() === "zh" ? "、" : ", ")],
      [t.status, label(told.status)],
      [t.codes, told.codes.map((code) => code.value).join(" ")],
    ];
    const found: HTMLElement[] = pairs.filter(([, value]) => value).map(([name, value]) => element("p", { class: "pair" }, element("span", {}, name), ` ${value}`));
    const facts = [...told.relations.out, ...told.relations.in];
    const all = told.counts.out + told.counts.in;
    if (told.figures.length) found.push(this.#section(t.figures, told.counts.figures, told.figures.slice(0, FACTS).map((one) => this.#figure(one)), told));
    if (facts.length) found.push(this.#section(t.facts, all, facts.slice(0, FACTS).map((one) => this.#fact(one, told.iri)), told));
    return found;
  }

  #section(title: string, all: number, items: HTMLElement[], of: Term): HTMLElement {
    const t = words(WORDS);
    const page = address(of.iri, true);
    return element(
      "section",
      {},
      element("h3", {}, `${title} `, element("span", { class: "number" }, String(all))),
      element("ul", {}, ...items),
      all > items.length && page && element("p", {}, element("a", { href: page }, t.more)),
    );
  }

  #fact(fact: Fact, iri: string): HTMLElement {
    const outward = fact.source === iri;
    const relation = fact.predicate.label[language()];
    const other = this.#name(otherEnd(fact, iri), fact.other);
    return element("li", {}, ...(outward ? [`${relation} `, other] : [other, ` ${relation}`]), " ", this.#modality(fact), " ", ...this.#spans(fact.evidence));
  }

  #figure(figure: Figure): HTMLElement {
    return element(
      "li",
      {},
      `${[figure.indicator?.label[language()], figure.kind?.label[language()], figure.period?.label[language()]].filter(Boolean).join(" · ")}: `,
      element("strong", {}, amount(figure)),
      " ",
      ...this.#spans(figure.evidence),
    );
  }

  #thingLink(iri: string): Node {
    return this.#name(iri, this.graph.things.get(iri));
  }

  /** A thing's name: in the picture it is chosen there, else it comes in. */
  #name(iri: string, term: Term | undefined): Node {
    return button(term?.label[language()] ?? iri, () => this.actions.select(iri), { class: "name" });
  }

  #modality(relation: Relation): Node {
    const name = relation.modality ?? "";
    const label = this.modalities[name]?.[language()] ?? words(WORDS)[firmness(relation)];
    return element("span", { class: `modality ${firmness(relation)}` }, label);
  }

  /** Where the text states it, each a link to its place in the reader's copy. */
  #spans(evidence: readonly Span[]): (Node | string)[] {
    return evidence.flatMap(({ start, end }) =>
      start === null || end === null
        ? []
        : [element("a", { class: "span", href: `/article${this.suffix}#char=${start},${end}`, title: words(WORDS).evidence }, `${start}–${end}`), " "],
    );
  }

}
