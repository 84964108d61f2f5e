// `#char=START,END`: a place in a text by character positions (RFC 5147).

/** Half-open offsets in code points; `end` is missing where the text's end is meant. */
export interface Range {
  start: number;
  end?: number;
}

/** What a URL's fragment names; `undefined` where that is no place. */
export function range(fragment: string): Range | undefined {
  const found = /^#?char=(\d{0,9})(?:(,)(\d{0,9}))?(?:;.*)?$/.exec(fragment);
  if (!found || (!found[1] && !found[3])) return undefined;
  const start = Number(found[1] || 0);
  if (!found[2]) return { start, end: start };
  return found[3] ? { start, end: Number(found[3]) } : { start };
}
