// SHA-256 (FIPS 180-4) of some bytes, at once: a search for passages takes thousands, and the browser's own is asynchronous
// and missing where a page came over plain HTTP.

const K = new Int32Array(64);
const START = new Int32Array(8);
constants();

/** The first 32 bits of the fractional parts of the roots of the first primes: cube roots for K, square roots to start. */
function constants(): void {
  let found = 0;
  for (let candidate = 2; found < 64; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) prime = false;
    if (!prime) continue;
    if (found < 8) START[found] = fraction(candidate ** (1 / 2));
    K[found++] = fraction(candidate ** (1 / 3));
  }
}

function fraction(value: number): number {
  return ((value - Math.floor(value)) * 0x100000000) >>> 0;
}

const WORDS = new Int32Array(64);
const LAST = new Uint8Array(128);
const LAST_VIEW = new DataView(LAST.buffer);

/** The digest in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return Array.from(words(bytes), (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** The digest as eight words of 32 bits. The same array each time: it holds until the next call. */
export function words(bytes: Uint8Array): Int32Array {
  STATE.set(START);
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += 64) block(STATE, bytes, at);
  const size = bytes.length - whole < 56 ? 64 : 128;
  LAST.fill(0);
  LAST.set(bytes.subarray(whole));
  LAST[bytes.length - whole] = 0x80;
  LAST_VIEW.setUint32(size - 8, Math.floor(bytes.length / 0x20000000));
  LAST_VIEW.setUint32(size - 4, (bytes.length << 3) >>> 0);
  for (let at = 0; at < size; at += 64) block(STATE, LAST, at);
  return STATE;
}

const STATE = new Int32Array(8);

function block(state: Int32Array, bytes: Uint8Array, at: number): void {
  const w = WORDS;
  for (let i = 0, j = at; i < 16; i++, j += 4) {
    w[i] = (bytes[j]! << 24) | (bytes[j + 1]! << 16) | (bytes[j + 2]! << 8) | bytes[j + 3]!;
  }
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15]!;
    const b = w[i - 2]!;
    const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
    const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0]! + a) | 0;
  state[1] = (state[1]! + b) | 0;
  state[2] = (state[2]! + c) | 0;
  state[3] = (state[3]! + d) | 0;
  state[4] = (state[4]! + e) | 0;
  state[5] = (state[5]! + f) | 0;
  state[6] = (state[6]! + g) | 0;
  state[7] = (state[7]! + h) | 0;
}
