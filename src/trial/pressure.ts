// How near the harness is to being too late, from what it saw of itself in the last few seconds. Pure: told the time.

import { shareText } from "../core/text.ts";
import type { Ms, Share } from "../core/units.ts";
import type { TrialPlan } from "../records/plan.ts";
import { bearableSendLagMs, bearableTimerLagMs } from "../measure/cost/pace-bounds.ts";
import { percentile } from "../measure/windows/percentiles.ts";
import { Recent } from "./recent.ts";

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

/** A gauge whose bounds are those of the most demanding of the plans. */
export function makeGauge(plans: readonly Pick<TrialPlan, "steady" | "load">[]): PressureGauge {
  const sendBound = Math.min(...plans.map((plan) => bearableSendLagMs(plan)));
  const timerBound = Math.min(...plans.map(bearableTimerLagMs));
  const [sends, timers, processors] = [new Recent(), new Recent(), new Recent()];
  const add = (samples: Recent, at: Ms, value: number): void => {
    samples.add(at, value);
    samples.forget(at - lastMs);
  };
  return {
    sent: (at, lagMs) => add(sends, at, lagMs),
    timer: (at, lagMs) => add(timers, at, lagMs),
    busy: (at, share) => add(processors, at, share),
    now(at) {
      for (const samples of [sends, timers, processors]) samples.forget(at - lastMs);
      const send = sends.size < fewRequests ? 0 : (percentile(sends.values(), 0.99) ?? 0);
      const timer = secondWorst(timers);
      const busy = processors.size === 0 ? 0 : mean(processors.values());
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

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/**
 * The second worst of the seconds, by the worst timer in each: one hiccup is no trend, and the rule forgives 5 % of the
 * seconds.
 */
function secondWorst(timers: Recent): Ms {
  const worst = new Map<number, Ms>();
  timers.map((at, value) => {
    const second = Math.floor(at / 1000);
    worst.set(second, Math.max(worst.get(second) ?? 0, value));
  });
  return [...worst.values()].toSorted((a, b) => b - a)[1] ?? 0;
}

function ms(value: Ms): string {
  return `${Math.round(value)} ms`;
}
