// From intents to trial plans: what will be done, when, to whom. Pure and seeded: the same seed gives the same plans.

import { isTreatment, isUnhealed, armOf, memoryOf, treatmentArm } from "../core/arms.ts";
import type { ArmName } from "../core/arms.ts";
import { limitsOf, tooMany } from "../core/blast-radius.ts";
import { HarnessError } from "../core/errors.ts";
import type { Problem } from "../core/errors.ts";
import { hasFeed, tellsAlarmsOnly } from "../core/feed-source.ts";
import type { Disturbance, Intent } from "../core/intent.ts";
import type { PlannedDisturbance, TrialPlan } from "../records/plan.ts";
import { siteName } from "../core/controls.ts";
import type { ProbeSpec } from "../core/probe-kind.ts";
import { hash32, seededRandom } from "../core/random.ts";
import { looksOf } from "../core/stopping-rule.ts";
import { streamNamed } from "../core/streams.ts";
import type { Target } from "../core/target.ts";
import type { Ms } from "../core/units.ts";
import { estimateTrialMs } from "./estimate.ts";
import { inSeededOrder } from "./order.ts";
import { chosenTiers, looksWith, refusedBySettings, settingsOf, type AskedFaults } from "./settings.ts";
import { chooseSites } from "./sites.ts";
import type { SiteRef } from "../records/site.ts";

/** What a run may override; absent = as the intents say. */
export interface PlanOptions {
  readonly runId: string;
  readonly seed?: number;
  readonly trials?: number;
  readonly arms?: readonly ArmName[];
  /** By name; absent: what they ask of the target was checked elsewhere. */
  readonly faultTable?: AskedFaults;
}

/** Greatest random wait before injection, ms: longer than any periodic loop of a healer that looks once a second. */
const greatestWaitMs: Ms = 1000;

/**
 * Plans every trial of the intents, in the order in which they shall be run: all first trials of all arms in a seeded
 * order, then all second ones, and so on, so that a slow hour of the machine does not fall on one arm alone. Throws
 * HarnessError "bad-input" with every problem: unknown target, chaos not allowed, no sites, too wide a blast radius.
 */
export function makePlans(
  intents: readonly Intent[],
  targets: ReadonlyMap<string, Target>,
  options: PlanOptions,
): TrialPlan[] {
  const problems: Problem[] = [];
  const plans: TrialPlan[] = [];
  for (const intent of intents) {
    const target = targets.get(intent.target);
    const refused = refusal(intent, target) ?? refusedBySettings(intent, target, options.faultTable);
    if (refused) problems.push(refused);
    else if (target) plans.push(...plansOf(intent, target, { options, problems }));
  }
  if (problems.length > 0) {
    throw new HarnessError("bad-input", "the plan was refused; nothing was touched", { problems });
  }
  return inSeededOrder(plans, options.seed ?? intents[0]?.seed ?? 0);
}

function refusal(intent: Intent, target: Target | undefined): Problem | undefined {
  const place = { file: intent.file, line: 1, column: 1 };
  if (!target) return { place, found: `the target "${intent.target}"`, expected: "a target that there is" };
  if (target.chaosAllowed) return undefined;
  return {
    place: { file: target.file, line: 1, column: 1 },
    found: `no "chaos: allowed" in the target ${target.name}`,
    expected: "that line before Rebound touches it",
    suggestion: `${intent.id} wants to`,
  };
}

interface Planning {
  readonly options: PlanOptions;
  readonly problems: Problem[];
}

function plansOf(intent: Intent, target: Target, { options, problems }: Planning): TrialPlan[] {
  const arms = intent.arms.filter((arm) => options.arms === undefined || options.arms.includes(arm));
  const trials = options.trials ?? intent.trials;
  const plans: TrialPlan[] = [];
  const hasSecond = arms.some((arm) => memoryOf(arm) !== undefined);
  if (hasSecond && !arms.some(isTreatment)) {
    const place = { file: intent.file, line: 1, column: 1 };
    problems.push({ place, found: `the arms ${arms.join(", ")} alone`, expected: `${treatmentArm} among them` });
  }
  for (let index = 1; index <= trials; index += 1) {
    const seed = hash32(`${options.seed ?? intent.seed} ${intent.id} ${index}`);
    const chosen = planDisturbances(intent, target, seed);
    if ("problems" in chosen) {
      problems.push(...chosen.problems);
      return [];
    }
    const again = hasSecond ? planSecond(intent, target, seed, chosen.disturbances) : chosen;
    if ("problems" in again) {
      problems.push(...again.problems);
      return [];
    }
    for (const arm of arms) {
      const isSecond = memoryOf(arm) !== undefined;
      const own = isSecond ? again : chosen;
      const learning = memoryOf(arm) ?? (hasSecond && isTreatment(arm) ? ("lesson" as const) : undefined);
      const parts = { intent, target, arm, index, seed: isSecond ? secondSeed(seed) : seed, runId: options.runId };
      plans.push(trialPlan({ ...parts, ...(learning && { learning }) }, own.disturbances));
    }
  }
  return plans;
}

