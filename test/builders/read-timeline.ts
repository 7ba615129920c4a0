// The whole of a timeline in memory: for short ones.

import type { TimelineEvent } from "../../src/records/timeline/event.ts";
import { readTimelineInto } from "../../src/store/timeline-file.ts";

/** As `readTimelineInto` reads it. */
export async function readTimeline(file: string): Promise<readonly TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  await readTimelineInto(file, (event) => events.push(event));
  return events;
}
