// Were users served at all? The last yardstick, where an intent's own conditions do not ask: a stack that gives most of
// its users nothing is broken, however green its latency.

import { userName, userNameOf } from "../../core/user-probes.ts";
import type { Share } from "../../core/units.ts";
import type { WindowFact } from "../../records/facts/windows.ts";
import type { Settled } from "./settled-counts.ts";
import type { Windows } from "./windows.ts";

/** Least part of the baseline's share of good requests. A lesser loss is for the intent's own conditions and budget. */
export const leastOfBaseline: Share = 1 / 2;

type Baseline = Readonly<Record<string, number>>;

const asked = "users.bad_share";

/**
 * True when the requests of a stream that were bad leave less than half of what was good before still was. Without a
 * name: the default stream.
 */
function isUnserved(badShare: Share, baseline: Baseline, stream?: string): boolean {
  const before = 1 - (baseline[userName(asked, stream)] ?? 0);
  return before > 0 && 1 - badShare < leastOfBaseline * before;
}

/** The same over requests that were counted; of none nothing is said. */
export function areUnserved({ bad, expected }: Settled, baseline: Baseline, stream?: string): boolean {
  return expected > 0 && isUnserved(bad / expected, baseline, stream);
}

/** The first stream whose users were not served in a window, by what was seen of each; undefined when all were. */
export function unservedIn(
  values: WindowFact["values"],
  baseline: Baseline,
): { readonly stream?: string; readonly badShare: Share } | undefined {
  for (const [name, badShare] of Object.entries(values)) {
    const user = userNameOf(name);
    if (user?.probe !== asked || !isUnserved(badShare, baseline, user.stream)) continue;
    return { ...(user.stream !== undefined && { stream: user.stream }), badShare };
  }
  return undefined;
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
  // Other streams may be too rare to be seen in every window: they count where they are seen.
  if (unservedIn(values, baseline) !== undefined) return "bad";
  return values[asked] === undefined && state !== "bad" ? "unseen" : state;
}