type Planned = { readonly disturbances: readonly PlannedDisturbance[] } | { readonly problems: readonly Problem[] };

function secondSeed(seed: number): number {
  return hash32(`${seed} again`);
}

/** The same faults once more, by another seed, on replicas that were not hit the first time. */
function planSecond(intent: Intent, target: Target, seed: number, first: readonly PlannedDisturbance[]): Planned {
  const hit = new Map<string, Set<string>>();
  for (const { fault, site } of first) hit.set(fault, new Set([...(hit.get(fault) ?? []), siteName(site)]));
  return planDisturbances(intent, target, secondSeed(seed), hit);
}

/** `hit`: names of sites by fault that are not to be hit (again). */
function planDisturbances(intent: Intent, target: Target, seed: number, hit = new Map<string, Set<string>>()): Planned {
  const problems: Problem[] = [];
  const limits = limitsOf(target, intent);
  const disturbances = intent.disturbances.flatMap((disturbance, index): PlannedDisturbance[] => {
    const random = seededRandom(seed, `sites of disturbance ${index}`);
    if (!disturbance.on) return [plannedAt(disturbance, wholeOf(disturbance.feltBy), seed)];
    const taken = hit.get(disturbance.fault) ?? new Set();
    const chosen = chooseSites(disturbance.on, { target, limits, random, taken });
    if (!chosen.ok) {
      const place = { file: intent.file, line: 1, column: 1 };
      problems.push({ place, found: `${disturbance.fault}: ${chosen.found}`, expected: chosen.expected });
      return [];
    }
    const { fault } = disturbance;
    hit.set(fault, new Set([...taken, ...chosen.sites.map(siteName)]));
    return chosen.sites.map((site, at) => plannedAt(disturbance, site, hash32(`${seed} ${index} ${at}`)));
  });
  problems.push(...tooMuchAtOnce(intent, target, disturbances));
  return problems.length > 0 ? { problems } : { disturbances };
}

/** Two disturbances that are small alone may be everything together. */
function tooMuchAtOnce(intent: Intent, target: Target, planned: readonly PlannedDisturbance[]): Problem[] {
  return target.services.flatMap((service) => {
    const hit = new Set(
      planned.flatMap(({ site }) => (site.service === service.name && site.replica !== "" ? site.replica : [])),
    );
    const everything = takesWholeService(intent).includes(service.name);
    const refused = hit.size === 0 ? undefined : tooMany(hit.size, service, limitsOf(target, intent), everything);
    return refused ? [{ place: { file: intent.file, line: 1, column: 1 }, ...refused }] : [];
  });
}

/** Services that the intent asks for whole. */
function takesWholeService({ disturbances }: Intent): string[] {
  const whole = disturbances.flatMap(({ on }) => (on?.count === "all" ? on.service : []));
  return [...new Set(whole)];
}

/** A fault that acts on no replica is planned at a service as a whole, or at a site without names. */
function wholeOf(service = ""): SiteRef {
  return { service, replica: "" };
}

function plannedAt(one: Disturbance, site: SiteRef, seed: number): PlannedDisturbance {
  const { fault, on, feltBy, params, harmless, byOperator, timing, level } = one;
  const felt = on && feltBy !== undefined && { feltBy };
  const traits = { ...felt, ...(harmless && { harmless }), ...(byOperator && { byOperator }) };
  const dosed = level !== undefined && "dose" in level && { level };
  return { type: "fault", fault, site, seed, params, ...traits, ...(timing && { timing }), ...dosed };
}

interface TrialParts {
  readonly intent: Intent;
  readonly target: Target;
  readonly arm: ArmName;
  readonly index: number;
  readonly seed: number;
  readonly runId: string;
  readonly learning?: TrialPlan["learning"];
}

