// What must be true of the harm an intent does: neither nothing nor everything, over all disturbances together, for a
// while only.

import { shareText } from "../core/text.ts";
import { doseParams, limitsOf, longestFaultMs, replicasAsked, tooMany } from "../core/blast-radius.ts";
import { formatDuration } from "../core/duration.ts";
import type { CodedProblem } from "../core/errors.ts";
import type { Intent } from "../core/intent.ts";
import type { Target, TargetService } from "../core/target.ts";
import { hasSite, isHarmless, itemOf, type FaultItem } from "./disturbance-items.ts";
import type { Draft } from "./draft.ts";
import { leastHoldMs, msOf, slowestProbe } from "./draft.ts";
import type { DataPath } from "../language/yaml-nodes.ts";

type On = NonNullable<FaultItem["on"]>;

/** Checks sites, doses and duration against the limits of intent and target. */
export function checkBlastRadius(draft: Draft): void {
  const { target } = draft;
  const seen: Collected = { asked: new Map(), whole: new Set(), texts: [] };
  for (const [index, item] of (draft.parts.disturb ?? []).entries()) {
    checkOnce(draft, index, seen.texts);
    if (!("fault" in item)) continue;
    const fault = draft.context.faultTable.get(item.fault);
    if (item.on && (fault === undefined || hasSite(fault)))
      checkAmount(draft, ["disturb", index, "on"], { on: item.on, fault: item.fault, seen });
    if (target) checkDoses(draft, ["disturb", index, "with"], item, target);
    if (target && fault?.sharesRequests) checkRequests(draft, ["disturb", index], item, target);
  }
  if (target) checkDuration(draft, target);
}

/** What the disturbances before this one ask for. */
interface Collected {
  /** Replicas by service, and by fault and edge. */
  readonly asked: Map<string, number>;
  /** Services of which a selector takes all. */
  readonly whole: Set<string>;
  /** Each disturbance as text. */
  readonly texts: string[];
}

/** The same twice is a slip: who wants to hit more says so by the amount. */
function checkOnce(draft: Draft, index: number, texts: string[]): void {
  const text = JSON.stringify(draft.parts.disturb?.[index]);
  const first = texts.indexOf(text);
  texts.push(text);
  if (first === -1) return;
  const expected = "each disturbance once; a greater `count` hits more replicas";
  draft.report(["disturb", index], { code: "RB0607", found: `the same disturbance as number ${first + 1}`, expected });
}

interface Amount {
  readonly on: On;
  readonly fault: string;
  readonly seen: Collected;
}

function checkAmount(draft: Draft, path: DataPath, { on, fault, seen }: Amount): void {
  if ((on.count === undefined) === (on.share === undefined)) {
    const expected = "either `count: 1` or `share: 0.5`; an empty selector never means all";
    const found = on.count === undefined ? 'no "count"' : "count and share together";
    draft.report(path, { code: "RB0608", found, expected }, "key");
    return;
  }
  const { target } = draft;
  const name = "edge" in on ? on.edge.to : on.replica_of;
  const service = target?.services.find((candidate) => candidate.name === name);
  if (target === undefined || service === undefined) return;
  const where = [...path, on.share === undefined ? "count" : "share"];
  const asked = replicasAsked(
    on.share === undefined ? { count: on.count ?? 0 } : { share: on.share },
    service.replicas.length,
  );
  if (on.count === "all") seen.whole.add(name);
  const before = addTo(seen.asked, name, asked);
  const refused = refusal(draft, target, { service, asked, before, all: on.count === "all", seen });
  if (refused) draft.report(where, refused);
  else if ("edge" in on) {
    const { from, via } = on.edge;
    const edge = `${fault} on edges from ${from} to ${name} via ${via ?? "the usual way"}`;
    checkReached(draft, where, { from, via, target, service, asked: asked + addTo(seen.asked, edge, asked) });
  }
}

/** Adds, and gives back what was there before. */
function addTo(sums: Map<string, number>, key: string, more: number): number {
  const before = sums.get(key) ?? 0;
  sums.set(key, before + more);
  return before;
}

interface Asked {
  readonly service: TargetService;
  readonly asked: number;
  readonly before: number;
  /** Asked for by `count: all`. */
  readonly all: boolean;
  readonly seen: Collected;
}

function refusal(draft: Draft, target: Target, asking: Asked): Omit<CodedProblem, "place"> | undefined {
  const { service, asked, before, all, seen } = asking;
  const limits = limitsOf(target, intentLimits(draft));
  if (all && limits.maxShare < 1) {
    const found = `all ${service.replicas.length} replicas of ${service.name}`;
    const own = target.limits?.maxShare ?? 1;
    if (own < 1) {
      return {
        code: "RB0609",
        found,
        expected: `at most ${shareText(own)} of them, which ${target.name} allows (limits.max_share)`,
      };
    }
    return {
      code: "RB0609",
      found,
      expected: "`limits: { max_share: 1 }` in this intent too: all are hit only when it is said twice",
    };
  }
  const alone = tooMany(asked, service, limits, all);
  // Of a service that is taken whole on purpose, none can be hit besides.
  const isWhole = seen.whole.has(service.name);
  const both = isWhole ? Math.min(before + asked, service.replicas.length) : before + asked;
  const together = alone ?? tooMany(both, service, limits, isWhole);
  if (together === undefined) return undefined;
  const found = alone || before === 0 ? together.found : `${together.found}, with the disturbances before it`;
  const isAll = before + asked >= service.replicas.length && (target.limits?.maxShare ?? 1) >= 1;
  if (!isAll || isWhole) return { ...together, code: "RB0609", found };
  return {
    ...together,
    code: "RB0609",
    found,
    suggestion: "to hit all on purpose: `count: all` and `limits: { max_share: 1 }`",
  };
}

