// Thresholds of scripts that their process does not tell: it was lost, or silent, or a script failed in the teardown.
// They are said to be open, lest a bound that nobody asked for counts as none.

import type { LoadEvent, SenderEvent } from "../../core/load-source.ts";
import type { Ms } from "../../core/units.ts";
import type { Threshold } from "./script/thresholds.ts";

/** A stream and what its script demands. */
interface Expected {
  /** As its events name it; absent: the default stream. */
  readonly name?: string;
  readonly thresholds: readonly Threshold[];
}

interface Untold {
  /** Takes each event on its way. */
  readonly pass: (event: SenderEvent) => void;
  /** The load is over: each threshold that was not told is inconclusive, without samples. */
  over(at: Ms): void;
}

/** None was told yet. */
export function openUntold(expected: readonly Expected[], onEvent: (event: LoadEvent) => void): Untold {
  const told = new Set<string>();
  return {
    pass(event) {
      if (event.kind === "threshold") told.add(keyOf(event.stream, event));
      onEvent(event);
    },
    over(at) {
      for (const { name, thresholds } of expected) {
        for (const { metric, expression } of thresholds) {
          if (told.has(keyOf(name, { metric, expression }))) continue;
          told.add(keyOf(name, { metric, expression }));
          const named = name === undefined ? {} : { stream: name };
          onEvent({ kind: "threshold", at, ...named, metric, expression, samples: 0, outcome: "inconclusive" });
        }
      }
    },
  };
}

function keyOf(stream: string | undefined, { metric, expression }: Pick<Threshold, "metric" | "expression">): string {
  return JSON.stringify([stream, metric, expression]);
}
