// Where there is room for names.

/** Width of a text whose letters are one high: near enough to see whether names collide. */
export function measure(text: string): number {
  let width = 0;
  for (const character of text) width += character > "\u2e80" ? 1 : 0.56;
  return width;
}

/** Which parts of the screen are taken, in cells. */
export class Room {
  readonly #taken = new Map<number, (readonly [number, number, number, number])[]>();

  take(left: number, top: number, right: number, bottom: number): boolean {
    const cells: number[] = [];
    for (let x = Math.floor(left / 128); x <= Math.floor(right / 128); x++) {
      for (let y = Math.floor(top / 32); y <= Math.floor(bottom / 32); y++) cells.push(x * 100_003 + y);
    }
    for (const cell of cells) {
      for (const [l, t, r, b] of this.#taken.get(cell) ?? []) if (left < r && right > l && top < b && bottom > t) return false;
    }
    for (const cell of cells) {
      const known = this.#taken.get(cell);
      if (known) known.push([left, top, right, bottom]);
      else this.#taken.set(cell, [[left, top, right, bottom]]);
    }
    return true;
  }
}
