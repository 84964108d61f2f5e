// The copy, kept for as long as the tab is open where the reader allows it. It goes nowhere else.

import type { Opened } from "./opening";

const KEY = "yuanhui-kg.article.";
const ALLOWED = `${KEY}keep`;

export function allowed(): boolean {
  return attempt(() => sessionStorage.getItem(ALLOWED) === "1") ?? false;
}

/** Allow it, or forbid it and forget what was kept. */
export function allow(yes: boolean): void {
  attempt(() => {
    if (yes) sessionStorage.setItem(ALLOWED, "1");
    else for (const key of Object.keys(sessionStorage)) if (key.startsWith(KEY)) sessionStorage.removeItem(key);
  });
}

export function keep(document: string, copy: Opened): void {
  if (allowed()) attempt(() => sessionStorage.setItem(KEY + document, JSON.stringify(copy)));
}

export function kept(document: string): Opened | undefined {
  return attempt(() => JSON.parse(sessionStorage.getItem(KEY + document) ?? "null") as Opened | null) ?? undefined;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined; // storage is full, or forbidden
  }
}
