// Did a tool of ours break, so that the trial had to end? Then nothing in it can be held against the target.

import type { TimelineEvent } from "../../records/timeline/event.ts";
import { eventsOf } from "../windows/timeline-view.ts";
import type { TroubleEvent } from "../../records/timeline/trouble.ts";

/**
 * The first fatal trouble. What breaks in the teardown has spoiled nothing that was seen; but a record that could not
 * be written to its end was not kept, whenever that was found out.
 */
export function ownTrouble(timeline: readonly TimelineEvent[]): TroubleEvent | undefined {
  const teardown = eventsOf(timeline, "phase").find(({ phase }) => phase === "teardown")?.at ?? Infinity;
  return eventsOf(timeline, "trouble").find(
    ({ fatal, at, where }) => fatal === true && (at <= teardown || where === "record"),
  );
}
