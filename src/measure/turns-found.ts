// Where windows turn, so that each turn can be placed while the looks around it are still there.

import type { WindowFact } from "../core/verdict.ts";
import type { BrokenLook } from "./broken-looks.ts";
import { wayOut } from "./runs.ts";
import type { Turn } from "./turns.ts";

type Looks = ReadonlyMap<number, BrokenLook>;

/** One word for a turn. */
export function keyOf({ view, index, to }: Turn): string {
  return `${view} ${to} ${index}`;
}

/** A window that differs from the one before, or holds a look that saw the state broken: marks may begin with it. */
export function isEdge(windows: readonly WindowFact[], looks: Looks, index: number): boolean {
  const [before, own] = [windows[index - 1], windows[index]];
  if (own === undefined || before === undefined) return own !== undefined;
  const same = before.users === own.users && before.state === own.state;
  const sameBack = (["users", "state"] as const).every((view) => wayOut(before, view) === wayOut(own, view));
  return !same || !sameBack || looks.has(index);
}

/** Every turn that marks may ask for at a window. */
export function turnsAt(windows: readonly WindowFact[], looks: Looks, index: number): Turn[] {
  const [before, own] = [windows[index - 1], windows[index]];
  if (own === undefined || before === undefined) return [];
  return (["users", "state"] as const).flatMap((view): Turn[] => {
    const bad = before[view] !== "bad" && own[view] === "bad";
    const looked = view === "state" && (looks.has(index) || looks.has(index - 1));
    const good = wayOut(own, view) === "good" && (wayOut(before, view) === "bad" || looked);
    return [
      ...(bad ? [{ view, index, to: "bad" } as const] : []),
      ...(good ? [{ view, index, to: "good" } as const] : []),
    ];
  });
}
