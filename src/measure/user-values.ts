// What users saw, as the values of the `users.*` names: of one window, or pooled over the baseline.

import type { userProbes } from "../core/user-probes.ts";
import type { Ms } from "../core/units.ts";
import { median, windowSampleFloor } from "./percentiles.ts";
import type { Meaning, SettledRequest } from "./requests.ts";
import { between } from "./timeline-view.ts";

type UserProbe = (typeof userProbes)[number];

/** Values by name; one that had too few samples is absent. */
type UserValues = Partial<Record<UserProbe, number>>;

/** Looks up what users saw in any stretch; built once for a timeline. */
export type UserLook = (stretch: { readonly from: Ms; readonly to: Ms }) => UserValues;

/**
 * Values over [from, to): shares are of the requests that settled in it, latencies of those among them that were answered,
 * and `right_share` of the answers complete in it (a late answer is right or wrong only once it is there).
 * `requests` are ordered by settling instant.
 */
export function userLook(requests: readonly SettledRequest[]): UserLook {
  const answers = requests.flatMap(({ answer }) => answer ?? []).sort((a, b) => a.doneAt - b.doneAt);
  return (stretch) => {
    const settled = between(requests, ({ at }) => at, stretch);
    const judged = between(answers, ({ doneAt }) => doneAt, stretch);
    const share = (...meanings: Meaning[]): number | undefined =>
      shareOf(settled, (request) => meanings.includes(request.meaning));
    return seenOnly({
      "users.count": settled.length,
      "users.error_share": share("error"),
      "users.slow_share": share("slow"),
      "users.bad_share": share("error", "slow", "wrong"),
      "users.right_share": shareOf(judged, ({ right }) => right),
      "users.latency_p50": middle(settled.flatMap(({ latencyMs }) => latencyMs ?? [])),
      "users.ttft_p50": middle(settled.flatMap(({ ttftMs }) => ttftMs ?? [])),
    });
  };
}

function shareOf<T>(items: readonly T[], fits: (item: T) => boolean): number | undefined {
  return items.length < windowSampleFloor ? undefined : items.filter(fits).length / items.length;
}

function middle(samples: readonly Ms[]): Ms | undefined {
  return samples.length < windowSampleFloor ? undefined : median(samples);
}

function seenOnly(values: Record<UserProbe, number | undefined>): UserValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
