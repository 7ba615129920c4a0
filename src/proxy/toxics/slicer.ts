// slicer: cuts what it gets into slices of `average_size ± size_variation` bytes, each `delay` µs after the one before.

import type { Random } from "../../core/random.ts";
import type { Ms } from "../../core/units.ts";
import { heldCost } from "../delay-line.ts";
import { wakeAt } from "../wake.ts";
import type { Chunk, ToxicKind } from "./toxic.ts";

/** Slices without a delay that leave in one turn of the event loop; other connections come in between. */
const SLICES_PER_TURN = 64;

/**
 * Where to cut `length` bytes, ascending, `length` included: halved, with the variation, until a part is small enough.
 */
function cuts(length: number, average: number, variation: number, random: Random): number[] {
  const found: number[] = [];
  const parts: [number, number][] = [[0, length]];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [start, end] = part;
    if (end - start <= 1 || end - start - average <= variation) {
      found.push(end);
      continue;
    }
    const wander = variation > 0 ? Math.floor(random.next() * 2 * variation) - variation : 0;
    const middle = Math.min(end - 1, Math.max(start + 1, start + Math.floor((end - start) / 2) + wander));
    parts.push([middle, end], [start, middle]);
  }
  return found;
}

/** Toxiproxy's `slicer`; sizes in bytes, `delay` in µs. Sizes below 1 count as 1 and variations below 0 as 0. */
export const slicer: ToxicKind = {
  type: "slicer",
  attributes: [
    { name: "average_size", type: "int", default: 0 },
    { name: "size_variation", type: "int", default: 0 },
    { name: "delay", type: "int", default: 0 },
  ],
  open({ average_size = 0, size_variation = 0, delay = 0 }, { clock, random, effects, pass }) {
    const gap: Ms = Math.max(0, delay) / 1_000;
    let waiting: Chunk[] = [];
    let held = 0;
    /** Of the first chunk: where its remaining cuts are, and how much of it is gone. */
    let ends: number[] = [];
    let gone = 0;
    let cancel: (() => void) | undefined;
    let closed = false;

    /** Hands the next slice on; false when nothing waits. */
    function step(): boolean {
      const [chunk] = waiting;
      if (chunk === undefined || closed) return false;
      if (chunk.bytes === null) {
        waiting.shift();
        held -= heldCost(chunk);
        pass(chunk);
        return true;
      }
      if (gone === 0)
        ends = cuts(chunk.bytes.length, Math.max(1, average_size), Math.max(0, size_variation), random).toReversed();
      const end = ends.pop() ?? chunk.bytes.length;
      const slice = chunk.bytes.subarray(gone, end);
      gone = end;
      if (end === chunk.bytes.length) {
        waiting.shift();
        held -= heldCost(chunk);
        gone = 0;
      }
      effects.slices += 1;
      pass({ bytes: slice, arrivedAt: chunk.arrivedAt });
      return true;
    }

    function run(): void {
      cancel = undefined;
      for (let left = gap > 0 ? 1 : SLICES_PER_TURN; left > 0; left -= 1) if (!step()) return;
      if (!closed) cancel = wakeAt(clock, clock.now() + gap, run);
    }

    return {
      holdLimit: 65_536,
      push(chunk) {
        waiting.push(chunk);
        held += heldCost(chunk);
        if (cancel === undefined) run();
      },
      heldBytes: () => held,
      close() {
        closed = true;
        cancel?.();
        const [first, ...others] = waiting;
        if (first === undefined || first.bytes === null) return waiting;
        return [{ ...first, bytes: first.bytes.subarray(gone) }, ...others];
      },
    };
  },
};
