// Tells a trial as a timeline: a small pure simulation of requests, probes, feed and inventory, so that tests can say
// what happened and know what must follow.

import type { Condition } from "../../src/records/conditions.ts";
import type { PlannedDisturbance, TrialPlan } from "../../src/records/plan.ts";
import { streamsOf, type LoadedStream } from "../../src/core/streams.ts";
import type { Ms } from "../../src/core/units.ts";
import type { TrialRecord } from "../../src/core/verdict.ts";

import { auditEvents } from "./simulated-audit.ts";
import type { Story } from "./simulated-story.ts";
import { inventoryEvents, surveyEvents } from "./simulated-looks.ts";
import { documentEvents, documentsEveryMs } from "./simulated-documents.ts";
import type { PhaseName } from "../../src/records/timeline/phase.ts";
import type { RequestEvent } from "../../src/records/timeline/request.ts";
import type { TimelineEvent } from "../../src/records/timeline/event.ts";

const usersFine: Condition = { name: "users-fine", expression: "users.bad_share <= 0.2", view: "users" };
const indexWhole: Condition = { name: "index-whole", expression: "retrieval.self >= 0.95", view: "state" };

/** An index damaged on vector-2, to be restored: the plan most stories follow. */
export const basePlan: TrialPlan = {
  schemaVersion: 1,
  runId: "golden",
  intent: "data/vector-index-corruption",
  intentFile: "experiments/data/vector-index-corruption.yaml",
  belief: "a damaged index is restored",
  target: "told",
  arm: "treatment",
  index: 1,
  seed: 7,
  load: { arrival: "constant", ratePerSecond: 20, slowOverMs: 1000, timeoutMs: 5000, warmupMs: 1000, baselineMs: 4000 },
  steady: { windowMs: 500, badAfter: 2, conditions: [usersFine, indexWhole] },
  disturbances: [
    { type: "fault", fault: "index.corruption", site: { service: "vector", replica: "vector-2" }, seed: 7, params: {} },
  ],
  expect: {
    detected: { withinMs: 3000, as: ["index-damaged"] },
    recovered: { withinMs: 10_000, by: "restore-index", holdMs: 3000 },
    heldFire: false,
    budget: { slo: 0.9, maxBurn: 8 },
    never: [{ name: "total-loss", expression: "users.error_share > 0.9", view: "users" }],
  },
  ablated: [],
  injectAfterMs: 0,
  watchMs: 20_000,
  holdMs: 3000,
  targetFacts: {
    hasFeed: true,
    pathways: ["restore-index", "restart-replica"],
    dataProbes: ["data.records"],
    stateProbes: [
      { name: "retrieval.self", everyMs: 250 },
      { name: "data.records", everyMs: 500 },
    ],
  },
  estimateMs: 30_000,
};

/** The timeline of a story, in order of time, as the conductor would have written it. */
export function tell(story: Story): TrialRecord {
  const plan = planOf(story);
  const end = story.phases.done ?? story.phases.teardown ?? 30_000;
  const events: TimelineEvent[] = [
    ...phaseEvents(story),
    ...requestEvents(story, plan, end),
    ...readingEvents(story, plan, end),
    ...feedEvents(story, end),
    ...claimEvents(story),
    ...operatorEvents(story),
    ...inventoryEvents(story),
    ...disturbanceEvents(story),
    ...surveyEvents(story, end),
    ...(story.audit ? auditEvents(story.audit, story.phases, story.claims ?? []) : []),
    ...(story.documents ? documentEvents(story.documents, story.phases) : []),
  ];
  events.push(...paceEvents(story, end));
  if (story.pressure !== undefined) {
    for (let at = 500; at < end; at += 500)
      events.push({ kind: "pressure", from: at - 500, at, look: story.pressure(at) });
  }
  if (story.trouble !== undefined) events.push({ kind: "trouble", where: "probe", ...story.trouble });
  return { plan, timeline: events.sort((a, b) => a.at - b.at) };
}

function paceEvents({ paceLagMs = 2 }: Story, end: Ms): TimelineEvent[] {
  const events: TimelineEvent[] = [];
  if (paceLagMs === null) return events;
  for (let at = 1000; at < end; at += 1000)
    events.push({ kind: "pace", at, lagMs: typeof paceLagMs === "function" ? paceLagMs(at) : paceLagMs });
  return events;
}

/** What the target offers follows from what is told of it. */
function planOf({ plan, documents, audit }: Story): TrialPlan {
  const whole: TrialPlan = { ...basePlan, ...plan };
  const offers = { ...(documents && { documentsEveryMs }), ...(audit && { hasAudit: true as const }) };
  return { ...whole, targetFacts: { ...whole.targetFacts, ...offers } };
}

function operatorEvents({ operator = [] }: Story): TimelineEvent[] {
  const usual = {
    question: "ask",
    incident: "i1",
    does: "approve",
    person: 1,
    ok: true,
    reason: "answered 200",
  } as const;
  return operator.map(([from, other]) => ({ kind: "operator", from, at: from + 20, ...usual, ...other }));
}

function phaseEvents({ phases }: Story): TimelineEvent[] {
  return Object.entries(phases).map(([phase, at]) => ({ kind: "phase", phase: phase as PhaseName, at }));
}

