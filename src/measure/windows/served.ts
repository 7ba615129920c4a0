// Were users served at all? The last yardstick, where an intent's own conditions do not ask: a stack that gives most of
// its users nothing is broken, however green its latency.

import type { Share } from "../../core/units.ts";
import type { WindowFact } from "../../records/facts/windows.ts";
import type { Settled } from "./settled-counts.ts";
import type { Windows } from "./windows.ts";

/** Least part of the baseline's share of good requests. A lesser loss is for the intent's own conditions and budget. */
export const leastOfBaseline: Share = 1 / 2;

type Baseline = Readonly<Record<string, number>>;

/** True when the requests that were bad leave less than half of what was good before still was. */
export function isUnserved(badShare: Share, baseline: Baseline): boolean {
  const before = 1 - (baseline["users.bad_share"] ?? 0);
  return before > 0 && 1 - badShare < leastOfBaseline * before;
}

/** The same over requests that were counted; of none nothing is said. */
export function areUnserved({ bad, expected }: Settled, baseline: Baseline): boolean {
  return expected > 0 && isUnserved(bad / expected, baseline);
}

/** The windows as they stand when users must be served besides. Single samples cannot place such a transition. */
export function byService(seen: Windows): Windows {
  const windows = seen.windows.map((window): WindowFact => {
    const { back: _, ...rest } = window;
    const state = serviceState(window, seen.baseline);
    return { ...rest, state, users: state };
  });
  return { ...seen, windows, badSamples: [], transition: () => undefined };
}

function serviceState({ state, values }: WindowFact, baseline: Baseline): WindowFact["state"] {
  const bad = values["users.bad_share"];
  if (bad === undefined) return state === "bad" ? "bad" : "unseen";
  return isUnserved(bad, baseline) ? "bad" : state;
}
