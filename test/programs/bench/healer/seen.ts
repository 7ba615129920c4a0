// What of a feed's events belongs to what was done to a replica or a service: something else that was seen meanwhile is
// not what was done.

import type { Feed } from "./feed.ts";

/** What the incident has to be, and where. */
interface Sought {
  readonly class: string;
  readonly scope: { readonly service?: string; readonly replica?: string };
}

/**
 * From that time to `detected` of the incident that was classified as this, there, ms. Undefined where none was: that
 * something else was seen meanwhile does not count.
 */
export function seenAfter(events: Feed["events"], from: number, sought: Sought): number | undefined {
  const own = detectedAs(events, from, sought);
  return own === undefined ? undefined : own.at - from;
}

/** The event itself, with its reasons. */
export function detectedAs(events: Feed["events"], from: number, { class: wanted, scope }: Sought) {
  const own = events.filter(
    (event) =>
      event.at >= from &&
      (scope.service === undefined || event.scope.service === scope.service) &&
      (scope.replica === undefined || event.scope.replica === scope.replica),
  );
  const named = own.find((event) => event.type === "classified" && event.class === wanted);
  return own.find(({ type, incident }) => type === "detected" && incident === named?.incident);
}

/** Until an incident of the replica is closed and it is done; until the limit where that does not come. */
export async function closedWith(
  feed: Feed,
  { replica, from, withinMs }: { readonly replica: string; readonly from: number; readonly withinMs: number },
  isDone: () => boolean,
): Promise<void> {
  for (let after = from; after < from + withinMs;) {
    const closed = await feed.next("closed", replica, after, from + withinMs - after);
    if (closed === undefined || isDone()) return;
    after = closed.at + 1;
  }
}
