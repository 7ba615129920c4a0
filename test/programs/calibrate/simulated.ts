// The same trials without a machine: a timeline made from the oracle's script as an idle machine would have given it.
// Thousands of them a minute, and the same ones each time, so that what is wrong in the arithmetic of marks shows apart
// from what is late on a busy machine.

import type { TrialPlan } from "../../../src/records/plan.ts";
import type { Claim } from "../../../src/records/claim.ts";
import type { TrialRecord } from "../../../src/core/verdict.ts";
import { measureTrial } from "../../builders/measured.ts";
import { makeChance, type Chance } from "../../../targets/oracle/chance.ts";
import { conditionAt, scriptOf, type ClaimType, type Script, type Shape } from "../../../targets/oracle/script.ts";
import { truthOf, writtenTruth } from "../../../targets/oracle/truth.ts";
import { compare, truthSchema, type Comparison, type WrittenTruth } from "./compare.ts";
import type { RequestEvent } from "../../../src/records/timeline/request.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";

/** A boring instant of the monotonic clock, ns. */
const epochNs = 5_000_000_000_000n;
const loadLeadMs = 100;
const lookEveryMs = 500;
/** The injector's own steps, ms after the injection began. */
const steps = { applying: 40, began: 43, confirmed: 45, observe: 90 } as const;

interface Telling {
  readonly plan: TrialPlan;
  readonly script: Script;
  readonly chance: Chance;
  readonly events: TimelineEvent[];
  /** The script's own zero on the trial's clock, ms. */
  readonly began: number;
  readonly operatorAt: number;
  readonly end: number;
}

/** Every other trial is measured in windows half as long, in which few requests settle. */
function inWindows(plan: TrialPlan): TrialPlan {
  const windowMs = plan.index % 2 === 0 ? plan.steady.windowMs : plan.steady.windowMs / 2;
  return { ...plan, steady: { ...plan.steady, windowMs } };
}

/**
 * What the measuring says of a simulated trial, beside the truth. Verdicts are left out: there is no machine to judge.
 */
export function compareSimulated(planned: TrialPlan, shape?: Shape): Comparison {
  const plan = inWindows(planned);
  const { record, truth } = tellTrial(plan, shape);
  const result = { plan, facts: measureTrial(record), verdict: { outcome: "pass" as const, findings: [] } };
  return compare({ name: `simulated-${plan.index}`, epochNs: String(epochNs), result }, truth);
}

/** One trial's record and its truth. */
function tellTrial(plan: TrialPlan, shape?: Shape): { record: TrialRecord; truth: WrittenTruth } {
  const script = scriptOf(plan.seed, shape);
  const chance = makeChance(plan.seed, "told");
  const warmup = 700;
  const baseline = warmup + loadLeadMs + plan.load.warmupMs;
  const inject = baseline + plan.load.baselineMs + plan.injectAfterMs;
  const began = inject + steps.began;
  const { revert, end } = endsOf(plan, script, { began, confirmed: inject + steps.confirmed });
  const operatorAt = revert + 5 - began;
  const events: TimelineEvent[] = [
    { kind: "phase", at: 0, phase: "boot", epochNs: String(epochNs) },
    { kind: "phase", at: warmup, phase: "warmup" },
    { kind: "phase", at: baseline, phase: "baseline" },
    { kind: "phase", at: inject, phase: "inject" },
    { kind: "fault", at: inject + steps.applying, disturbance: 0, step: "applying" },
    { kind: "fault", at: inject + steps.confirmed, disturbance: 0, step: "confirmed" },
    { kind: "phase", at: inject + steps.observe, phase: "observe" },
    { kind: "phase", at: revert, phase: "revert" },
    { kind: "fault", at: revert + 1, disturbance: 0, step: "reverting" },
    { kind: "fault", at: revert + 8, disturbance: 0, step: "reverted" },
    { kind: "phase", at: revert + 9, phase: "after" },
    { kind: "phase", at: end, phase: "teardown" },
  ];
  const telling = { plan, script, chance, events, began, operatorAt, end };
  tellRequests(telling, warmup + loadLeadMs);
  tellReadings(telling, warmup);
  tellFeed(telling, warmup);
  tellAction(telling, warmup);
  events.sort((a, b) => a.at - b.at);
  const claims = new Map<ClaimType, number>(script.claims.map(({ type, at }) => [type, at]));
  const { slowOverMs } = plan.load;
  const truth = writtenTruth(
    { seed: plan.seed, shape: script.shape, slowOverMs, beganNs: epochNs + BigInt(Math.round(began * 1e6)) },
    truthOf(script, slowOverMs, { claims, operatorAt }),
  );
  return { record: { plan, timeline: events }, truth: truthSchema.parse(truth) };
}

