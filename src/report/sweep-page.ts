// Sweep → index.html of its folder: where recovery breaks, the trials on the axis of the dose, and how it went from
// sweep to sweep.

import { doseAt, doseText, placeOf, type Dose } from "../core/dose.ts";
import type { Sweep } from "../records/sweep.ts";
import type { DoseTrend } from "../verdict/dose-trend.ts";
import { compiled } from "./engine.ts";
import { breaksSentence, doseTrendLines, impactText } from "./sweep-text.ts";
import { sweepTemplate } from "./templates/sweep.ts";

const [left, width] = [24, 640];

/** The page; `dose`: as the fault declares it; `trend`: of this sweep's series, with it. */
export function sweepPage(sweep: Sweep, dose: Dose, trend: DoseTrend | undefined): string {
  return page(sweepModel(sweep, dose, trend));
}

const page: (model: SweepModel) => string = compiled(sweepTemplate);
type SweepModel = ReturnType<typeof sweepModel>;

function sweepModel(sweep: Sweep, dose: Dose, trend: DoseTrend | undefined) {
  const { trials, breaks, mildest, harshest, param } = sweep;
  const [from, to] = [placeOf(dose, mildest), placeOf(dose, harshest)];
  const x = (value: number): number =>
    Math.round(left + (width * (placeOf(dose, value) - from)) / Math.max(1e-9, to - from));
  const text = (value: number): string => doseText(dose, value);
  const band = {
    from: breaks.lo === undefined ? left : x(breaks.lo),
    to: breaks.hi === undefined ? left + width : x(breaks.hi),
  };
  return {
    title: `Sweep of ${sweep.intent}`,
    intent: sweep.intent,
    says: breaksSentence(sweep),
    belief: sweep.title,
    target: sweep.target,
    fault: sweep.fault,
    param,
    range: `${text(mildest)} to ${text(harshest)}`,
    ended: sweep.ended,
    began: sweep.startedAt,
    seed: sweep.seed,
    version: sweep.harness.version,
    left,
    right: left + width,
    bandX: band.from,
    bandWidth: Math.max(0, band.to - band.from),
    isKnown: breaks.kind !== "unsure",
    median: breaks.median === undefined ? null : { x: x(breaks.median) },
    ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => {
      const value = doseAt(dose, from + share * (to - from));
      return { x: x(value), label: text(value) };
    }),
    trials: trials.map((trial, index) => ({
      number: index + 1,
      x: x(trial.dose),
      y: { broke: 14, held: 44, unfelt: 44, untold: 29 }[trial.answer],
      dose: text(trial.dose),
      answer: trial.answer,
      outcome: trial.outcome ?? "",
      mark: { broke: "fail", held: "pass", unfelt: "pass", untold: "inconclusive" }[trial.answer],
      impact: impactText(trial) || "not measured",
      why: trial.why,
      page: `runs/${trial.run}/index.html`,
    })),
    trend: trend === undefined ? [] : doseTrendLines([trend]).slice(1),
  };
}