function requestEvents(story: Story, plan: TrialPlan, end: Ms): TimelineEvent[] {
  return streamsOf(plan.load).flatMap((stream) => streamEvents(story, stream, end));
}

function streamEvents(story: Story, stream: LoadedStream, end: Ms): TimelineEvent[] {
  const gap = 1000 / stream.ratePerSecond;
  const change = stream.name === undefined ? story.loadChange : undefined;
  const events: TimelineEvent[] = [];
  let intended = 10;
  for (let id = 1; intended < Math.min(end, story.loadStops ?? end); id += 1) {
    events.push(requestEvent(story, stream, { id, intended }));
    intended += gap / (change !== undefined && intended >= change.at ? change.times : 1);
  }
  return events;
}

function requestEvent(
  story: Story,
  { name, timeoutMs }: LoadedStream,
  { id, intended }: { id: number; intended: Ms },
): RequestEvent {
  const base = { kind: "request", id, intended, ...(name !== undefined && { stream: name }) } as const;
  if (story.unsent?.(id) === true) {
    return { ...base, at: intended, sent: null, firstToken: null, done: null, outcome: "unsent", right: null };
  }
  const sent = intended + (story.sendLagMs?.(id) ?? 0.5);
  const fate = name === undefined ? story.fate(sent, id) : (story.fates?.[name]?.(sent, id) ?? { latencyMs: 30 });
  const done = Math.min(sent + fate.latencyMs, intended + timeoutMs);
  const error = fate.error ?? (sent + fate.latencyMs > done ? "timeout" : undefined);
  if (error !== undefined) {
    return { ...base, at: done, sent, firstToken: null, done: null, outcome: "error", error, right: null };
  }
  const firstToken = sent + fate.latencyMs / 3;
  return { ...base, at: done, sent, firstToken, done, outcome: "answered", right: fate.right ?? true };
}

function readingEvents(story: Story, plan: TrialPlan, end: Ms): TimelineEvent[] {
  const events: TimelineEvent[] = [];
  for (const { name, everyMs } of plan.targetFacts.stateProbes) {
    for (let from = 20; from + 15 < end; from += everyMs) {
      const value = story.state(from)[name] ?? null;
      const reading = value === null ? ({ ok: false, reason: "no answer" } as const) : ({ ok: true, value } as const);
      events.push({ kind: "reading", probe: name, from, at: from + 15, reading });
    }
  }
  return events;
}

function feedEvents(story: Story, end: Ms): TimelineEvent[] {
  const until = Math.min(end, story.feedCut?.at ?? end);
  const events: TimelineEvent[] = [{ kind: "feed", state: "open", at: 100 }];
  for (let at = 300; at < until; at += 200) events.push({ kind: "feed", state: "alive", at });
  if (story.feedCut?.noticed === true) events.push({ kind: "feed", state: "lost", at: story.feedCut.at });
  return events;
}

function claimEvents(story: Story): TimelineEvent[] {
  const heard = (story.claims ?? []).filter(([at]) => at < (story.feedCut?.at ?? Infinity));
  return heard.map(([at, type, more], index) => ({
    kind: "claim",
    at,
    claim: {
      type,
      id: `e${index}`,
      incident: "i1",
      time: "2026-01-01T00:00:00Z",
      scope: { service: "vector", replica: "vector-2" },
      reasons: [],
      ...more,
    },
  }));
}

/** `load.change` at this very instant, ms. */
function loadChanged({ times, at }: { readonly times: number; readonly at: Ms }): TimelineEvent {
  const evidence = { confirmed: true, expected: `requests are due ${times} times as often`, seen: `they are` };
  return { kind: "fault", disturbance: 0, step: "confirmed", at, harmFrom: at, evidence };
}

/** The plan's disturbance that changes the load and nothing else. */
export function loadTimes(times: number): PlannedDisturbance {
  return { type: "fault", fault: "load.change", site: { service: "", replica: "" }, seed: 0, params: { times } };
}

function disturbanceEvents({ fault, loadChange, phases, revertFailed }: Story): TimelineEvent[] {
  const events: TimelineEvent[] = [];
  if (loadChange !== undefined) events.push(loadChanged(loadChange));
  if (fault === undefined) return events;
  const step = (
    name: "applying" | "confirmed" | "unconfirmed" | "reverting" | "reverted",
    at: Ms | undefined,
  ): void => {
    const evidence = { confirmed: name === "confirmed", expected: "self-retrieval under 0.9", seen: "0.4" };
    const proves = name === "confirmed" || name === "unconfirmed";
    const harm = proves && fault.harmFrom !== undefined ? { harmFrom: fault.harmFrom } : {};
    const [lo, hi] = fault.told ?? [];
    const told =
      name === "confirmed" && lo !== undefined && hi !== undefined
        ? { told: { by: "engine", event: "die", lo, hi } as const }
        : {};
    if (at !== undefined) events.push({ kind: "fault", disturbance: 0, step: name, at, evidence, ...harm, ...told });
  };
  step("applying", fault.applying);
  step("confirmed", fault.confirmed);
  step("unconfirmed", fault.unconfirmed);
  step("reverting", phases.revert === undefined ? undefined : phases.revert + 10);
  if (revertFailed === undefined) step("reverted", phases.revert === undefined ? undefined : phases.revert + 150);
  else events.push({ kind: "fault", disturbance: 0, step: "revert-failed", at: 25_150, reason: revertFailed });
  return events;
}
