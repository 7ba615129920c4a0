// Where the time of a trial went, and how much of it nobody asked for. From the timeline alone.

import { declarationGraceMs, longestFaultMs } from "../../../../src/core/blast-radius.ts";
import type { PhaseName } from "../../../../src/records/timeline/phase.ts";
import type { Ms, Share } from "../../../../src/core/units.ts";
import type { TrialRecord } from "../../../../src/core/verdict.ts";
import type { TrialFacts } from "../../../../src/records/facts/facts.ts";
import { eventsOf } from "../../../../src/measure/windows/timeline-view.ts";

/** One stretch of a trial. */
interface Stretch {
  readonly name: string;
  readonly ms: Ms;
  /** What the intent asks to wait for; never more than `ms`. */
  readonly mandatedMs: Ms;
  /** Whose time the rest is: the stack's own boot, or ours. */
  readonly rest: "stack" | "ours";
}

export interface Overhead {
  readonly stretches: readonly Stretch[];
  readonly totalMs: Ms;
  readonly mandatedMs: Ms;
  /** The stack's own boot. */
  readonly bootMs: Ms;
  /** total − mandated − boot, by total: what the harness added. */
  readonly oursShare: Share;
  /** total − mandated, by total: the same with the boot held against us. */
  readonly strictShare: Share;
}

/**
 * Mandated is what the plan says must pass: warm-up, baseline with its random wait, and of the observation as much as
 * it takes to know (see `knownAfter`). The boot lasts until our probes first look; it holds the start of the fault
 * proxy, whose addresses the stack is given. All else is ours: looking for residue, starting the load, injecting,
 * taking back, ending the stack, and every wait that was longer than it had to be. Undefined for a trial that never
 * came to a baseline.
 */
export function overheadOf({ plan, timeline }: TrialRecord, facts: TrialFacts): Overhead | undefined {
  const phases = eventsOf(timeline, "phase");
  const at = (name: PhaseName): Ms | undefined => phases.find(({ phase }) => phase === name)?.at;
  const [boot, warmup, baseline, teardown, done] = [
    at("boot"),
    at("warmup"),
    at("baseline"),
    at("teardown"),
    at("done"),
  ];
  if (boot === undefined || warmup === undefined || baseline === undefined || done === undefined) return undefined;
  const looked = eventsOf(timeline, "machine-survey").find(({ moment }) => moment === "before")?.at ?? boot;
  const up = Math.min(warmup, ...firstLooks({ plan, timeline }));
  const over = teardown ?? done;
  const inject = at("inject") ?? at("revert") ?? over;
  const observe = at("observe") ?? at("revert") ?? over;
  const revert = at("revert") ?? over;
  const after = at("after") ?? over;
  const stretch = (name: string, from: Ms, to: Ms, mandatedMs: Ms = 0): Stretch => {
    const ms = Math.max(0, to - from);
    return { name, ms, mandatedMs: Math.min(ms, Math.max(0, mandatedMs)), rest: "ours" };
  };
  const { load, injectAfterMs } = plan;
  const stretches: Stretch[] = [
    stretch("look at the machine", boot, looked),
    { ...stretch("boot of the stack", looked, up), rest: "stack" },
    stretch("start load and probes", up, warmup),
    stretch("warm-up", warmup, baseline, load.warmupMs),
    stretch("baseline and random wait", baseline, inject, load.baselineMs + injectAfterMs),
    stretch("look and inject", inject, observe),
    stretch("observe", observe, revert, knownAfter({ plan, timeline }, facts, observe) - observe),
    stretch("take back", revert, after),
    stretch("watch after, look again", after, over, mandatedAfter({ plan, timeline }, facts, { after, over })),
    stretch("end the stack, look again", over, done),
  ];
  const sum = (of: (one: Stretch) => Ms): Ms => stretches.reduce((total, one) => total + of(one), 0);
  const [totalMs, mandatedMs] = [done - boot, sum((one) => one.mandatedMs)];
  const bootMs = sum((one) => (one.rest === "stack" ? one.ms : 0));
  return {
    stretches,
    totalMs,
    mandatedMs,
    bootMs,
    oursShare: (totalMs - mandatedMs - bootMs) / totalMs,
    strictShare: (totalMs - mandatedMs) / totalMs,
  };
}

function firstLooks({ timeline }: TrialRecord): Ms[] {
  const reading = eventsOf(timeline, "reading")[0]?.from;
  const inventory = eventsOf(timeline, "inventory")[0]?.from;
  return [reading, inventory].filter((from) => from !== undefined);
}

/**
 * When there was nothing left to see, ms: for who must hold his fire the whole watch; after a recovery its hold, and
 * then the healer's word or the grace for it; else the watch from the fault on, and the window under way. A trial that
 * was aborted was known at once.
 */
function knownAfter({ plan, timeline }: TrialRecord, { marks }: TrialFacts, observe: Ms): Ms {
  const aborted = eventsOf(timeline, "abort")[0]?.at;
  if (aborted !== undefined) return aborted;
  const cap = observe + longestFaultMs(plan);
  const { t0, t6, t7 } = marks;
  if (plan.expect.heldFire) return Math.min(cap, observe + plan.watchMs);
  if (t6 !== undefined && t6.at + plan.holdMs <= cap) {
    const held = t6.at + plan.holdMs;
    const told = Math.min(t7?.hi ?? Infinity, held + declarationGraceMs);
    return Math.min(cap, Math.max(held, told));
  }
  return Math.min(cap, (t0?.at ?? observe) + plan.watchMs + plan.steady.windowMs);
}

/**
 * Whether a fault that is gone was waited out takes its hold to tell; a stack that stays broken is watched to the end
 * of that time.
 */
function mandatedAfter(
  { plan }: TrialRecord,
  { recovery, marks }: TrialFacts,
  { after, over }: { readonly after: Ms; readonly over: Ms },
): Ms {
  if (recovery === "healed") return 0;
  const longest = plan.holdMs + 2 * plan.steady.windowMs + declarationGraceMs;
  const held = recovery === "waited-out" && marks.t6 !== undefined ? marks.t6.at + plan.holdMs - after : longest;
  return Math.min(over - after, held, longest);
}
