// latency: every chunk leaves `latency ± jitter` ms after it arrived. Chunks wait side by side, so delays do not add up.

import type { Ms } from "../../core/units.ts";
import { wakeAt } from "../wake.ts";
import type { Chunk, Stage, StageContext, ToxicAttributes, ToxicKind } from "./toxic.ts";

interface Waiting {
  readonly chunk: Chunk;
  readonly due: Ms;
}

function open(attributes: ToxicAttributes, { clock, random, pass }: StageContext): Stage {
  const { latency = 0, jitter = 0 } = attributes;
  let waiting: Waiting[] = [];
  let bytes = 0;
  let lastDue = -Infinity;
  let cancel: (() => void) | undefined;

  /** Uniform in latency ± jitter; as in Toxiproxy the sender's end is not delayed by itself. */
  function delayOf(chunk: Chunk): Ms {
    if (chunk.bytes === null) return 0;
    return jitter <= 0 ? latency : Math.max(0, latency + (2 * random.next() - 1) * jitter);
  }

  function letGo(): void {
    cancel = undefined;
    for (let first = waiting[0]; first !== undefined && first.due <= clock.now(); first = waiting[0]) {
      waiting.shift();
      bytes -= first.chunk.bytes?.length ?? 0;
      pass({ bytes: first.chunk.bytes, arrivedAt: first.due });
    }
    const next = waiting[0];
    if (next !== undefined) cancel = wakeAt(clock, next.due, letGo);
  }

  return {
    push(chunk) {
      // Never before the chunk in front: jitter must not reorder a byte stream.
      lastDue = Math.max(lastDue, chunk.arrivedAt + delayOf(chunk));
      waiting.push({ chunk, due: lastDue });
      bytes += chunk.bytes?.length ?? 0;
      cancel ??= wakeAt(clock, lastDue, letGo);
    },
    heldBytes: () => bytes,
    close() {
      cancel?.();
      cancel = undefined;
      const left = waiting.map((each) => each.chunk);
      waiting = [];
      bytes = 0;
      return left;
    },
  };
}

/** Toxiproxy's `latency`: attributes `latency` and `jitter` in whole ms. */
export const latency: ToxicKind = {
  type: "latency",
  attributes: [
    { name: "latency", type: "int", default: 0 },
    { name: "jitter", type: "int", default: 0 },
  ],
  open,
};
