// What must be true of the harm an intent does: neither nothing nor everything, over all disturbances together, for a while only.

import { doseParams, limitsOf, longestFaultMs, replicasAsked, tooMany } from "../core/blast-radius.ts";
import { formatDuration } from "../core/duration.ts";
import type { Target, TargetService } from "../core/target.ts";
import type { Draft } from "./draft.ts";
import { leastHoldMs, msOf, slowestProbe } from "./draft.ts";
import type { IntentFile } from "./intent-schema.ts";
import type { DataPath } from "./yaml-source.ts";

type FaultItem = Extract<IntentFile["disturb"][number], { fault: string }>;
type On = NonNullable<FaultItem["on"]>;

/** Checks sites, doses and duration against the target's limits. */
export function checkBlastRadius(draft: Draft): void {
  const { target } = draft;
  const hit = new Map<string, number>();
  for (const [index, item] of (draft.parts.disturb ?? []).entries()) {
    if (!("fault" in item)) continue;
    if (item.on) checkAmount(draft, ["disturb", index, "on"], { on: item.on, target, hit });
    if (target) checkDoses(draft, ["disturb", index, "with"], item, target);
  }
  if (target) checkDuration(draft, target);
}

interface Amount {
  readonly on: On;
  readonly target: Target | undefined;
  /** Replicas by service that the disturbances before this one ask for. */
  readonly hit: Map<string, number>;
}

function checkAmount(draft: Draft, path: DataPath, { on, target, hit }: Amount): void {
  if ((on.count === undefined) === (on.share === undefined)) {
    const expected = "either `count: 1` or `share: 0.5`; an empty selector never means all";
    const found = on.count === undefined ? 'no "count"' : "count and share together";
    draft.report(path, { found, expected }, "key");
    return;
  }
  const name = "edge" in on ? on.edge.to : on.replica_of;
  const service = target?.services.find((candidate) => candidate.name === name);
  if (target === undefined || service === undefined) return;
  const where = [...path, on.share === undefined ? "count" : "share"];
  const asked = replicasAsked(
    on.share === undefined ? { count: on.count ?? 0 } : { share: on.share },
    service.replicas.length,
  );
  const before = hit.get(name) ?? 0;
  hit.set(name, before + asked);
  const alone = tooMany(asked, service, limitsOf(target));
  const together = alone ?? tooMany(before + asked, service, limitsOf(target));
  if (together) {
    const found = alone || before === 0 ? together.found : `${together.found}, with the disturbances before it`;
    draft.report(where, { ...together, found });
    return;
  }
  if ("edge" in on) checkReached(draft, where, { edge: on.edge, target, service, asked });
}

/** Fewer edges than asked for: the selector would match too little, and nobody would be told. */
function checkReached(
  draft: Draft,
  path: DataPath,
  { edge, target, service, asked }: { edge: { from: string }; target: Target; service: TargetService; asked: number },
): void {
  const from = target.services.find(({ name }) => name === edge.from);
  const callers = [edge.from, ...(from?.replicas ?? []).map(({ id }) => id)];
  const reached = service.replicas.filter(({ id }) =>
    target.edges.some((candidate) => candidate.to === id && callers.includes(candidate.from)),
  ).length;
  if (reached === 0 || reached >= asked) return;
  const found = `${asked} replicas of ${service.name} on edges from ${edge.from}`;
  draft.report(path, { found, expected: `at most as many as there are: ${reached}` });
}

function checkDoses(draft: Draft, path: DataPath, item: FaultItem, target: Target): void {
  const { maxDose } = limitsOf(target);
  for (const name of doseParams) {
    const dose = item.with?.[name];
    if (typeof dose !== "number" || dose <= maxDose || dose > 1) continue;
    const expected = `at most ${maxDose}, the greatest dose that ${target.name} allows (limits.max_dose)`;
    draft.report([...path, name], { found: `a ${name} of ${dose}`, expected });
  }
}

function checkDuration(draft: Draft, target: Target): void {
  const { expect, watch, steady, disturb } = draft.parts;
  if (!(disturb ?? []).some((item) => "load" in item || item.fault !== "nothing")) return;
  const recovered = expect?.recovered;
  const watchMs = msOf(recovered?.within ?? watch);
  const windowMs = msOf(steady?.window);
  // More than half an hour is refused with the other times.
  if (watchMs === undefined || windowMs === undefined || watchMs > 1_800_000) return;
  const holdMs = msOf(recovered?.hold) ?? leastHoldMs(windowMs, slowestProbe(draft)?.everyMs ?? 0);
  const longest = longestFaultMs({ watchMs, holdMs, steady: { windowMs, badAfter: 1, conditions: [] } });
  const { maxDurationMs } = limitsOf(target);
  if (longest <= maxDurationMs) return;
  draft.report(recovered ? ["expect", "recovered", "within"] : ["watch"], {
    found: `${recovered?.within ?? watch ?? ""}, with which a fault may be in place for ${formatDuration(longest)}`,
    expected: `at most ${formatDuration(maxDurationMs)}, which ${target.name} allows (limits.max_duration)`,
  });
}
