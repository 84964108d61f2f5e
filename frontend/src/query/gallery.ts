// The saved queries of the page: found by any piece of their questions, in either language.

import { element } from "../lib/dom";
import { words } from "../lib/page";

const WORDS = words({
  zh: { find: "在现成的查询中查找", none: "没有这样的查询。", found: "{n} 个查询" },
  en: { find: "Find among the saved queries", none: "There is no such query.", found: "{n} queries" },
});

/** Let the gallery be searched; `choose` gets the id of what is clicked. */
export function gallery(root: HTMLElement, choose: (id: string) => void): void {
  const items = [...root.querySelectorAll<HTMLElement>("li[data-query]")];
  const groups = [...root.querySelectorAll<HTMLDetailsElement>("details.topic")];
  const open = groups.map((group) => group.open);
  const input = element("input", { type: "search", id: "find-query", autocomplete: "off" });
  const state = element("p", { class: "help", role: "status" });
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const item of items) {
      const text = (item.dataset["find"] ?? "").toLowerCase();
      item.hidden = !wanted.every((word) => text.includes(word));
      if (!item.hidden) count++;
    }
    for (const [index, group] of groups.entries()) {
      group.hidden = !group.querySelector("li:not([hidden])");
      group.open = wanted.length ? true : open[index]!;
    }
    state.textContent = !wanted.length ? "" : count ? WORDS.found.replace("{n}", String(count)) : WORDS.none;
  });
  root.querySelector(".gallery-find")?.append(element("label", { for: "find-query" }, WORDS.find), input, state);
  root.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("li[data-query] a") : null;
    const id = link?.closest<HTMLElement>("li[data-query]")?.dataset["query"];
    if (!id || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    choose(id);
  });
}
