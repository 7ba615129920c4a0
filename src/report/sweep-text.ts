// A sweep in words, on a terminal and on its page.

import { doseText } from "../core/dose.ts";
import { counted, shareText } from "../core/text.ts";
import type { Sweep, SweepRow, SweepTrial } from "../records/sweep.ts";
import type { DoseTrend } from "../verdict/dose-trend.ts";
import { oneLine } from "./text.ts";

type Broken = Pick<Sweep, "breaks" | "unit" | "param" | "mildest" | "harshest"> & Pick<Partial<Sweep>, "ceiling">;

/** Where recovery breaks, one sentence without a full stop. */
export function breaksSentence({ breaks, unit, param, mildest, harshest, ceiling }: Broken): string {
  const text = (value = 0): string => doseText({ unit }, value);
  const { kind, lo, hi, median } = breaks;
  const sure = `${shareText(breaks.credibility)} credible`;
  switch (kind) {
    case "found":
      return `recovery breaks at about ${param} ${text(median)} (${text(lo)} to ${text(hi)}, ${sure})`;
    case "above": {
      const end =
        ceiling === undefined ? `${text(harshest)} is the harshest allowed` : `${text(ceiling)} was disabling`;
      return `recovery was not shown to break: if it does, then beyond ${param} ${text(lo)} (${sure}); ${end}`;
    }
    case "below":
      return `recovery breaks at ${param} ${text(hi)} at the latest (${sure}); ${text(mildest)} is the mildest that was tried`;
    default:
      return "where recovery breaks is not known: the trials tell too little";
  }
}

/** What users felt of a trial; empty where it was not measured. */
export function impactText({ impact }: SweepTrial): string {
  if (impact === undefined) return "";
  const { level, bad, burntPerMinute } = impact;
  return `${level}: ${shareText(bad)} of requests bad, ${shareText(burntPerMinute)} of a month's budget a minute`;
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

function rowText(row: SweepRow): string {
  return `${row.sweep}  ${breaksSentence(row)}; ${counted(row.trials, "trial")}`;
}