function intentLimits({ parts }: Draft): Pick<Intent, "limits"> {
  return parts.limits === undefined ? {} : { limits: { maxShare: parts.limits.max_share } };
}

interface Reach {
  readonly from: string;
  readonly via: string | undefined;
  readonly target: Target;
  readonly service: TargetService;
  readonly asked: number;
}

/** Fewer edges than asked for: the selector would match too little, and nobody would be told. */
function checkReached(draft: Draft, path: DataPath, { from, via, target, service, asked }: Reach): void {
  const caller = target.services.find(({ name }) => name === from);
  const callers = [from, ...(caller?.replicas ?? []).map(({ id }) => id)];
  const reached = service.replicas.filter(({ id }) =>
    target.edges.some((edge) => edge.to === id && edge.via === via && callers.includes(edge.from)),
  ).length;
  if (reached === 0 || reached >= asked) return;
  const found = `${asked} replicas of ${service.name} on edges from ${from}`;
  draft.report(path, { code: "RB0610", found, expected: `at most as many as there are: ${reached}` });
}

function checkDoses(draft: Draft, path: DataPath, item: FaultItem, target: Target): void {
  const { maxDose } = limitsOf(target);
  for (const name of doseParams) {
    const dose = item.with?.[name];
    if (typeof dose !== "number" || !(dose > maxDose && dose <= 1)) continue;
    const expected = `at most ${maxDose}, the greatest dose that ${target.name} allows (limits.max_dose)`;
    draft.report([...path, name], { code: "RB0611", found: `a ${name} of ${dose}`, expected });
  }
}

/** A fault that all replicas take part in, and that harms a share of the requests. */
function checkRequests(draft: Draft, path: DataPath, item: FaultItem, target: Target): void {
  const { on } = item;
  if (on !== undefined && on.count !== "all" && (on.count === undefined) !== (on.share === undefined)) {
    const key = on.share === undefined ? "count" : "share";
    const expected = "`count: all`: every replica of the service takes part, and `with.share` bounds the requests";
    draft.report([...path, "on", key], { code: "RB0611", found: `${item.fault} on some replicas`, expected });
  }
  const { maxShare } = limitsOf(target);
  const share = item.with?.["share"];
  if (typeof share !== "number" || !(share > maxShare && share <= limitsOf(target).maxDose)) return;
  const expected = `at most ${shareText(maxShare)} of them, which ${target.name} allows (limits.max_share)`;
  draft.report([...path, "with", "share"], { code: "RB0611", found: `${shareText(share)} of the requests`, expected });
}

function checkDuration(draft: Draft, target: Target): void {
  const { expect, watch, disturb } = draft.parts;
  const items = (disturb ?? []).map((written) => itemOf(written, []).item);
  if (items.every((item) => isHarmless(item, draft.context.faultTable))) return;
  const recovered = expect?.recovered;
  const longest = longestOf(draft);
  const { maxDurationMs } = limitsOf(target);
  if (longest === undefined || longest <= maxDurationMs) return;
  draft.report(recovered ? ["expect", "recovered", "within"] : ["watch"], {
    code: "RB0612",
    found: `${recovered?.within ?? watch ?? ""}, with which a fault may be in place for ${formatDuration(longest)}`,
    expected: `at most ${formatDuration(maxDurationMs)}, which ${target.name} allows (limits.max_duration)`,
  });
}

/** How long a fault may be in place, ms; undefined where the times it follows from are missing or refused elsewhere. */
function longestOf(draft: Draft): number | undefined {
  const { expect, watch, steady } = draft.parts;
  const recovered = expect?.recovered;
  const watchMs = msOf(recovered?.within ?? watch);
  const windowMs = msOf(steady?.window);
  // More than half an hour is refused with the other times.
  if (watchMs === undefined || windowMs === undefined || watchMs > 1_800_000) return undefined;
  const holdMs = msOf(recovered?.hold) ?? leastHoldMs(windowMs, slowestProbe(draft)?.everyMs ?? 0);
  const staysMs = msOf(recovered?.stays) ?? 0;
  const expected = { recovered: { withinMs: watchMs, by: "", holdMs, staysMs } };
  const steadyState = { windowMs, badAfter: 1, conditions: [] };
  return longestFaultMs({ watchMs, holdMs, steady: steadyState, expect: expected });
}
