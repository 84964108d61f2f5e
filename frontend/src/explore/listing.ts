// The picture as a list: the same things and relations in the same order of importance, for eyes, ears and keyboards.

import { language, words } from "../lib/page";
import { button, element, fill } from "../lib/dom";
import { otherEnd, type Graph } from "./graph";
import { typeOf, type Picture } from "./picture";
import { WORDS } from "./words";

const EACH = 100;

export interface Rows {
  select(iri: string): void;
  expand(iri: string): void;
}

export class Listing {
  readonly element = element("div", { class: "told listing" });
  readonly #open = new Set<string>();
  readonly #most = new Map<string, number>();

  constructor(
    private readonly graph: Graph,
    private readonly rows: Rows,
  ) {}

  show(picture: Picture, selected: string | null, more: ReadonlySet<string>): void {
    const t = words(WORDS);
    const focused = document.activeElement instanceof HTMLElement && this.element.contains(document.activeElement) ? document.activeElement.id : "";
    const drawn = new Set(picture.things.map((thing) => thing.iri));
    const lines = new Set(picture.lines.map((line) => line.relation));
    const kinds = picture.types.flatMap(({ term }) => {
      const things = picture.things.filter((thing) => typeOf(thing).iri === term.iri).sort((a, b) => b.degree - a.degree);
      return things.length ? [{ term, things }] : [];
    });
    fill(this.element, 
      element("p", { class: "help" }, `${drawn.size} ${t.things} · ${lines.size} ${t.relations}`),
      ...kinds.map(({ term, things }) => {
        const most = this.#most.get(term.iri) ?? EACH;
        const rows = things.slice(0, most).map((thing) => {
          const isSelected = thing.iri === selected;
          const name = button(thing.label[language()], () => this.rows.select(thing.iri), { class: "name", id: `row-${thing.iri}`, "aria-current": isSelected ? "true" : null });
          const opens = more.has(thing.iri) && button("+", () => this.rows.expand(thing.iri), { class: "opens", id: `open-${thing.iri}`, "aria-label": `${t.expand}: ${thing.label[language()]}` });
          const relations = isSelected
            ? element("ul", {}, ...this.graph.of(thing.iri).filter((one) => lines.has(one)).slice(0, EACH).map((one) => {
                const other = this.graph.things.get(otherEnd(one, thing.iri));
                const label = one.predicate.label[language()];
                return element("li", {}, one.source === thing.iri ? `${label} → ` : `← ${label} `,
                  button(other?.label[language()] ?? "", () => this.rows.select(other?.iri ?? ""), { class: "name" }));
              }))
            : null;
          return element("li", {}, name, opens, relations);
        });
        const further = things.length - rows.length;
        const details = element(
          "details",
          { open: !this.#open.has(term.iri) },
          element("summary", {}, `${term.label[language()]} `, element("span", { class: "number" }, String(things.length))),
          element("ul", {}, ...rows),
          further > 0 && button(`${t.show} ${Math.min(EACH, further)}`, () => {
            this.#most.set(term.iri, most + EACH);
            this.show(picture, selected, more);
          }),
        );
        details.addEventListener("toggle", () => (details.open ? this.#open.delete(term.iri) : this.#open.add(term.iri)));
        return details;
      }),
    );
    if (focused) document.getElementById(focused)?.focus();
  }
}
