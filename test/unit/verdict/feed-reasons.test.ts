// Where the feed could not be heard stands what was answered instead.

import { describe, expect, test } from "vitest";
import type { FeedEvent } from "../../../src/records/timeline/feed.ts";
import { feedGap } from "../../../src/verdict/feed-gap.ts";

const refused = (at: number, reason: string): FeedEvent => ({ kind: "feed", at, state: "refused", reason });
const open = (at: number): FeedEvent => ({ kind: "feed", at, state: "open" });

describe("a feed that was not heard", () => {
  test("because it never opened says what it answered last", () => {
    const timeline = [refused(10, "connection refused"), refused(900, "answered 401")];
    expect(feedGap(timeline, 0, 5000)).toBe("the incident feed was never open (answered 401)");
  });

  test("before it opened says why, of then and not of later", () => {
    const timeline = [refused(10, "answered 503"), open(3000), refused(9000, "answered 401")];
    expect(feedGap(timeline, 0, 5000)).toBe("the incident feed was not open before 3.0 s (answered 503)");
  });

  test("because it was lost says how", () => {
    const lost: FeedEvent = { kind: "feed", at: 3200, state: "lost", reason: "it ended" };
    expect(feedGap([open(3000), lost], 3100, 5000)).toBe("the incident feed was lost at 3.2 s (it ended)");
  });

  test("in an older run, without reasons, says nothing of why", () => {
    expect(feedGap([], 0, 5000)).toBe("the incident feed was never open");
  });
});
