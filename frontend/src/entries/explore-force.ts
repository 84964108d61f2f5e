// A worker of the page /explore: moves things apart and together beside the page, so that it stays quick.

import { settle, type Answered, type Asked } from "../explore/forces";

const EACH_MS = 150;

let wanted = 0;
self.addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  wanted = data.number;
  void answer(data);
});

async function answer(asked: Asked): Promise<void> {
  let told = performance.now();
  let last: Float32Array<ArrayBuffer> | undefined;
  for (const places of settle(asked)) {
    last = places;
    if (performance.now() - told < EACH_MS) continue;
    tell({ number: asked.number, places, done: false });
    told = performance.now();
    await new Promise((resolve) => setTimeout(resolve)); // hear whether something else is wanted meanwhile
    if (wanted !== asked.number) return;
  }
  if (last) tell({ number: asked.number, places: last, done: true });
}

function tell(answered: Answered): void {
  (self as unknown as Worker).postMessage(answered);
}
