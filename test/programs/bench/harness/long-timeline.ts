// Tells a trial of ten hours, event by event, in the order in which a conductor would have written it: ten million
// lines.

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { seededRandom } from "../../../../src/core/random.ts";
import type { TrialPlan } from "../../../../src/records/plan.ts";
import type { TimelineEvent } from "../../../../src/records/timeline/event.ts";

const secondMs = 1000;
const requestsPerSecond = 100;
const probes = Array.from({ length: 8 }, (_, index) => ({ name: `state.probe_${index + 1}`, everyMs: 50 }));
const injectMs = 120_000;
const site = { service: "vector", replica: "vector-2" };

/** The plan of that trial: its steady state asks users and two of its probes. */
export function longPlan(hours: number): TrialPlan {
  return {
    schemaVersion: 1,
    runId: "long",
    intent: "bench/long-watch",
    intentFile: "experiments/bench/long-watch.yaml",
    belief: "a damaged index is restored, and stays so",
    target: "told",
    arm: "treatment",
    index: 1,
    seed: 7,
    load: {
      arrival: "constant",
      ratePerSecond: requestsPerSecond,
      slowOverMs: 400,
      timeoutMs: 5000,
      warmupMs: 1000,
      baselineMs: injectMs - 1000,
    },
    steady: {
      windowMs: 1000,
      badAfter: 2,
      conditions: [
        { name: "users-fine", expression: "users.bad_share <= 0.2", view: "users" },
        { name: "one-whole", expression: "state.probe_1 >= 0.95", view: "state" },
        { name: "two-whole", expression: "state.probe_2 >= baseline.state.probe_2", view: "state" },
      ],
    },
    disturbances: [{ type: "fault", fault: "index.corruption", site, seed: 7, params: {} }],
    expect: {
      detected: { withinMs: 60_000, as: ["index-damaged"] },
      recovered: { withinMs: hours * 3_600_000, by: "restore-index", holdMs: 60_000 },
      heldFire: false,
      budget: { slo: 0.9, maxBurn: 8 },
      never: [],
    },
    ablated: [],
    injectAfterMs: 0,
    watchMs: hours * 3_600_000,
    holdMs: 60_000,
    targetFacts: {
      hasFeed: true,
      pathways: ["restore-index"],
      dataProbes: ["state.probe_8"],
      stateProbes: probes,
    },
    estimateMs: hours * 3_600_000,
  };
}

/**
 * Writes the timeline of `hours` hours to a new file and returns the number of its events; memory stays that of one
 * second.
 */
export async function writeLongTimeline(file: string, hours: number): Promise<number> {
  const out = createWriteStream(file);
  const random = seededRandom(1, "ten hours");
  let events = 0;
  for (let second = 0; second < hours * 3600; second += 1) {
    const told = secondOf(second, hours, random.next.bind(random)).sort((a, b) => a.at - b.at);
    events += told.length;
    if (!out.write(told.map((event) => `${JSON.stringify(event)}\n`).join(""))) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
  return events;
}

/** Hurt for half a minute after the injection, and again for three seconds every half an hour. */
function isHurt(at: number): boolean {
  return (at > injectMs + 500 && at < injectMs + 30_000) || (at > 3_600_000 && at % 1_800_000 < 3000);
}

function secondOf(second: number, hours: number, chance: () => number): TimelineEvent[] {
  const from = second * secondMs;
  const events: TimelineEvent[] = [
    { kind: "pace", at: from + 999, lagMs: round(3 * chance()) },
    ...milestones(from, hours),
  ];
  for (let n = 0; n < requestsPerSecond; n += 1) events.push(request(from, n, chance));
  for (const [index, { name, everyMs }] of probes.entries()) {
    for (let at = from + index; at < from + secondMs; at += everyMs) {
      const value = index === 0 && isHurt(at) ? 0.4 : 1;
      events.push({ kind: "reading", at: at + 3, from: at, probe: name, reading: { ok: true, value } });
    }
  }
  for (let at = from + 11; at < from + secondMs; at += 60) events.push({ kind: "feed", at, state: "alive" });
  return events;
}

function request(from: number, n: number, chance: () => number): TimelineEvent {
  const intended = from + n * (secondMs / requestsPerSecond);
  const sent = round(intended + 0.2 + 0.4 * chance());
  const done = round(sent + 20 + 60 * chance() ** 3);
  const base = { kind: "request", id: (from / secondMs) * requestsPerSecond + n + 1, intended, sent } as const;
  if (isHurt(sent) && chance() < 0.7) {
    return { ...base, at: done, firstToken: null, done: null, outcome: "error", error: "status 503", right: null };
  }
  return { ...base, at: done, firstToken: round(sent + 9), done, outcome: "answered", right: true };
}

function milestones(from: number, hours: number): TimelineEvent[] {
  const end = hours * 3_600_000;
  const evidence = { confirmed: true, expected: "self-retrieval under 0.9", seen: "0.4" };
  const claim = (at: number, type: "detected" | "classified" | "action.started" | "action.finished" | "closed") =>
    ({
      kind: "claim",
      at,
      claim: {
        type,
        id: type,
        incident: "i1",
        time: "2026-01-01T00:00:00Z",
        scope: site,
        reasons: [],
        ...(type === "classified" && { class: "index-damaged" }),
        ...(type.startsWith("action") && { pathway: "restore-index", outcome: "done" }),
      },
    }) as const;
  const all: TimelineEvent[] = [
    { kind: "phase", at: 0, phase: "warmup" },
    { kind: "feed", at: 5, state: "open" },
    { kind: "phase", at: 1000, phase: "baseline" },
    { kind: "phase", at: injectMs, phase: "inject" },
    { kind: "fault", at: injectMs + 20, disturbance: 0, step: "applying" },
    { kind: "fault", at: injectMs + 600, disturbance: 0, step: "confirmed", evidence },
    { kind: "phase", at: injectMs + 610, phase: "observe" },
    claim(injectMs + 2000, "detected"),
    claim(injectMs + 2100, "classified"),
    claim(injectMs + 3000, "action.started"),
    claim(injectMs + 29_000, "action.finished"),
    claim(injectMs + 90_000, "closed"),
    { kind: "phase", at: end - 10_000, phase: "revert" },
    { kind: "fault", at: end - 9900, disturbance: 0, step: "reverting" },
    { kind: "fault", at: end - 9000, disturbance: 0, step: "reverted", evidence },
    { kind: "phase", at: end - 5000, phase: "teardown" },
    { kind: "phase", at: end - 1000, phase: "done" },
  ];
  return all.filter(({ at }) => at >= from && at < from + secondMs);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
