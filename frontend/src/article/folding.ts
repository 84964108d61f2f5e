// What two copies of a text have in common, whatever their white space and widths: as in yuanhui_kg/alignment.py.

const BLANK = /^[\t-\r\x1c-\x20\x85\u2028\u2029\p{Zs}\p{Cf}]$/u;
/** Usual forms of U+FF5F to U+FFEE, which Unicode calls wide or narrow; a blank where there is none. */
const USUAL =
  "⦅⦆。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309a" +
  "\u3164\u3131\u3132\u3133\u3134\u3135\u3136\u3137\u3138\u3139\u313a\u313b\u313c\u313d\u313e\u313f\u3140\u3141\u3142\u3143" +
  "\u3144\u3145\u3146\u3147\u3148\u3149\u314a\u314b\u314c\u314d\u314e   \u314f\u3150\u3151\u3152\u3153\u3154  \u3155\u3156" +
  "\u3157\u3158\u3159\u315a  \u315b\u315c\u315d\u315e\u315f\u3160  \u3161\u3162\u3163   \u00a2\u00a3\u00ac\u00af\u00a6\u00a5\u20a9 " +
  "│←↑→↓■○";
const WIDE_ASCII = [0xff01, 0xff5e, 0xfee0] as const;
const NARROW = 0xff5f;

/** A character (one code point) folded to its usual width; empty for white space and what cannot be seen. */
export function folded(character: string): string {
  if (BLANK.test(character)) return "";
  const code = character.codePointAt(0) ?? 0;
  if (code >= WIDE_ASCII[0] && code <= WIDE_ASCII[1]) return String.fromCodePoint(code - WIDE_ASCII[2]);
  const usual = code >= NARROW ? USUAL[code - NARROW] : undefined;
  return usual && usual !== " " ? usual : character;
}

/** A text without white space and invisible characters, widths folded. */
export function normalised(text: string): string {
  return Array.from(text, folded).join("");
}