function trialPlan(
  { intent, target, arm, index, seed, runId, learning }: TrialParts,
  disturbances: readonly PlannedDisturbance[],
): TrialPlan {
  const { recovered } = intent.expect;
  const plan: Omit<TrialPlan, "estimateMs"> = {
    schemaVersion: 1,
    runId,
    intent: intent.id,
    intentFile: intent.file,
    belief: intent.belief,
    target: target.name,
    arm,
    index,
    seed,
    load: intent.load,
    steady: intent.steady,
    disturbances,
    expect: expectationIn(intent, learning),
    ...(takesWholeService(intent).length === 0 ? {} : { takesWholeService: takesWholeService(intent) }),
    ...sequentialOf(intent),
    ...operatorIn(intent, arm, index),
    ...settingsOf(intent, target),
    ...(intent.abortIf === undefined ? {} : { abortIf: intent.abortIf }),
    ...(learning && { learning }),
    ablated: ablatedIn(arm, intent, target),
    // Not by arm: trials of one index differ in nothing but the arm.
    injectAfterMs: Math.round(seededRandom(seed, "wait before injection").next() * greatestWaitMs),
    watchMs: recovered?.withinMs ?? intent.watchMs,
    holdMs: recovered?.holdMs ?? Math.max(3000, 3 * intent.steady.windowMs),
    targetFacts: factsOf(target, intent, arm),
  };
  return { ...plan, estimateMs: estimateTrialMs(plan) };
}

/** Of what was learned more is asked: in place of the intent's own bounds those of the second occurrence hold. */
function expectationIn({ expect, again }: Intent, learning: TrialPlan["learning"]): Intent["expect"] {
  if (learning !== "kept" || again === undefined) return expect;
  const { detectedMs, recoveredMs } = again;
  const { detected, recovered } = expect;
  return {
    ...expect,
    ...(detected && detectedMs !== undefined && { detected: { ...detected, withinMs: detectedMs } }),
    ...(recovered && recoveredMs !== undefined && { recovered: { ...recovered, withinMs: recoveredMs } }),
  };
}

/**
 * In a loop-ablation every pathway is named: those without an action of their own (escalate, hold) do nothing either
 * way.
 */
function ablatedIn(arm: ArmName, intent: Intent, target: Target): readonly string[] {
  const { healer } = armOf(arm);
  if (healer === "pathway-off") return intent.ablate;
  return healer === "actions-off" ? target.pathways.map(({ name }) => name) : [];
}

function operatorIn({ operator }: Intent, arm: ArmName, index: number): Pick<TrialPlan, "operator"> {
  const scripts = operator?.[arm] ?? [];
  const script = scripts[(index - 1) % Math.max(1, scripts.length)];
  return script === undefined ? {} : { operator: script };
}

/** Whoever judges must know that the results were looked at more than once. */
function sequentialOf({ stopping }: Intent): Pick<TrialPlan, "sequential"> {
  if (stopping === undefined) return {};
  const { most, width } = stopping;
  return { sequential: { most, looks: looksOf(stopping), ...(width === undefined ? {} : { width }) } };
}

/** A stream's own probe speaks at each of its beats, where the stream is sent. */
function periodIn(probe: ProbeSpec, { load }: Intent): readonly ProbeSpec[] {
  if (probe.ofStream === undefined) return [probe];
  const stream = streamNamed(load, load.stream === probe.ofStream ? undefined : probe.ofStream);
  return stream === undefined ? [] : [{ ...probe, everyMs: Math.round(1000 / stream.ratePerSecond) }];
}

/** Where the healer is switched off no feed is expected: what is not heard then is no gap. */
function factsOf(target: Target, intent: Intent, arm: ArmName): TrialPlan["targetFacts"] {
  const { steady } = intent;
  const tiers = chosenTiers(target, intent);
  const traits = target.pathways.flatMap(({ name, tier: declared, weight, seenAs }) => {
    const tier = tiers.get(name) ?? declared;
    const own = { ...(tier && { tier }), ...(weight !== undefined && { weight }), ...(seenAs && { seenAs }) };
    return Object.keys(own).length === 0 ? [] : [[name, own] as const];
  });
  const { settings = {} } = settingsOf(intent, target);
  const probes = target.probes
    .filter((probe) => looksWith(probe, settings))
    .flatMap((probe) => periodIn(probe, intent));
  return {
    hasFeed: hasFeed(target) && !isUnhealed(arm),
    ...(tellsAlarmsOnly(target) && { alarmsOnly: true }),
    pathways: target.pathways.map(({ name }) => name),
    ...(traits.length > 0 && { traits: Object.fromEntries(traits) }),
    dataProbes: probes.filter(({ data }) => data).map(({ name }) => name),
    ...(target.documents === undefined ? {} : { documentsEveryMs: target.documents.everyMs }),
    ...(target.auditUrl === undefined ? {} : { hasAudit: true }),
    ...(target.filesDigest !== undefined && { files: target.filesDigest }),
    stateProbes: probes.map(({ name, everyMs, signal }) => ({
      name,
      everyMs: steady.probeEveryMs?.[name] ?? everyMs,
      ...(signal && { signal }),
    })),
  };
}
