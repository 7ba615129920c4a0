// Whether others had the processors while the target's processes waited for one: from looks, a second at a time, to
// shares of the stretches that are judged. A stack that takes its own processors away waits behind itself, and that is
// not counted here.

import type { EnvironmentFacts, EnvironmentSpan } from "../../records/facts/environment.ts";
import type { Calibration, PressureLook } from "../../records/pressure.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";
import type { Ms, Share } from "../../core/units.ts";

/**
 * Most of a stretch that one process of the target may wait behind others. Measured on two processors (decision of
 * 2026-11-28): up to 0.06 with one processor's worth of work beside the stack, which changes no verdict; 0.16 to 1
 * beside ten busy processes.
 */
const floorShare: Share = 0.15;
/** A calibration that others disturbed (in processors) says nothing of the machine. */
const quietCores = 0.2;
/** Waiting counts in full when no processor is free, and not at all when this share of them is. */
const freeShare: Share = 0.25;
/** Looks are kept together by the second, so that a trial of hours stays small. */
const binMs: Ms = 1000;
/** Shorter stretches are widened to this: the kernel counts in hundredths of a second. */
const shortestMs: Ms = 2000;

interface ProcessShare {
  readonly what: string;
  waitMs: Ms;
  behindMs: Ms;
}

interface Bin {
  readonly from: Ms;
  to: Ms;
  readonly processes: Map<string, ProcessShare>;
  targetMs: Ms;
  oursMs: Ms;
  oursWaitMs: Ms;
  othersMs: Ms;
  stolenMs: Ms;
}

/** A stretch of the trial that is reported. */
export type Stretch = Pick<EnvironmentSpan, "name" | "from" | "to">;

export interface PressureTally {
  readonly take: (event: TimelineEvent) => void;
  /** What was seen in these stretches; undefined when nothing was ever measured nor reported as unmeasured. */
  readonly facts: (stretches: readonly Stretch[]) => EnvironmentFacts | undefined;
}

/** A tally that has taken nothing yet. */
export function makePressureTally(): PressureTally {
  const bins: Bin[] = [];
  let calibration: Calibration | undefined;
  let reason: string | undefined;
  let cores = 0;
  const stalled = { cpuMs: 0, memoryMs: 0, ioMs: 0, forMs: 0 };

  function add(from: Ms, to: Ms, look: Extract<PressureLook, { ok: true }>): void {
    ({ cores } = look);
    const bin = binFor(bins, from, to);
    const behind = behindOthers(look, to - from);
    bin.targetMs += look.target.cpuMs;
    bin.oursMs += look.ours.cpuMs;
    bin.oursWaitMs += look.ours.waitMs;
    bin.othersMs += look.othersMs;
    bin.stolenMs += look.stolenMs;
    for (const { instance, what, waitMs, runMs } of look.target.waits) {
      const one = bin.processes.get(instance) ?? { what, waitMs: 0, behindMs: 0 };
      // A wait is counted when it ends, with what of it lies before this look.
      one.waitMs += waitMs;
      one.behindMs += behind.ofWaiting * waitMs + behind.ofRunning * runMs;
      bin.processes.set(instance, one);
    }
    if (look.stalled === undefined) return;
    stalled.cpuMs += look.stalled.cpuMs;
    stalled.memoryMs += look.stalled.memoryMs;
    stalled.ioMs += look.stalled.ioMs;
    stalled.forMs += to - from;
  }

  return {
    take(event) {
      if (event.kind === "calibration") ({ calibration } = event);
      if (event.kind !== "pressure") return;
      if (!event.look.ok) reason ??= event.look.reason;
      else if (event.at > event.from) add(event.from, event.at, event.look);
    },
    facts(stretches) {
      if (bins.length === 0) return reason === undefined ? undefined : { measured: false, reason };
      const { forMs } = stalled;
      const part = (ms: Ms): Share => Math.min(1, ms / forMs);
      const spans = stretches.flatMap((stretch) => spanOf(bins, stretch) ?? []);
      const names = unseenAmong(stretches, spans);
      return {
        measured: true,
        cores,
        bound: boundOf(calibration),
        ...(calibration && { calibration }),
        spans,
        ...(names.length > 0 && { unseen: { names, ...(reason !== undefined && { reason }) } }),
        ...(forMs > 0 && {
          stalled: { cpu: part(stalled.cpuMs), memory: part(stalled.memoryMs), io: part(stalled.ioMs) },
        }),
      };
    },
  };
}

