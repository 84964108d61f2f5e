// The legend, which is the filter too: what is not ticked is not drawn.

import { language, words } from "../lib/page";
import { button, element, fill } from "../lib/dom";
import { FIRMNESS, type Firmness, type Term } from "./graph";
import { DASHES, type Fills } from "./look";
import type { Counted, Picture } from "./picture";
import type { State } from "./state";
import { WORDS } from "./words";

const LISTED = 60;

export interface Filters {
  readonly offTypes: readonly string[];
  readonly offPredicates: readonly string[];
  readonly offFirmness: readonly Firmness[];
}

export class Legend {
  readonly element = element("div", { class: "told legend" });

  constructor(
    private readonly fills: Fills,
    private readonly change: (filters: Partial<Filters>) => void,
    private readonly unhide: (iris: readonly string[]) => void,
  ) {}

  show(picture: Picture, state: State, hidden: readonly Term[]): void {
    const t = words(WORDS);
    const focused = document.activeElement instanceof HTMLElement && this.element.contains(document.activeElement) ? document.activeElement.id : "";
    const firm = FIRMNESS.filter((one) => picture.firmness.has(one));
    fill(this.element, 
      this.#terms(t.kinds, "offTypes", picture.types, state.offTypes, (term) => this.#dot(term)),
      element(
        "fieldset",
        {},
        element("legend", {}, t.modality),
        ...firm.map((one) => this.#tick(`firm-${one}`, t[one], picture.firmness.get(one) ?? 0, !state.offFirmness.includes(one), sample(one), (on) =>
          this.change({ offFirmness: toggled(state.offFirmness, one, on) }),
        )),
      ),
      this.#terms(t.predicates, "offPredicates", picture.predicates, state.offPredicates, () => null),
      element(
        "section",
        {},
        element("h3", {}, t.marks),
        element("ul", { class: "marks" },
          element("li", {}, element("span", { class: "mark more", "aria-hidden": "true" }, "+"), t.markMore),
          element("li", {}, element("span", { class: "mark pin", "aria-hidden": "true" }), t.markPinned),
          element("li", {}, element("span", { class: "mark bubble", "aria-hidden": "true" }, "+9"), t.markBubble),
        ),
      ),
      hidden.length > 0 &&
        element(
          "section",
          {},
          element("h3", {}, `${t.hidden} `, element("span", { class: "number" }, String(hidden.length))),
          element("ul", {}, ...hidden.slice(0, LISTED).map((term) => element("li", {}, `${term.label[language()]} `, button(t.showAgain, () => this.unhide([term.iri]), { class: "name" })))),
        ),
    );
    if (focused) document.getElementById(focused)?.focus();
  }

  #terms(title: string, field: "offTypes" | "offPredicates", terms: readonly Counted[], off: readonly string[], mark: (term: Term) => Node | null): HTMLElement {
    const t = words(WORDS);
    const present = terms.map(({ term }) => term.iri);
    return element(
      "fieldset",
      {},
      element("legend", {}, title),
      element("div", { class: "acts" },
        button(t.all, () => this.change({ [field]: off.filter((iri) => !present.includes(iri)) }), { id: `${field}-all`, "aria-label": `${title}: ${t.all}` }),
        button(t.none, () => this.change({ [field]: [...new Set([...off, ...present])] }), { id: `${field}-none`, "aria-label": `${title}: ${t.none}` }),
      ),
      ...terms.slice(0, LISTED).map(({ term, count, off: isOff }) =>
        this.#tick(`${field}-${term.iri}`, term.label[language()], count, !isOff, mark(term), (on) => this.change({ [field]: toggled(off, term.iri, on) })),
      ),
    );
  }

  #tick(id: string, label: string, count: number, on: boolean, mark: Node | null, set: (on: boolean) => void): HTMLElement {
    const box = element("input", { type: "checkbox", id, onchange: () => set(box.checked) });
    box.checked = on;
    return element("label", { class: "tick" }, box, mark, element("span", {}, label), element("span", { class: "number" }, String(count)));
  }

  #dot(term: Term): HTMLElement {
    const dot = element("span", { class: "dot", "aria-hidden": "true" }, ([...term.label[language()]][0] ?? "").toLocaleUpperCase());
    dot.style.background = this.fills.of(term);
    return dot;
  }
}

function toggled<One>(off: readonly One[], one: One, on: boolean): One[] {
  return on ? off.filter((other) => other !== one) : [...off, one];
}

function sample(firm: Firmness): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 34 10");
  svg.setAttribute("class", "sample");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M0 5H34");
  line.setAttribute("stroke-dasharray", DASHES[firm].join(" "));
  if (firm === "unstated") line.setAttribute("stroke-width", "1");
  svg.append(line);
  return svg;
}
