// A figure's value as people read it: 212.5亿元, 21.25 billion yuan, +26.1%, 第1.

import { language } from "./page";

interface Named {
  readonly id: string;
  readonly label: Record<"zh" | "en", string>;
}

export interface Amount {
  readonly value: number | string | null;
  readonly unit: Named | null;
  readonly kind: Named | null;
  readonly bound: Named | null;
}

/** From here on a number is told in 万 and 亿, or in millions. */
const LARGE = { zh: 1e5, en: 1e6 };
const DIGITS = 12;
const SIGNED: ReadonlySet<string> = new Set(["yho:change", "yho:averageGrowth", "yho:pointChange", "yho:increment"]);

/** Without a value, nothing. */
export function amount(figure: Amount): string {
  if (figure.value === null) return "";
  const lang = language();
  const number = told(Number(figure.value), lang, SIGNED.has(figure.kind?.id ?? ""));
  const exact = !figure.bound || figure.bound.id === "yho:exact";
  const text = withUnit(number, figure.unit, lang);
  return exact ? text : `${figure.bound?.label[lang]}${lang === "zh" ? "" : " "}${text}`;
}

function told(value: number, lang: "zh" | "en", signed: boolean): string {
  return new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en", {
    notation: Math.abs(value) >= LARGE[lang] ? "compact" : "standard",
    compactDisplay: "long",
    maximumFractionDigits: DIGITS,
    useGrouping: true,
    signDisplay: signed ? "exceptZero" : "auto",
  })
    .format(value)
    .replace("-", "−");
}

function withUnit(number: string, unit: Named | null, lang: "zh" | "en"): string {
  if (!unit) return number;
  if (unit.id === "unit:PERCENT") return `${number}%`;
  if (unit.id === "yho:rankUnit") return lang === "zh" ? `第${number}` : `no. ${number}`;
  return `${number}${lang === "zh" ? "" : " "}${unit.label[lang]}`;
}