/**
 * The floor, and on top what a thread of ours waited on this machine when nobody else was there. A calibration with
 * others beside it tells of them, not of the machine: then the floor alone holds.
 */
export function boundOf(calibration: Calibration | undefined): Share {
  if (calibration?.ok !== true || calibration.othersCores + calibration.stolenCores > quietCores) return floorShare;
  return Math.min(1, floorShare + calibration.waitShare);
}

/**
 * How much of a millisecond of waiting, and of running, others took. Of what was used, others had a share: by that a
 * wait was behind them, in so far as no processor was free. What the host stole was taken from what ran.
 */
function behindOthers(
  { cores, target, ours, othersMs, stolenMs }: Extract<PressureLook, { ok: true }>,
  forMs: Ms,
): { readonly ofWaiting: number; readonly ofRunning: number } {
  const taken = othersMs + stolenMs;
  const used = target.cpuMs + ours.cpuMs + taken;
  if (used <= 0) return { ofWaiting: 0, ofRunning: 0 };
  const free = Math.max(0, 1 - used / (cores * forMs));
  const scarce = Math.max(0, 1 - free / freeShare);
  return { ofWaiting: (scarce * taken) / used, ofRunning: stolenMs / used };
}

function binFor(bins: Bin[], from: Ms, to: Ms): Bin {
  const last = bins.at(-1);
  if (last !== undefined && to - last.from <= binMs) {
    last.to = Math.max(last.to, to);
    return last;
  }
  const bin = { from, to, processes: new Map(), targetMs: 0, oursMs: 0, oursWaitMs: 0, othersMs: 0, stolenMs: 0 };
  bins.push(bin);
  return bin;
}

/** Stretches that are long enough to be reported, and are not. */
function unseenAmong(stretches: readonly Stretch[], spans: readonly EnvironmentSpan[]): EnvironmentSpan["name"][] {
  return stretches
    .filter(({ name, from, to }) => to - from >= shortestMs && !spans.some((span) => span.name === name))
    .map(({ name }) => name);
}

/**
 * What the bins say of a stretch, each by the part of it that lies there; undefined when less than half of it was seen.
 */
function spanOf(bins: readonly Bin[], { name, from, to: end }: Stretch): EnvironmentSpan | undefined {
  const to = Math.max(end, from + shortestMs);
  const processes = new Map<string, ProcessShare>();
  const sums = { target: 0, ours: 0, oursWait: 0, others: 0, stolen: 0 };
  let seenMs: Ms = 0;
  for (const bin of bins) {
    const overlap = Math.min(to, bin.to) - Math.max(from, bin.from);
    if (overlap <= 0) continue;
    const part = overlap / (bin.to - bin.from);
    seenMs += overlap;
    sums.target += part * bin.targetMs;
    sums.ours += part * bin.oursMs;
    sums.oursWait += part * bin.oursWaitMs;
    sums.others += part * bin.othersMs;
    sums.stolen += part * bin.stolenMs;
    for (const [instance, { what, waitMs, behindMs }] of bin.processes) {
      const one = processes.get(instance) ?? { what, waitMs: 0, behindMs: 0 };
      one.waitMs += part * waitMs;
      one.behindMs += part * behindMs;
      processes.set(instance, one);
    }
  }
  if (end <= from || seenMs < (to - from) / 2) return undefined;
  const [worst = { what: "", waitMs: 0, behindMs: 0 }] = [...processes.values()].toSorted(
    (one, other) => other.behindMs - one.behindMs || other.waitMs - one.waitMs,
  );
  return {
    name,
    from,
    to,
    process: worst.what,
    behindOthers: Math.min(1, worst.behindMs / seenMs),
    waited: Math.min(1, worst.waitMs / seenMs),
    oursWaited: Math.min(1, sums.oursWait / seenMs),
    cores: {
      target: sums.target / seenMs,
      ours: sums.ours / seenMs,
      others: sums.others / seenMs,
      stolen: sums.stolen / seenMs,
    },
  };
}
