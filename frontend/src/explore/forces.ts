// The force-directed layout's computing, which runs in a worker: what is asked of it and what it answers.

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationNodeDatum } from "d3-force";

export interface Asked {
  /** Answers tell it again: those of an earlier question are of no use. */
  readonly number: number;
  /** x, y, radius and whether it stays, for each thing. */
  readonly things: Float32Array<ArrayBuffer>;
  /** Two places among the things for each relation. */
  readonly lines: Uint32Array<ArrayBuffer>;
  /** Whether most already stand where they should: then little is moved. */
  readonly gently: boolean;
}

export interface Answered {
  readonly number: number;
  /** x and y of each thing. */
  readonly places: Float32Array<ArrayBuffer>;
  readonly done: boolean;
}

const EACH = 4;

/** Moves things until they rest; `tell` hears of it now and then, and says whether to go on. */
export function* settle(asked: Asked): Generator<Float32Array<ArrayBuffer>> {
  const count = asked.things.length / EACH;
  const large = count > 600;
  const nodes: SimulationNodeDatum[] = Array.from({ length: count }, (_, index) => {
    const [x = 0, y = 0, , stays = 0] = asked.things.subarray(index * EACH, index * EACH + EACH);
    return stays ? { x, y, fx: x, fy: y } : { x, y };
  });
  const links = Array.from({ length: asked.lines.length / 2 }, (_, index) => ({
    source: asked.lines[2 * index] ?? 0,
    target: asked.lines[2 * index + 1] ?? 0,
  }));
  const radii = (_: unknown, index: number) => asked.things[index * EACH + 2] ?? 10;
  const simulation = forceSimulation(nodes)
    .stop()
    .force("link", forceLink(links).distance(large ? 60 : 135))
    .force("charge", forceManyBody().strength(large ? -120 : -520).distanceMax(large ? 400 : 1200).theta(large ? 1.3 : 0.9))
    .force("x", forceX(0).strength(0.045))
    .force("y", forceY(0).strength(0.07)); // screens are wide
  if (count <= 2500) simulation.force("collide", forceCollide(radii).strength(0.9));
  const steps = count > 2000 ? 50 : large ? 120 : 300;
  simulation.alpha(asked.gently ? 0.35 : 1).alphaDecay(1 - 0.001 ** (1 / steps));
  for (let step = 0; step < steps; step++) {
    simulation.tick();
    if (large && step % 4 === 3) yield flat(nodes);
  }
  yield flat(nodes);
}

function flat(nodes: readonly SimulationNodeDatum[]): Float32Array<ArrayBuffer> {
  const places = new Float32Array(2 * nodes.length);
  nodes.forEach(({ x = 0, y = 0 }, index) => places.set([x, y], 2 * index));
  return places;
}
