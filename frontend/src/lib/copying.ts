// Buttons that copy a text of the page: `<button data-copy="ID OF THE ELEMENT" hidden>`, shown where scripts run.

import { words } from "./page";

const WORDS = {
  zh: { done: "已复制", failed: "无法复制，请手动选取" },
  en: { done: "Copied", failed: "Not copied: select the text" },
};
const SHOWN_MS = 2000;

/** Show the buttons in `root`, and let them copy. */
export function offerCopies(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const label = button.textContent ?? "";
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => {
      void copied(document.getElementById(button.dataset["copy"] ?? "")).then((done) => {
        button.textContent = words(WORDS)[done ? "done" : "failed"];
        setTimeout(() => (button.textContent = label), SHOWN_MS);
      });
    });
  }
}

async function copied(element: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(element?.innerText.trim() ?? "");
    return element !== null;
  } catch {
    return false; // no permission, or no secure context
  }
}
