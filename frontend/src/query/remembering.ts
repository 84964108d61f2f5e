// The queries that were asked, kept in this browser and nowhere else.

export interface Asked {
  text: string;
  /** Milliseconds since 1970. */
  at: number;
}

const KEY = "yuanhui-kg.queries";
const MOST = 50;
const LONGEST = 20_000;

export function asked(storage: Storage = localStorage): Asked[] {
  try {
    const found: unknown = JSON.parse(storage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((each): each is Asked => typeof each?.text === "string" && typeof each?.at === "number") : [];
  } catch {
    return [];
  }
}

/** Put a query at the head; the oldest ones go. */
export function remember(text: string, at: number, storage: Storage = localStorage): void {
  if (!text.trim() || text.length > LONGEST) return;
  const others = asked(storage).filter((each) => each.text !== text);
  try {
    storage.setItem(KEY, JSON.stringify([{ text, at }, ...others].slice(0, MOST)));
  } catch {
    // storage is full, or forbidden: then nothing is remembered
  }
}

export function forget(storage: Storage = localStorage): void {
  storage.removeItem(KEY);
}
