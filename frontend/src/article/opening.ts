// The bytes of a file as text, and what is wrong with them.

import { sha256 } from "./sha256";

export const MOST_BYTES = 20 * 1024 * 1024;

export type Refusal = "empty" | "large" | "binary";
export interface Opened {
  name: string;
  text: string;
  /** SHA-256 of the bytes. */
  digest: string;
  encoding: string;
}

const LEGACY = ["gb18030", "big5"];
const COMMON = /[，。、；的一年和在是大中人地]/g; // as in charsets.py
const MARKS: [string, number[]][] = [
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** The text of a file; or why it is none. */
export function opened(name: string, bytes: Uint8Array): Opened | Refusal {
  if (!bytes.length) return "empty";
  if (bytes.length > MOST_BYTES) return "large";
  const marked = MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte));
  for (const encoding of marked ? [marked[0]] : encodings(bytes)) {
    const text = decoded(bytes, encoding);
    if (text === undefined || text.includes("\0")) continue;
    return text.trim() ? { name, text, digest: sha256(bytes), encoding } : "empty";
  }
  return "binary";
}

/** UTF-8, as what is so by chance is hardly ever anything else; then the one that makes more of the commonest signs of the bytes. */
function encodings(bytes: Uint8Array): string[] {
  const common = new Map(LEGACY.map((name) => [name, (new TextDecoder(name).decode(bytes).match(COMMON) ?? []).length]));
  return ["utf-8", ...LEGACY.toSorted((one, other) => (common.get(other) ?? 0) - (common.get(one) ?? 0))];
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
