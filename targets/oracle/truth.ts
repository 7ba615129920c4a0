// What really happened, derived from the script and from what was done, and written to a file that nobody who measures
// reads.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClaimType, Ramp, Script } from "./script.ts";

/** Marks as targets/README.md's readers know them; t0 is known from one side only. */
type TrueMark = "t1" | "t2" | "t2c" | "t3" | "t4" | "t5" | "t6" | "t7" | "t8";

/** One trial's truth; instants are ms after the end of the trigger was seen. What did not happen is absent. */
export interface Truth {
  readonly marks: Readonly<Partial<Record<TrueMark, number>>>;
  readonly relapse?: number;
  /** Marks that are too short-lived for every measurer to have seen. */
  readonly mayBeUnseen: readonly TrueMark[];
  /** Words for the recovery that are right. */
  readonly recovery: readonly string[];
  /**
   * By how much, ms, a mark's truth is not known: what a request needs on its way decides with, where latency climbs or
   * falls.
   */
  readonly blurMs?: Readonly<Partial<Record<TrueMark, number>>>;
  /** For ramps: when a request decided in that instant took exactly `slowOverMs`, on the way up and down. */
  readonly crossings?: readonly [number, number];
  /** For ramps: the requests that were answered later than at once. */
  readonly slowed?: readonly Slowed[];
}

/** A request that was decided at an instant, ms, to be answered `addedMs` later; `trace` tells which. */
export interface Slowed {
  readonly trace: string;
  readonly decided: number;
  readonly addedMs: number;
}

/** What was done besides the script, ms: claims as they were written, and the operator's last start of the trigger. */
export interface Done {
  readonly claims: ReadonlyMap<ClaimType, number>;
  readonly operatorAt?: number;
  /** When the first and the last request were decided that took longer than `slowOverMs` here, for whatever reason. */
  readonly late?: readonly [number, number];
  readonly slowed?: readonly Slowed[];
}

/**
 * Users are hurt from the instant at which requests began to fail, or to be answered wrongly. A request that is late
 * hurts when it becomes late, `slowOverMs` after it was sent: so slowness begins, and ends, that long after the
 * crossing.
 */
export function truthOf(script: Script, slowOverMs: number, done: Done): Truth {
  const crossings = script.ramp && crossingsOf(script.ramp, slowOverMs, done.late);
  const begins = [...script.outages.map(({ from }) => from), ...(crossings ? [crossings[0] + slowOverMs] : [])];
  const open = script.healsByOperator ? (done.operatorAt ?? Infinity) : Infinity;
  const ends = [
    ...script.outages.map(({ to }) => (to === Infinity ? open : to)),
    ...(crossings ? [crossings[1] + slowOverMs] : []),
  ];
  const downTo = script.down?.to === Infinity ? open : (script.down?.to ?? 0);
  const hurt = begins.length > 0;
  const mitigated = Math.max(...ends);
  const recovered = Math.max(downTo, ...ends);
  const marks = {
    t1: hurt ? Math.min(...begins) : undefined,
    t2: done.claims.get("detected"),
    t2c: done.claims.get("classified"),
    t3: done.claims.get("decided"),
    t4: script.actedAt,
    t5: hurt && Number.isFinite(mitigated) ? mitigated : undefined,
    t6: Number.isFinite(recovered) ? recovered : undefined,
    t7: done.claims.get("closed"),
    t8: done.operatorAt,
  };
  return {
    marks: Object.fromEntries(Object.entries(marks).filter(([, at]) => at !== undefined)),
    ...(script.again && { relapse: script.again.from }),
    mayBeUnseen: script.shape === "blip" ? ["t1", "t5", "t6"] : [],
    recovery: recoveriesOf(script),
    ...(crossings && { crossings, slowed: done.slowed ?? [] }),
    ...(script.ramp && { blurMs: blurOf(script.ramp) }),
  };
}

/**
 * A request on loopback, from the instant at which it should be sent to its handler and back, takes up to this, ms.
 * Those that took longer can be told by what `slowed` says of them.
 */
const wayMs = 1;

function blurOf({ rise, fall }: Ramp): NonNullable<Truth["blurMs"]> {
  return { t1: wayMs / rise, t5: wayMs / fall, t6: wayMs / fall };
}

function recoveriesOf({ shape }: Script): string[] {
  if (shape === "never") return ["not-recovered"];
  if (shape === "waited") return ["waited-out"];
  return shape === "blip" ? ["healed", "not-disturbed"] : ["healed"];
}

/**
 * As the script has it; earlier, or later, where this process itself was so busy that a request was late all the same.
 */
function crossingsOf({ from, rise, top, falls, fall }: Ramp, slowOverMs: number, late: Done["late"]): [number, number] {
  const [first, last] = late ?? [Infinity, 0];
  return [Math.min(first, from + slowOverMs / rise), Math.max(last, falls + (top - slowOverMs) / fall)];
}

/** Whose truth it is; `beganNs` is the monotonic instant from which the script counts. */
interface About {
  readonly seed: number;
  readonly shape: string;
  readonly slowOverMs: number;
  readonly beganNs: bigint;
}

/** The truth with instants of the monotonic clock, ns. */
export function writtenTruth(
  { seed, shape, slowOverMs, beganNs }: About,
  truth: Truth,
): Readonly<Record<string, unknown>> {
  const ns = (at: number): string => String(beganNs + BigInt(Math.round(at * 1e6)));
  const { marks, relapse, crossings, slowed, blurMs, mayBeUnseen, recovery } = truth;
  return {
    schemaVersion: 1,
    seed,
    shape,
    slowOverMs,
    /** The end of the trigger was seen here, so the fault had taken effect before. */
    t0ByNs: String(beganNs),
    marks: Object.fromEntries(Object.entries(marks).map(([mark, at]) => [mark, ns(at)])),
    ...(relapse !== undefined && { relapse: ns(relapse) }),
    ...(crossings && { crossings: crossings.map(ns) }),
    ...(slowed && { slowed: slowed.map(({ decided, ...own }) => ({ ...own, decidedNs: ns(decided) })) }),
    ...(blurMs && { blurMs }),
    mayBeUnseen,
    recovery,
  };
}

/** Writes `<folder>/<seed>.json`, whole or not at all. */
export function writeTruth(folder: string, about: About, truth: Truth): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${about.seed}.json`);
  writeFileSync(`${file}.new`, `${JSON.stringify(writtenTruth(about, truth), undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}
