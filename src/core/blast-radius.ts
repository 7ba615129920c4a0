// How much may be broken at once and for how long: the caps, and the arithmetic that linter, planner and conductor
// share.

import { shareText } from "./text.ts";
import type { Intent, Selector } from "./intent.ts";
import type { Expectation } from "../records/conditions.ts";
import type { Limits, Target } from "./target.ts";
import type { Ms } from "./units.ts";
import type { TrialPlan } from "../records/plan.ts";

/** What holds where target.yaml says nothing: half of a service, five minutes, three quarters of what is dosed. */
const defaultLimits: Limits = { maxShare: 0.5, maxDurationMs: 300_000, maxDose: 0.75 };

/** Parameters of faults that are shares of something. */
export const doseParams: readonly string[] = ["share", "toxicity"];

/** What an intent asks for replaces the defaults; what the target says itself is never exceeded. */
export function limitsOf(target: Pick<Target, "limits">, intent: Pick<Intent, "limits"> = {}): Limits {
  const limits = { ...defaultLimits, ...target.limits };
  const { maxShare } = intent.limits ?? {};
  return maxShare === undefined ? limits : { ...limits, maxShare: Math.min(maxShare, target.limits?.maxShare ?? 1) };
}

/** How many of `replicas` a selector asks for; a share is rounded down, and is at least one. */
export function replicasAsked(selector: Pick<Selector, "count" | "share">, replicas: number): number {
  if (selector.count === "all") return replicas;
  if (selector.share === undefined) return selector.count ?? 0;
  return selector.share > 0 ? Math.max(1, Math.floor(selector.share * replicas + 1e-9)) : 0;
}

/**
 * Why so many replicas of a service may not be hit at once; undefined when they may. All of them only where that is
 * asked for twice: by a selector with `count: all` (`everything`) and by limits that allow the whole.
 */
export function tooMany(
  asked: number,
  service: { readonly name: string; readonly replicas: readonly unknown[] },
  limits: Limits,
  everything = false,
): { readonly found: string; readonly expected: string } | undefined {
  const there = service.replicas.length;
  if (everything && limits.maxShare >= 1 && asked <= there) return undefined;
  const most = Math.min(there - 1, Math.floor(limits.maxShare * there + 1e-9));
  const found = `${asked} of the ${there} replicas of ${service.name}`;
  if (asked < 1) return { found: `${found}, which is nothing`, expected: "at least 1" };
  if (asked <= most) return undefined;
  const all = asked >= there ? `${found}, which is everything` : found;
  const share = `at most ${shareText(limits.maxShare)} of them at once, and never all: ${most}`;
  return { found: all, expected: most === 0 ? `a service with more replicas; ${share}` : share };
}

/** After a held recovery the healer gets this long to declare it, ms. */
export const declarationGraceMs: Ms = 5_000;

/** Longest time from injection to the way back: τ, then what is still needed to tell a recovery that came in time. */
export function longestFaultMs(
  plan: Pick<TrialPlan, "watchMs" | "holdMs"> &
    Pick<Intent, "steady"> & { readonly expect?: Pick<Expectation, "recovered"> },
): Ms {
  const stays = (plan.expect?.recovered?.staysMs ?? 0) - plan.holdMs;
  return plan.watchMs + plan.holdMs + 3 * plan.steady.windowMs + Math.max(declarationGraceMs, stays);
}
