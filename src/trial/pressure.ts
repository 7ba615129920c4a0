// How near the harness is to being too late, from what it saw of itself in the last few seconds. Pure: told the time.

import { shareText } from "../core/text.ts";
import type { Ms, Share } from "../core/units.ts";
import type { TrialPlan } from "../records/plan.ts";
import { bearableSendLagMs, bearableTimerLagMs } from "../measure/cost/pace-bounds.ts";
import { percentile } from "../measure/windows/percentiles.ts";

/** What counts as now. */
const lastMs: Ms = 5_000;
/** Below this many requests their 99th percentile is their worst one, and one alone says little. */
const fewRequests = 20;
/**
 * Processors this busy are no pressure; from here to wholly busy it rises to 1. A booting stack beside a measured one
 * needs the rest.
 */
const easyBusy: Share = 0.5;

export interface Pressure {
  /** 1: what the rule `harness-kept-pace` tolerates is used up, or no processor is idle. */
  readonly share: number;
  /** The greatest part of it, in words. */
  readonly says: string;
}

export interface PressureGauge {
  /** A request was sent so late. */
  sent(at: Ms, lagMs: Ms): void;
  /** A timer of the conductor's process fired so late. */
  timer(at: Ms, lagMs: Ms): void;
  /** Share of all processors' time that was busy since the look before. */
  busy(at: Ms, share: Share): void;
  now(at: Ms): Pressure;
}

interface Sample {
  readonly at: Ms;
  readonly value: number;
}

/** A gauge whose bounds are those of the most demanding of the plans. */
export function makeGauge(plans: readonly Pick<TrialPlan, "steady" | "load">[]): PressureGauge {
  const sendBound = Math.min(...plans.map((plan) => bearableSendLagMs(plan)));
  const timerBound = Math.min(...plans.map(bearableTimerLagMs));
  const sends: Sample[] = [];
  const timers: Sample[] = [];
  const processors: Sample[] = [];
  const add = (samples: Sample[], at: Ms, value: number): void => {
    samples.push({ at, value });
    forget(samples, at - lastMs);
  };
  return {
    sent: (at, lagMs) => add(sends, at, lagMs),
    timer: (at, lagMs) => add(timers, at, lagMs),
    busy: (at, share) => add(processors, at, share),
    now(at) {
      for (const samples of [sends, timers, processors]) forget(samples, at - lastMs);
      const send = sends.length < fewRequests ? 0 : (percentile(values(sends), 0.99) ?? 0);
      const timer = secondWorst(timers);
      const busy = processors.length === 0 ? 0 : mean(values(processors));
      const parts = [
        {
          share: send / sendBound,
          says: `requests were sent ${ms(send)} late (p99 of 5 s, tolerated: ${ms(sendBound)})`,
        },
        {
          share: timer / timerBound,
          says: `timers were ${ms(timer)} late (second worst of 5 s, tolerated: ${ms(timerBound)})`,
        },
        {
          share: Math.max(0, (busy - easyBusy) / (1 - easyBusy)),
          says: `processors were ${shareText(busy)} busy`,
        },
      ];
      return parts.reduce((most, part) => (part.share > most.share ? part : most));
    },
  };
}

function forget(samples: Sample[], before: Ms): void {
  while (samples[0] !== undefined && samples[0].at < before) samples.shift();
}

function values(samples: readonly Sample[]): number[] {
  return samples.map(({ value }) => value);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/**
 * The second worst of the seconds, by the worst timer in each: one hiccup is no trend, and the rule forgives 5 % of the
 * seconds.
 */
function secondWorst(timers: readonly Sample[]): Ms {
  const worst = new Map<number, Ms>();
  for (const { at, value } of timers) {
    const second = Math.floor(at / 1000);
    worst.set(second, Math.max(worst.get(second) ?? 0, value));
  }
  return [...worst.values()].toSorted((a, b) => b - a)[1] ?? 0;
}

function ms(value: Ms): string {
  return `${Math.round(value)} ms`;
}
