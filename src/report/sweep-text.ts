// A sweep in words, on a terminal and on its page.

import { doseText } from "../core/dose.ts";
import { counted, shareText } from "../core/text.ts";
import type { Sweep, SweepRow, SweepTrial } from "../records/sweep.ts";
import type { DoseTrend } from "../verdict/dose-trend.ts";
import { decimalText } from "./figures.ts";
import { oneLine } from "./text.ts";

type Broken = Pick<Sweep, "breaks" | "unit" | "param" | "mildest" | "harshest"> &
  Pick<Partial<Sweep>, "ceiling"> & {
    /** Absent: not known any more. */
    readonly trials?: readonly Pick<SweepTrial, "dose" | "answer">[];
  };

/** Where recovery breaks, one sentence without a full stop. */
export function breaksSentence(broken: Broken): string {
  const { breaks, unit, param } = broken;
  const text = (value = 0): string => doseText({ unit }, value);
  const { kind, lo, hi, median } = breaks;
  const sure = `${shareText(breaks.credibility)} credible`;
  switch (kind) {
    case "found":
      return `recovery breaks at about ${param} ${text(median)} (${text(lo)} to ${text(hi)}, ${sure})`;
    case "above":
      return beyondText(broken, `${param} ${text(lo)} (${sure})`);
    case "below":
      return `recovery breaks at ${param} ${text(hi)} at the latest (${sure}); ${mildestText(broken)}`;
    default: {
      const broke = brokeText(broken);
      const seen = broke === undefined ? "" : `; it broke ${broke}`;
      return `where recovery breaks is not known: the trials tell too little${seen}`;
    }
  }
}

/** The lower end is open. */
function mildestText(broken: Broken): string {
  const told = (broken.trials ?? []).filter(({ answer }) => answer !== "untold").map(({ dose }) => dose);
  if (told.length === 0) return `${doseText(broken, broken.mildest)} is the mildest that might be tried`;
  return `${doseText(broken, mildestOf(told, broken))} is the mildest that was tried`;
}

function mildestOf(doses: readonly number[], { mildest, harshest }: Pick<Broken, "mildest" | "harshest">): number {
  return harshest < mildest ? Math.max(...doses) : Math.min(...doses);
}

/** The upper end is open; whether any trial broke says what is known of it. */
function beyondText(broken: Broken, from: string): string {
  const { trials, harshest, ceiling } = broken;
  if (trials === undefined) return `where recovery breaks, if it does, lies beyond ${from}; its upper end is open`;
  const end =
    ceiling === undefined
      ? `${doseText(broken, harshest)} is the harshest allowed`
      : `${doseText(broken, ceiling)} was disabling`;
  const broke = brokeText(broken);
  if (broke === undefined) return `recovery was not shown to break: if it does, then beyond ${from}; ${end}`;
  return `recovery broke ${broke}; where half of the trials do lies beyond ${from}, its upper end is open: ${end}`;
}

/** `in 4 of 4 trials at latency 1m`, where most did, of alike doses the mildest; undefined: none did. */
function brokeText(broken: Broken): string | undefined {
  const { trials = [], param } = broken;
  const broke = trials.filter(({ answer }) => answer === "broke");
  const at = (dose: number): number => broke.filter((trial) => trial.dose === dose).length;
  const most = Math.max(...broke.map(({ dose }) => at(dose)));
  const doses = broke.map(({ dose }) => dose).filter((dose) => at(dose) === most);
  if (doses.length === 0) return undefined;
  const dose = mildestOf(doses, broken);
  const told = trials.filter((trial) => trial.answer !== "untold" && trial.dose === dose).length;
  return `in ${most} of ${counted(told, "trial")} at ${param} ${doseText(broken, dose)}`;
}

/** What users felt of a trial; empty where it was not measured. */
export function impactText({ impact }: SweepTrial): string {
  if (impact === undefined) return "";
  const { level, bad, burnRate } = impact;
  return `${level}: ${shareText(bad)} of requests bad, burn rate ${decimalText(burnRate)}`;
}

/** One trial as a line: `[3/12] latency 400ms  held  noticeable: …`. */
export function sweepTrialLine(
  trial: SweepTrial,
  { unit, param, number, most }: Pick<Sweep, "unit" | "param" | "most"> & { readonly number: number },
): string {
  const parts = [trial.answer, impactText(trial), trial.why].filter((part) => part !== "");
  return oneLine(`[${number}/${most}] ${param} ${doseText({ unit }, trial.dose)}  ${parts.join("; ")}`);
}

/** What a sweep came to, some lines. */
export function sweepLines(sweep: Sweep): readonly string[] {
  const told = sweep.trials.filter(({ answer }) => answer !== "untold").length;
  const counts = `${counted(sweep.trials.length, "trial")}, of which ${told} tell; ended: ${sweep.ended}`;
  return [oneLine(`${sweep.intent}: ${breaksSentence(sweep)}`), `  ${oneLine(counts)}`];
}

/** Some lines for each series of sweeps. */
export function doseTrendLines(trends: readonly DoseTrend[]): readonly string[] {
  if (trends.length === 0) return ["no sweep is in the history"];
  return trends.flatMap(({ rows, says, isMilder }) => {
    const [first] = rows;
    if (first === undefined) return [];
    const { intent, target, fault, param } = first;
    return [
      oneLine(`${intent} on ${target}: breaking ${param} of ${fault} over ${counted(rows.length, "sweep")}`),
      ...rows.map((row) => `  ${row.started.slice(0, 10)}  ${oneLine(rowText(row))}`),
      `  ${isMilder ? "! " : ""}${oneLine(says)}`,
    ];
  });
}

function rowText({ trials, ...row }: SweepRow): string {
  return `${row.sweep}  ${breaksSentence(row)}; ${counted(trials, "trial")}`;
}
