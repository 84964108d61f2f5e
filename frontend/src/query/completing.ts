// What the editor offers while one writes: prefixes, variables, keywords, terms by their Chinese or English names, things.

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import { language } from "../lib/page";
import { named } from "../lib/things";
import { declaration, declared } from "./prefixes";
import { matching, written, type Term, type Vocabulary } from "./vocabulary";

export const KEYWORDS =
  "SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS GRAPH VALUES BIND SERVICE CONSTRUCT ASK DESCRIBE LIMIT OFFSET ORDER BY GROUP BY HAVING PREFIX COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT EXISTS NOT".split(
    " ",
  );
const FUNCTIONS = "BOUND COALESCE CONCAT CONTAINS DATATYPE IF isIRI isLiteral LANG LCASE REGEX REPLACE ROUND STR STRAFTER STRBEFORE STRENDS STRLEN STRSTARTS SUBSTR UCASE YEAR".split(" ");
const WORD = /[\p{L}\p{N}_][\p{L}\p{N}_\-]*(?::[\p{L}\p{N}_\-]*)?$|:[\p{L}\p{N}_\-]*$/u;
const CHINESE = /\p{Script=Han}/u;
const MOST_VARIABLES = 200;

/** Asks the service for things by a name. */
export type Finder = (text: string, signal: AbortSignal) => Promise<Term[]>;

/** The source of completions for CodeMirror. */
export function completing(vocabulary: () => Vocabulary | undefined, find: Finder) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const text = context.state.doc.toString();
    const before = text.slice(0, context.pos);
    if (inLiteral(before)) return null;
    const variable = /[?$][\w\u4e00-\u9fff]*$/.exec(before);
    if (variable) return { from: context.pos - variable[0].length, options: variables(text, variable[0]), filter: false };
    const word = WORD.exec(before)?.[0] ?? "";
    const known = vocabulary();
    if (!known || (!word && !context.explicit)) return null;
    const things = word.length > 1 && (CHINESE.test(word) || context.explicit) ? await found(context, find, word) : [];
    const options = [...prefixes(text, known, word), ...words(word), ...[...matching(terms(known, text, word), local(word)), ...things].map((term) => option(term, known))];
    return options.length ? { from: context.pos - word.length, options, filter: false } : null;
  };
}

async function found(context: CompletionContext, find: Finder, word: string): Promise<Term[]> {
  const ending = new AbortController();
  context.addEventListener("abort", () => ending.abort());
  return find(word, ending.signal).catch(() => []);
}

const local = (word: string): string => word.slice(word.indexOf(":") + 1);

/** All terms, or those of the namespace whose prefix stands before the text. */
function terms(known: Vocabulary, text: string, word: string): readonly Term[] {
  if (!word.includes(":")) return known.terms;
  const prefix = word.slice(0, word.indexOf(":"));
  const namespace = declared(text).get(prefix) ?? known.prefixes[prefix];
  return namespace === undefined ? [] : known.terms.filter((term) => term.iri.startsWith(namespace));
}

/** Whether the end of a text lies in a comment, a string or an IRI. */
export function inLiteral(before: string): boolean {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  let open = "";
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]!;
    if (open === '"' || open === "'") {
      if (sign === "\\") at++;
      else if (sign === open) open = "";
    } else if (open === "<") {
      if (sign === ">" || sign === " ") open = "";
    } else if (sign === "#") return true;
    else if (sign === '"' || sign === "'" || (sign === "<" && /\S/.test(line[at + 1] ?? ""))) open = sign;
  }
  return open !== "";
}

function variables(text: string, begun: string): Completion[] {
  const names = new Set([...text.matchAll(/[?$]([\w\u4e00-\u9fff]+)/g)].map((each) => `${begun[0]}${each[1]}`));
  names.delete(begun);
  return [...names].filter((name) => name.startsWith(begun)).slice(0, MOST_VARIABLES).map((label) => ({ label, type: "variable" }));
}

function prefixes(text: string, known: Vocabulary, word: string): Completion[] {
  if (word.includes(":")) return [];
  const all = { ...known.prefixes, ...Object.fromEntries(declared(text)) };
  return Object.entries(all)
    .filter(([prefix]) => word && prefix.startsWith(word.toLowerCase()))
    .map(([prefix, namespace]) => ({ label: `${prefix}:`, detail: namespace, type: "namespace", apply: applying(`${prefix}:`, [prefix, namespace]) }));
}

function words(word: string): Completion[] {
  const wanted = word.toUpperCase();
  if (wanted.length < 2) return [];
  return [...new Set([...KEYWORDS, ...FUNCTIONS])]
    .filter((each) => each.toUpperCase().startsWith(wanted) && each.toUpperCase() !== wanted)
    .map((label) => ({ label, type: "keyword" }));
}

function option(term: Term, known: Vocabulary): Completion {
  const { text, prefix } = written(term.iri, known.prefixes);
  const other = language() === "zh" ? "en" : "zh";
  const names = [...new Set([named(term.label, ""), named(term.label, "", other)])].filter(Boolean);
  const type = { class: "class", property: "property", concept: "enum", thing: "constant" }[term.kind];
  return { label: text, detail: names.join(" · "), type, apply: applying(text, prefix) };
}

/** Writes a text, and the declaration of its prefix where there is none. */
function applying(text: string, prefix?: [string, string]) {
  return (view: EditorView, _: Completion, from: number, to: number): void => {
    const missing = prefix && /^[ \t]*PREFIX[ \t]+\S*$/i.test(view.state.doc.lineAt(from).text.slice(0, to - view.state.doc.lineAt(from).from)) ? undefined : prefix;
    const line = missing && declaration(view.state.doc.toString(), ...missing);
    const declares = prefix && !missing; // the line being written is the declaration itself
    const insert = declares ? `${prefix[0]}: <${prefix[1]}>` : text;
    const shift = line && line.at <= from ? line.insert.length : 0;
    view.dispatch({
      changes: [...(line ? [{ from: line.at, insert: line.insert }] : []), { from, to, insert }],
      selection: { anchor: from + shift + insert.length },
      scrollIntoView: true,
      userEvent: "input.complete",
    });
  };
}
