// Where the state of windows changes, so that each transition can be placed while the samples around it are there.

import type { WindowFact } from "../../records/facts/windows.ts";
import type { BadSample } from "./bad-samples.ts";
import { exitState } from "../windows/runs.ts";
import type { Transition } from "./transitions.ts";

type BadSamples = ReadonlyMap<number, BadSample>;

/** One word for a transition. */
export function keyOf({ view, index, to }: Transition): string {
  return `${view} ${to} ${index}`;
}

/** A window that differs from the one before, or holds a sample that saw the state broken: marks may begin with it. */
export function isEdge(windows: readonly WindowFact[], samples: BadSamples, index: number): boolean {
  const [before, own] = [windows[index - 1], windows[index]];
  if (own === undefined || before === undefined) return own !== undefined;
  const same = before.users === own.users && before.state === own.state;
  const sameBack = (["users", "state"] as const).every((view) => exitState(before, view) === exitState(own, view));
  return !same || !sameBack || samples.has(index);
}

/** Every transition that marks may ask for at a window. */
export function transitionsAt(windows: readonly WindowFact[], samples: BadSamples, index: number): Transition[] {
  const [before, own] = [windows[index - 1], windows[index]];
  if (own === undefined || before === undefined) return [];
  return (["users", "state"] as const).flatMap((view): Transition[] => {
    const bad = before[view] !== "bad" && own[view] === "bad";
    const looked = view === "state" && (samples.has(index) || samples.has(index - 1));
    const good = exitState(own, view) === "good" && (exitState(before, view) === "bad" || looked);
    return [
      ...(bad ? [{ view, index, to: "bad" } as const] : []),
      ...(good ? [{ view, index, to: "good" } as const] : []),
    ];
  });
}
