// The requests of a whole timeline by the instant at which it is known what became of them.

import { settle, type SettledRequest } from "../../src/measure/windows/requests.ts";
import { eventsOf } from "../../src/measure/windows/timeline-view.ts";
import type { TimelineEvent } from "../../src/records/timeline/event.ts";
import type { Ms } from "../../src/core/units.ts";

/** All requests by settling instant; one known only to be late (the timeline was cut short) counts as slow. */
export function settledRequests(timeline: readonly TimelineEvent[], slowOverMs: Ms): SettledRequest[] {
  const requests = eventsOf(timeline, "request");
  const finished = new Set(requests.map((request) => request.id));
  const late = eventsOf(timeline, "late").filter((event) => !finished.has(event.id));
  const settled: SettledRequest[] = requests.map((request) => settle(request, slowOverMs));
  for (const { at } of late) settled.push({ at, meaning: "slow", intended: at - slowOverMs, sent: null });
  return settled.sort((a, b) => a.at - b.at);
}
