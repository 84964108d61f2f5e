// A field that suggests things by name (an ARIA combobox with a list).

import { language, words } from "../lib/page";
import { search, type Found } from "./api";
import { element } from "../lib/dom";
import { WORDS } from "./words";

const WAIT_MS = 180;
let number = 0;

export interface Finder {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
}

/** @param label what the field is for; `choose` hears of the thing that was chosen. */
export function finder(label: string, choose: (found: Found) => void): Finder {
  const t = words(WORDS);
  const id = `finder-${++number}`;
  const input = element("input", {
    id,
    type: "search",
    role: "combobox",
    autocomplete: "off",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    "aria-autocomplete": "list",
    maxlength: 200,
    placeholder: t.addExample,
  });
  const list = element("ul", { id: `${id}-list`, role: "listbox", "aria-label": label, hidden: true });
  let found: Found[] = [];
  let at = -1;
  let timer = 0;
  let asking: AbortController | undefined;

  const close = () => {
    asking?.abort();
    clearTimeout(timer);
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (one: Found | undefined) => {
    if (!one) return;
    close();
    input.value = "";
    choose(one);
  };
  const mark = (next: number) => {
    at = next;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    input.setAttribute("aria-activedescendant", `${id}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const show = () => {
    at = -1;
    const options = found.map((one, index) =>
      element(
        "li",
        {
          id: `${id}-${index}`,
          role: "option",
          "aria-selected": "false",
          onpointerdown: (event) => event.preventDefault(), // the field keeps the focus
          onclick: () => take(one),
        },
        element("span", {}, one.label[language()]),
        " ",
        element("span", { class: "kind" }, one.type?.label[language()] ?? ""),
        one.matched.text !== one.label[language()] && element("span", { class: "kind matched" }, one.matched.text),
      ),
    );
    list.replaceChildren(...(options.length ? options : [element("li", { class: "none", role: "option", "aria-disabled": "true" }, t.nothing)]));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const ask = async () => {
    asking?.abort();
    const text = input.value.trim();
    if (!text) {
      close();
      return;
    }
    const mine = (asking = new AbortController());
    try {
      found = await search(text, mine.signal);
    } catch {
      return; // another letter came, or the service is away: the next one asks again
    }
    if (!mine.signal.aborted) show();
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), WAIT_MS);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Enter ends a word of an input method here
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!list.hidden && found.length) mark((at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden) take(found[Math.max(0, at)]);
      else void ask();
    } else if (event.key === "Escape") {
      if (!list.hidden) event.stopPropagation();
      close();
    }
  });
  return { element: element("div", { class: "finder" }, element("label", { for: id }, label), input, list), input };
}
