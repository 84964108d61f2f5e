// The prefixes of a query's text.

const DECLARED = /^[ \t]*(?:PREFIX)[ \t]+([^\s:#<]*):[ \t]*<([^<>"{}|^`\\\s]*)>/gim;

/** Prefix → namespace, as the text declares them. */
export function declared(text: string): Map<string, string> {
  return new Map([...text.matchAll(DECLARED)].map((found) => [found[1]!, found[2]!]));
}

/** What has to be put into the text, and where, so that it declares a prefix; nothing where it does. */
export function declaration(text: string, prefix: string, namespace: string): { at: number; insert: string } | undefined {
  const known = [...text.matchAll(DECLARED)];
  if (known.some((found) => found[1] === prefix)) return undefined;
  const last = known.at(-1);
  const line = `PREFIX ${prefix}: <${namespace}>\n`;
  if (!last) return { at: behindHeader(text), insert: line };
  const end = text.indexOf("\n", last.index);
  return end < 0 ? { at: text.length, insert: `\n${line}` } : { at: end + 1, insert: line };
}

/** Behind the comments at the beginning, which describe a saved query. */
function behindHeader(text: string): number {
  return /^(?:#[^\n]*\n)*/.exec(text)?.[0].length ?? 0;
}
