// How often the healer cries wolf, by the hour of time in which there was no wolf.

import type { TrialDigest } from "../core/digest.ts";
import { counted, durationText } from "../core/text.ts";
import type { FalseAlarms } from "../records/results/summaries.ts";
import { poissonRate } from "../measure/statistics/poisson.ts";
import { countedTrials } from "./arm-evidence.ts";

const hourMs = 3_600_000;

/**
 * False alarms by the hour over the calm time of all trials that passed or failed, whatever their arm; after none the
 * bound is one-sided (at most 3/T), else two-sided, both at 95 %. Undefined when no calm time was heard.
 */
export function falseAlarms(trials: readonly TrialDigest[]): FalseAlarms | undefined {
  const calm = countedTrials(trials).flatMap(({ facts }) => facts.calm ?? []);
  const alarms = calm.reduce((sum, one) => sum + one.alarms, 0);
  const watchedMs = calm.reduce((sum, one) => sum + one.watchedMs, 0);
  const rate = poissonRate(alarms, watchedMs / hourMs, alarms === 0 ? 0.9 : 0.95);
  if (!rate.ok) return undefined;
  const { perHour, lo, hi } = rate;
  const bounds =
    alarms === 0
      ? `at most ${perHourText(hi, "up")} an hour (95 %)`
      : `${perHourText(perHour)} an hour (95 % ${perHourText(lo, "down")}–${perHourText(hi, "up")})`;
  const says = `${alarms === 0 ? "no false alarm" : counted(alarms, "false alarm")} in ${durationText(watchedMs)} without a fault: ${bounds}`;
  return { alarms, watchedMs, perHour, lo, hi, says };
}

/** Two digits, bounds rounded outwards. */
function perHourText(value: number, towards?: "up" | "down"): string {
  if (value === 0) return "0";
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  const round = { up: Math.ceil, down: Math.floor, near: Math.round }[towards ?? "near"];
  return String(Number((round(value / unit) * unit).toPrecision(3)));
}
