// The engine's events as a source of claims: what each says, when it counts as heard, and how far back t2 reaches.

import { expect, it } from "vitest";
import type { ContainerTold, EventsHeard, HearEvents } from "../../../src/core/container-events.ts";
import type { EventsSource } from "../../../src/core/feed-source.ts";
import { claimMarks } from "../../../src/measure/marks/claim-marks.ts";
import type { FeedItem } from "../../../src/probes/healer-claims.ts";
import { listenToSource } from "../../../src/probes/sources/listen.ts";

const source: EventsSource = {
  kind: "events",
  told: [
    { event: "die", type: "detected", class: "ended" },
    { event: "start", type: "action.finished", pathway: "restart-replica", outcome: "done" },
    { event: "start", type: "verified", service: "web" },
  ],
  resolutionMs: 100,
  names: {},
};
const told = (event: ContainerTold["event"], replica: string): ContainerTold => ({
  event,
  replica,
  service: replica.split("-")[0] ?? "",
  time: "2026-11-30T01:02:03.456Z",
  says: `${event} of shop-${replica}`,
});

/** What is written of a course that the test plays, on a clock that the test moves. */
async function written(play: (heard: EventsHeard, at: (ms: number) => void) => void, hear?: null): Promise<FeedItem[]> {
  const events: FeedItem[] = [];
  let now = 0;
  const hearEvents: HearEvents = async (heard) => play(heard, (ms) => void (now = ms));
  await listenToSource(source, {
    clock: { now: () => now },
    signal: new AbortController().signal,
    onEvent: (event) => void events.push(event),
    fill: (text) => text,
    allows: () => false,
    serviceOf: new Map([["web-1", "web"]]),
    ...(hear !== null && { hearEvents }),
  });
  return events;
}

it("says of each event what each rule that fits says, of the container's replica and in one incident", async () => {
  const events = await written(({ told: tell }, at) => {
    at(1000);
    tell(told("die", "web-1"));
    at(1400);
    tell(told("start", "web-1"));
    tell(told("start", "db-2"));
    tell(told("oom", "web-1"));
  });
  const claims = events.flatMap((event) => (event.kind === "claim" ? [event] : []));
  expect(claims.map(({ at, claim: { type, scope } }) => [at, type, scope.replica])).toEqual([
    [1000, "detected", "web-1"],
    [1400, "action.finished", "web-1"],
    [1400, "verified", "web-1"],
    [1400, "action.finished", "db-2"],
  ]);
  expect(claims[0]?.claim).toMatchObject({
    class: "ended",
    scope: { service: "web", replica: "web-1" },
    time: "2026-11-30T01:02:03.456Z",
    reasons: ["die of shop-web-1"],
  });
  expect(claims[1]?.claim).toMatchObject({ pathway: "restart-replica", outcome: "done" });
  const incidents = claims.map(({ claim }) => claim.incident);
  expect(new Set(incidents.slice(0, 3)).size).toBe(1);
  expect(incidents[3]).not.toBe(incidents[0]);
});

it("is as sharp as the question to the engine before it was heard, and the declared resolution further back", async () => {
  const site = { service: "web", replica: "web-1" };
  const events = await written(({ told: tell, asked }, at) => {
    at(500);
    const first = asked();
    at(520);
    first();
    at(750);
    const second = asked();
    // It took the engine long to answer: what it was asked before the answer is what counts.
    at(790);
    second();
    at(900);
    tell(told("die", "web-1"));
  });
  expect(events[0]).toMatchObject({
    kind: "feed",
    state: "open",
    at: 500,
    source: { kind: "events", resolutionMs: 100 },
  });
  expect(claimMarks(events, [site], 0).t2).toEqual({ at: 900, lo: 649, hi: 900 });
  expect(claimMarks(events, [site], 700).t2).toEqual({ at: 900, lo: 700, hi: 900 });
});

it("is lost while the engine does not answer, and never open where none runs the stack", async () => {
  const lost = await written(({ asked, broke }, at) => {
    asked()();
    at(300);
    const lose = broke();
    at(700);
    lose("the engine ended its events");
  });
  expect(lost.map((event) => event.kind === "feed" && [event.state, event.at])).toEqual([
    ["open", 0],
    ["lost", 300],
  ]);
  const none = await written(() => undefined, null);
  expect(none).toMatchObject([{ state: "refused", reason: "no engine tells of this stack's containers" }]);
});
