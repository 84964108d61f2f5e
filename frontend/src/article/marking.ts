// Overlapping places in a text, cut into runs of characters that lie in the same places.

export interface Run {
  start: number;
  end: number;
  /** Indices of the places that hold the run, the shortest first. */
  holds: number[];
}

/** The runs of a text of `length` characters, in order, all of it. `null` is no place. */
export function runs(length: number, places: readonly (readonly [number, number] | null)[]): Run[] {
  const opening = new Map<number, number[]>();
  const closing = new Map<number, number[]>();
  const borders = new Set([0, length]);
  for (const [index, place] of places.entries()) {
    if (!place || place[0] >= place[1]) continue;
    opening.set(place[0], [...(opening.get(place[0]) ?? []), index]);
    closing.set(place[1], [...(closing.get(place[1]) ?? []), index]);
    borders.add(place[0]).add(place[1]);
  }
  const found: Run[] = [];
  const inside = new Set<number>();
  const size = (index: number): number => places[index]![1] - places[index]![0];
  const sorted = [...borders].filter((border) => border <= length).sort((a, b) => a - b);
  for (const [number, start] of sorted.entries()) {
    for (const index of closing.get(start) ?? []) inside.delete(index);
    for (const index of opening.get(start) ?? []) inside.add(index);
    const end = sorted[number + 1];
    if (end !== undefined) found.push({ start, end, holds: [...inside].sort((a, b) => size(a) - size(b) || a - b) });
  }
  return found;
}