/**
 * When the conductor would take the fault back, and end: as soon as recovery held and was declared, else when time is
 * up.
 */
function endsOf(
  plan: TrialPlan,
  script: Script,
  { began, confirmed }: { began: number; confirmed: number },
): { revert: number; end: number } {
  const recovered = truthOf(script, plan.load.slowOverMs, { claims: new Map() }).marks.t6;
  const { watchMs, holdMs, steady } = plan;
  const grace = 3 * steady.windowMs;
  if (script.shape === "blip") return { revert: confirmed + watchMs + holdMs + grace, end: confirmed + 15_000 };
  if (recovered === undefined) return { revert: confirmed + watchMs + grace, end: confirmed + watchMs + 2 * holdMs };
  const declared = script.claims.at(-1)?.at ?? 0;
  const revert = began + Math.max(recovered + holdMs + grace, declared) + lookEveryMs;
  return { revert, end: revert + 60 };
}

/** A little time on the way, mostly fractions of a ms. */
function way(chance: Chance): number {
  return chance.between(0.1, 0.4) + (chance.next() < 0.02 ? chance.between(0, 4) : 0);
}

function tellRequests({ plan, script, chance, events, began, operatorAt, end }: Telling, from: number): void {
  const gap = 1000 / plan.load.ratePerSecond;
  const coin = makeChance(plan.seed, "requests");
  let id = 0;
  for (let intended = from + chance.next() * gap; intended < end; intended += gap) {
    id += 1;
    const sent = intended + way(chance);
    const decided = sent + way(chance);
    const { errors, wrong, addedMs } = conditionAt(script, decided - began, operatorAt);
    const thrown = coin.next();
    const at = decided + addedMs + way(chance);
    const common = { kind: "request", at, id, intended, sent, firstToken: null } as const;
    const request: RequestEvent =
      thrown < errors
        ? { ...common, done: null, outcome: "error", error: "status 503", right: null }
        : { ...common, done: at, outcome: "answered", right: thrown >= wrong };
    if (at < end) events.push(request);
  }
}

function tellReadings({ plan, script, chance, events, began, operatorAt, end }: Telling, warmup: number): void {
  for (const { name, everyMs } of plan.targetFacts.stateProbes) {
    for (let due = warmup + chance.next() * everyMs; due < end; due += everyMs) {
      const from = due + way(chance);
      const decided = from + way(chance);
      const { down } = conditionAt(script, decided - began, operatorAt);
      const at = decided + way(chance);
      events.push({ kind: "reading", at, probe: name, from, reading: { ok: true, value: down ? 40 : 100 } });
    }
  }
}

function tellFeed({ script, chance, events, began, end, plan }: Telling, warmup: number): void {
  events.push({ kind: "feed", at: warmup, state: "open" });
  const replica = siteOf(plan);
  // One connection keeps its order: while a claim is on its way no beat overtakes it.
  const journeys = script.claims.map(({ at }) => ({ from: began + at, to: began + at + way(chance) }));
  for (let at = warmup + chance.between(5, 20); at < end; at += chance.between(20, 30)) {
    if (!journeys.some(({ from, to }) => at >= from && at <= to)) events.push({ kind: "feed", at, state: "alive" });
  }
  for (const [index, { type, outcome }] of script.claims.entries()) {
    const claim: Claim = {
      type,
      id: String(index),
      incident: "incident-1",
      time: "",
      scope: { service: "trigger", replica },
      ...(type === "classified" && { class: "trigger-lost" }),
      ...(type.startsWith("action") && { pathway: "restart-trigger" }),
      ...(outcome !== undefined && { outcome }),
      reasons: [],
    };
    events.push({ kind: "claim", at: journeys[index]?.to ?? 0, claim });
  }
}

function siteOf({ disturbances: [first] }: TrialPlan): string {
  return first?.type === "fault" ? first.site.replica : "";
}

/** The inventory is looked at every 20 ms or so; the action shows in the first look that was decided after it. */
function tellAction({ plan, script, chance, events, began }: Telling, warmup: number): void {
  const inventory = { replicas: [] };
  events.push({ kind: "inventory", at: warmup + 1, from: warmup, lastSameFrom: warmup, inventory, changes: [] });
  if (script.actedAt === undefined) return;
  let last = began;
  for (let from = began + chance.next() * 20; ; from += 21 + way(chance)) {
    const decided = from + way(chance);
    if (decided >= began + script.actedAt) {
      const change = { service: "trigger", replica: siteOf(plan), field: "version", before: "1", after: "2" } as const;
      const at = decided + way(chance);
      events.push({ kind: "inventory", at, from, lastSameFrom: last, inventory, changes: [change] });
      return;
    }
    last = from;
  }
}
