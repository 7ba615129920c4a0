// What trials and kills on docker come to. Nothing that was not seen is left out: it counts as a miss, and is named.

import { boundOn, type Reached } from "../models/row.ts";

const [mostErrorMs, mostOverhead] = [5, 0.1];
/** A kill after the run's end strikes nothing: of all kills at least this share must have struck. */
const leastStruck = 2 / 3;
const firstVerdictSeconds = 180;

/** All ms. `widthMs`: of the mark's interval; `provedMs`: from the engine's word to our own proof. */
interface T0Error {
  readonly errorMs: number;
  readonly isInside: boolean;
  readonly widthMs: number;
  readonly provedMs: number;
}

/** One trial that was due; what is absent was not to be had: the trial is missing, or it confirmed no fault. */
export interface BenchTrial {
  /** Of t0 against the engine's word that the container ended, and whether that word lies in the mark's interval. */
  readonly error?: T0Error | undefined;
  /** Of the trial, 0 to 1, neither asked for by the intent nor the engine's work. */
  readonly share?: number | undefined;
}

/** One round: whether the harness still ran when it was to be killed, and what was left in the end. */
export interface KillRound {
  readonly wasRunning: boolean;
  readonly left: readonly string[];
}

/** For people, as it comes in. */
export function trialLine(run: number, { error, share }: BenchTrial): string {
  return `run ${run}: t0 ${ms(error?.errorMs)} from the event (our proof: ${ms(error?.provedMs)}), overhead ${percent(share)}`;
}

/** The worst counts: an error of one trial is one of its marks. */
export function t0Row(trials: readonly BenchTrial[]): Reached {
  const errors = trials.flatMap(({ error }) => (error === undefined ? [] : [error]));
  const times = errors.map(({ errorMs }) => errorMs);
  const worst = Math.max(...times);
  const inside = errors.filter(({ isInside }) => isInside).length;
  const width = quantile(
    errors.map(({ widthMs }) => widthMs),
    0.5,
  );
  const seen =
    `worst ${ms(worst)}, median ${ms(quantile(times, 0.5))}; in the mark's interval ${inside} of ${errors.length}, ` +
    `which is ${ms(width)} wide at the median`;
  return {
    what: `error of t0 against the engine's event, ${errors.length} of ${trials.length} kills`,
    reached: `${seen}${unseen(trials.length - errors.length)}`,
    goal: `≤ ${mostErrorMs} ms and in the mark's interval, in every trial`,
    isKept: errors.length > 0 && inside === trials.length && worst <= mostErrorMs,
  };
}

/** At the median of all that were due: one that was not seen is above every other. */
export function overheadRow(trials: readonly BenchTrial[]): Reached {
  const shares = trials.map(({ share }) => share ?? Number.POSITIVE_INFINITY);
  const seen = shares.filter((share) => Number.isFinite(share));
  const median = quantile(shares, 0.5);
  return {
    what: `of a trial on docker, neither asked for nor the engine's work, ${seen.length} of ${trials.length} trials`,
    reached: `median ${percent(median)}, worst seen ${percent(Math.max(...seen))}${unseen(shares.length - seen.length)}`,
    goal: `≤ ${percent(mostOverhead)} at the median`,
    isKept: median <= mostOverhead,
  };
}

/** The bound is on kills that struck a run; what is left of the others is a residue all the same. */
export function killsRow(rounds: readonly KillRound[]): Reached {
  const struck = rounds.filter(({ wasRunning }) => wasRunning);
  const withResidue = (all: readonly KillRound[]): number => all.filter(({ left }) => left.length > 0).length;
  const [residues, of] = [withResidue(struck), struck.length];
  const others = withResidue(rounds) - residues;
  const bound = (100 * boundOn(residues, of)).toFixed(1);
  const few =
    of < leastStruck * rounds.length ? `; too few struck, ${Math.ceil(leastStruck * rounds.length)} must` : "";
  return {
    what: `kills of the harness on docker, ${rounds.length} rounds, ${of} of them while it ran`,
    reached:
      `${residues} of ${of} with residues: with 95 % certainty at most ${bound} % of kills that strike; ` +
      `${others} of ${rounds.length - of} after its end${few}`,
    goal: "0 residues, and two of three kills while it runs",
    isKept: of > 0 && few === "" && residues + others === 0,
  };
}

/** What came of a first run; absent: that was not reached. */
export interface FirstRun {
  readonly seconds?: number;
  readonly outcome?: string | undefined;
  /** What the last command said. */
  readonly why: string;
}

/** The same, with whether it is the last: it decides something, or the time is over. */
export function firstRun(run: FirstRun): FirstRun & { readonly isOver: boolean } {
  const isLate = (run.seconds ?? 0) > firstVerdictSeconds;
  return { ...run, isOver: isLate || isVerdict(run.outcome) };
}

function isVerdict(outcome: string | undefined): boolean {
  return outcome === "pass" || outcome === "fail";
}

/** An outcome that decides nothing is no verdict, however soon it came. */
export function firstVerdictRow({ seconds, outcome, why }: FirstRun): Reached {
  const decides = isVerdict(outcome);
  const took = seconds === undefined ? "no run" : `${outcome ?? "no outcome"} after ${seconds.toFixed(0)} s`;
  return {
    what: "from `rebound init` to the first verdict on Chroma and an application under supervisord, typed by a script",
    reached: decides ? took : `${took}, which is no verdict: ${why.trimEnd().slice(-600)}`,
    goal: `pass or fail within ${firstVerdictSeconds} s`,
    isKept: decides && seconds !== undefined && seconds <= firstVerdictSeconds,
  };
}

/** Of numbers, the one below which that share lies; NaN of none. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function unseen(count: number): string {
  return count === 0 ? "" : `; ${count} not seen`;
}

function ms(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? "not seen" : `${value.toFixed(1)} ms`;
}

function percent(share: number | undefined): string {
  return share === undefined || !Number.isFinite(share) ? "not seen" : `${(100 * share).toFixed(1)} %`;
}
