// One trial's facts beside its truth: every mark as a sample, and every statement that is wrong. Pure.

import { z } from "zod";
import type { Ms } from "../../../src/core/units.ts";
import type { Mark } from "../../../src/records/interval.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";

const ns = z.string().regex(/^\d+$/);
export const markNames = ["t0", "t1", "t2", "t2c", "t3", "t4", "t5", "t6", "t7", "t8", "relapse"] as const;
export type ComparedMark = (typeof markNames)[number];
const trueMark = z.enum(["t1", "t2", "t2c", "t3", "t4", "t5", "t6", "t7", "t8"]);

/** What the oracle wrote down; see targets/oracle/README.md. */
export const truthSchema = z.strictObject({
  schemaVersion: z.literal(1),
  seed: z.number(),
  shape: z.string(),
  slowOverMs: z.number(),
  t0ByNs: ns,
  marks: z.partialRecord(trueMark, ns),
  relapse: ns.optional(),
  crossings: z.tuple([ns, ns]).optional(),
  slowed: z.array(z.strictObject({ trace: z.string(), decidedNs: ns, addedMs: z.number() })).optional(),
  blurMs: z.partialRecord(trueMark, z.number()).optional(),
  mayBeUnseen: z.array(trueMark),
  recovery: z.array(z.string()).min(1),
});
export type WrittenTruth = z.infer<typeof truthSchema>;

/** A trial as it was measured. */
export interface Measured {
  readonly name: string;
  readonly epochNs: string;
  readonly result: Pick<TrialResult, "plan" | "facts" | "verdict">;
  /** By trace, when users' requests were due and whole, ms since the epoch. */
  readonly journeys?: ReadonlyMap<string, Journey>;
}

/** A request that was answered, as its user saw it. */
interface Journey {
  readonly intended: Ms;
  readonly done: Ms;
}

/** One mark beside its truth, ms since the trial's epoch. */
export interface Sample extends Mark {
  readonly trial: string;
  readonly shape: string;
  readonly mark: ComparedMark;
  /** Of t0 an upper bound: the fault had taken effect by then. */
  readonly truth: Ms;
  /** The truth lies within this of `truth`. */
  readonly blurMs: Ms;
  /** The trial ended in pass or fail. */
  readonly conclusive: boolean;
}

/** Something that the truth does not bear out. */
export interface Wrong {
  readonly trial: string;
  readonly shape: string;
  readonly conclusive: boolean;
  readonly says: string;
}

export interface Comparison {
  readonly samples: readonly Sample[];
  readonly wrongs: readonly Wrong[];
}

/** Compares all that a trial says with the truth. */
export function compare({ name, epochNs, result, journeys = new Map() }: Measured, truth: WrittenTruth): Comparison {
  const { plan, facts, verdict } = result;
  const conclusive = verdict.outcome === "pass" || verdict.outcome === "fail";
  const about = { trial: name, shape: truth.shape, conclusive };
  const since = (instant: string): Ms => Number(BigInt(instant) - BigInt(epochNs)) / 1e6;
  const blurs = { ...truth.blurMs, ...blurByTheWay(truth, since, journeys) };
  const samples: Sample[] = [];
  const wrongs: Wrong[] = [];
  const wrong = (says: string): void => void wrongs.push({ ...about, says });
  if (plan.load.slowOverMs !== truth.slowOverMs)
    wrong(`slow_over is ${plan.load.slowOverMs} ms in the plan and ${truth.slowOverMs} ms in the target`);
  for (const mark of markNames) {
    const seen = mark === "relapse" ? facts.relapse.at : facts.marks[mark];
    const known = mark === "t0" ? truth.t0ByNs : mark === "relapse" ? truth.relapse : truth.marks[mark];
    const blurMs = mark === "t0" || mark === "relapse" ? 0 : (blurs[mark] ?? 0);
    if (seen !== undefined && known !== undefined)
      samples.push({ ...about, ...seen, mark, truth: since(known), blurMs });
    else if (seen !== undefined) wrong(`${mark} at ${seen.at.toFixed(1)} ms, which never happened`);
    else if (known !== undefined && !(truth.mayBeUnseen as readonly string[]).includes(mark))
      wrong(`no ${mark}, which happened at ${since(known).toFixed(1)} ms`);
  }
  if (!truth.recovery.includes(facts.recovery))
    wrong(`"${facts.recovery}", where it is ${truth.recovery.join(" or ")}`);
  wrongs.push(...wrongOrder(about, facts, truth));
  return { samples, wrongs };
}

/**
 * The target knows when it decided a request, not how long that was on its way. One that was decided below
 * `slowOverMs`, and was late for its user all the same, spent the rest on the way: users were hurt from when it was
 * due, and until then, and the truth of a ramp is not known better than that. Only ways longer than usual matter: all
 * marks that do not come from latency are exact, so that a harness whose stamps lag shows there.
 */
function blurByTheWay(
  { slowed = [], crossings, slowOverMs, blurMs }: WrittenTruth,
  since: (instant: string) => Ms,
  journeys: ReadonlyMap<string, Journey>,
): NonNullable<WrittenTruth["blurMs"]> {
  if (crossings === undefined) return {};
  if (slowed.length > 0 && !slowed.some(({ trace }) => journeys.has(trace)))
    throw new Error("no request that the target slowed is known by its trace");
  const [up, down] = [since(crossings[0]), since(crossings[1])];
  const lates = slowed.flatMap(({ trace, decidedNs, addedMs }) => {
    const one = journeys.get(trace);
    if (one === undefined || addedMs > slowOverMs || one.done - one.intended <= slowOverMs) return [];
    return [{ decided: since(decidedNs), intended: one.intended }];
  });
  const early = lates.filter(({ decided }) => decided < up).map(({ intended }) => up - intended);
  const longer = lates.filter(({ decided }) => decided > down).map(({ decided }) => decided - down);
  return {
    t1: Math.max(blurMs?.t1 ?? 0, ...early),
    t5: Math.max(blurMs?.t5 ?? 0, ...longer),
    t6: Math.max(blurMs?.t6 ?? 0, ...longer),
  };
}

/** Detection before the impact is a negative span. */
function wrongOrder(about: Omit<Wrong, "says">, facts: TrialResult["facts"], { marks }: WrittenTruth): Wrong[] {
  const span = facts.detectionAfterImpact;
  if (marks.t1 === undefined || marks.t2 === undefined || span === undefined) return [];
  const trueMs = Number(BigInt(marks.t2) - BigInt(marks.t1)) / 1e6;
  if (trueMs >= span.lo && trueMs <= span.hi) return [];
  const says = `t2 − t1 is ${trueMs.toFixed(1)} ms and not in ${span.lo.toFixed(1)} to ${span.hi.toFixed(1)} ms`;
  return [{ ...about, says }];
}
