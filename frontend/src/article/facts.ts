// What the graph says of a place in the text, as the service tells it and as the reader sees it.

import { element } from "../lib/dom";
import { words } from "../lib/page";
import { address, grouped, named, type Label } from "../lib/things";
import type { Span } from "./placing";

export interface Thing {
  iri: string;
  label: Label;
}
export interface Figure {
  figure: string;
  value: number | null;
  subject?: string;
  indicator?: string;
  unit?: string;
  period?: string;
  kind?: string;
  base?: string;
  breakdown?: string;
  bound?: string;
}
export interface Statement {
  subject: string;
  predicate: string;
  object: string;
  modality: string | null;
}
export interface MarkedSpan extends Span {
  mentions: string[];
  figures: Figure[];
  statements: Statement[];
}
export type Things = Record<string, Thing>;

export type Kind = "mention" | "figure" | "statement";
export const KINDS: readonly Kind[] = ["mention", "figure", "statement"];

const WORDS = words({
  zh: {
    mention: "名称", figure: "数据", statement: "关系", subject: "主体", indicator: "指标", period: "时期", kind: "类型",
    base: "基期", breakdown: "分组", bound: "界限", cite: "引用", at: "字符",
  },
  en: {
    mention: "Name", figure: "Figure", statement: "Relation", subject: "Subject", indicator: "Indicator", period: "Period",
    kind: "Type", base: "Base", breakdown: "Breakdown", bound: "Bound", cite: "Cite", at: "characters",
  },
});
const ASPECTS = ["subject", "indicator", "period", "base", "kind", "breakdown", "bound"] as const;

/** The kinds of facts that rest on a span. */
export function kinds(span: MarkedSpan): Kind[] {
  return KINDS.filter((kind) => span[`${kind}s`].length);
}

/** How many facts rest on a span. */
export function count(span: MarkedSpan): number {
  return span.mentions.length + span.figures.length + span.statements.length;
}

/** The facts of a span, one element each. */
export function facts(span: MarkedSpan, things: Things): HTMLElement[] {
  return [
    ...span.mentions.map((id) => fact("mention", span, link(id, things))),
    ...span.figures.map((figure) => aboutFigure(figure, span, things)),
    ...span.statements.map((statement) => aboutStatement(statement, span, things)),
  ];
}

/** What a span says, in one line: for screen readers. */
export function summary(span: MarkedSpan, things: Things): string {
  const name = (id: string): string => named(things[id]?.label, id);
  return [
    ...span.mentions.map(name),
    ...span.figures.map((figure) => name(figure.figure)),
    ...span.statements.map((each) => `${name(each.subject)} ${name(each.predicate)} ${name(each.object)}`),
  ].join("; ");
}

function fact(kind: Kind, span: Span, ...content: (Node | string)[]): HTMLElement {
  const place = element("span", { class: "span" }, `${WORDS.at} ${span.start}–${span.end}`);
  const head = element("p", { class: "fact-head" }, element("span", { class: `fact-kind ${kind}` }, WORDS[kind]), " ", place);
  return element("article", { class: `fact ${kind}` }, head, ...content);
}

function link(id: string, things: Things): HTMLElement {
  const thing = things[id];
  const name = named(thing?.label, id);
  const target = thing && address(thing.iri, true);
  return target ? element("a", { href: target, class: "named" }, name) : element("span", { class: "named" }, name);
}

function aboutFigure(figure: Figure, span: Span, things: Things): HTMLElement {
  const value = figure.value === null ? "" : grouped(figure.value);
  const unit = figure.unit ? ` ${named(things[figure.unit]?.label, figure.unit)}` : "";
  const rows = ASPECTS.flatMap((aspect) => {
    const id = figure[aspect];
    return id ? [element("dt", {}, WORDS[aspect]), element("dd", {}, link(id, things))] : [];
  });
  const page = link(figure.figure, things);
  return fact("figure", span, element("p", { class: "fact-value" }, value, unit), element("p", {}, page), element("dl", {}, ...rows));
}

function aboutStatement(statement: Statement, span: Span, things: Things): HTMLElement {
  const { subject, predicate, object, modality } = statement;
  const said = element("p", {}, link(subject, things), " ", element("span", { class: "predicate" }, named(things[predicate]?.label, predicate)), " ", link(object, things));
  const firm = modality?.endsWith("asserted");
  const how = modality && element("span", { class: `modality ${firm ? "firm" : "soft"}` }, named(things[modality]?.label, modality));
  return fact("statement", span, said, ...(how ? [how] : []));
}
