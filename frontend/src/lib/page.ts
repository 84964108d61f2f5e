// What a page tells its scripts.

export type Language = "zh" | "en";
/** A text in both languages of the pages. */
export type Words<Key extends string = string> = Record<Language, Record<Key, string>>;

/** The language of the page. */
export function language(): Language {
  return document.documentElement.lang.startsWith("zh") ? "zh" : "en";
}

/** The texts in the page's language. */
export function words<Key extends string>(all: Words<Key>): Record<Key, string> {
  return all[language()];
}

/** The JSON that the server put into the page as `<script type="application/json" id=…>`; `undefined` where there is none. */
export function told<T>(id: string): T | undefined {
  const text = document.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as T) : undefined;
}
