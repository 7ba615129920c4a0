// How many trials may run side by side, and when one more may start: as few as it takes for no measurement to be
// spoiled. Pure: told the time, the pressure and where each trial is; what it decides about the number is kept, with
// the reason.

import type { GovernorChange } from "../records/results/run-result.ts";
import type { PhaseName } from "../records/timeline/phase.ts";
import type { Ms } from "../core/units.ts";
import type { Pressure } from "../trial/pressure.ts";

/**
 * Fractions of what `harness-kept-pace` tolerates, and how long they must last; told apart so that the number does not
 * swing.
 */
export const governorPolicy = {
  /** No further trial starts while the pressure is at or above this. */
  startBelow: 0.5,
  /** The number goes down by one when the pressure stays at or above this for `lowerAfterMs`. */
  lowerFrom: 0.5,
  lowerAfterMs: 3_000,
  /**
   * It goes up by one when the pressure stays below this for `raiseAfterMs`, twice as long after each time it went
   * down.
   */
  calmBelow: 0.25,
  raiseAfterMs: 30_000,
} as const;

/**
 * boot: the stack is starting, which needs more of the machine than anything after · ready: it waits to be measured ·
 * measured: from the warm-up to the end of watching · ending.
 */
export type Stage = "boot" | "ready" | "measured" | "ending";

/** The stage that a phase of the conductor belongs to. */
export function stageOf(phase: PhaseName): Stage {
  if (phase === "boot") return "boot";
  return phase === "teardown" || phase === "done" ? "ending" : "measured";
}

export interface Governor {
  /** How many there may be at the moment. */
  readonly limit: number;
  readonly changes: readonly GovernorChange[];
  /** To be told a few times a second. */
  look(at: Ms, pressure: Pressure, stages: readonly Stage[]): void;
  /** A trial could not be measured although we meant to prevent that. */
  spoiled(at: Ms, trial: string, beside: number): void;
  /** May one more boot beside these? One alone always may; at one at a time also beside one that is ending. */
  mayStart(stages: readonly Stage[]): boolean;
  /**
   * May a ready one be measured now? Not while another boots, unless boots have proven harmless here; at one at a time
   * not before the last one has ended either.
   */
  mayMeasure(stages: readonly Stage[]): boolean;
}

/** A governor that begins with `jobs` and never exceeds them. */
export function makeGovernor(jobs: number, changed: (change: GovernorChange) => void = () => undefined): Governor {
  const { startBelow, calmBelow } = governorPolicy;
  const number = makeNumber(jobs, changed);
  let latest: Pressure | undefined;
  /** Greatest pressure that was seen while a stack booted; undefined before the first boot. */
  let worstBoot: number | undefined;
  let bootEnded = false;
  const bootsAreHarmless = (): boolean => bootEnded && worstBoot !== undefined && worstBoot < calmBelow;

  return {
    get limit() {
      return number.now();
    },
    changes: number.changes,
    look(at, pressure, stages) {
      const booting = stages.includes("boot");
      if (booting) worstBoot = Math.max(worstBoot ?? 0, pressure.share);
      else if (worstBoot !== undefined) bootEnded = true;
      // Boots that nobody is measured beside may take all there is.
      if (!stages.includes("measured")) {
        number.forgetHigh();
        if (!booting) latest = pressure;
        return;
      }
      latest = pressure;
      number.follow(at, pressure, stages.length > 1);
    },
    spoiled(at, trial, beside) {
      if (beside > 0) number.lower(at, `${trial} could not be measured beside ${beside} more`);
    },
    mayStart(stages) {
      const limit = number.now();
      if (stages.length === 0) return true;
      // One at a time: nobody is measured while the last stack is torn down, judged and written.
      if (limit === 1 && stages.length === 1 && stages[0] === "ending") return true;
      if (stages.length >= limit || stages.includes("boot")) return false;
      if ((latest?.share ?? 0) >= startBelow) return false;
      return !stages.includes("measured") || bootsAreHarmless();
    },
    mayMeasure(stages) {
      if (number.now() === 1 && stages.includes("ending")) return false;
      return !stages.includes("boot") || bootsAreHarmless();
    },
  };
}

/** How many at a time: from 1 to what it began with. */
interface JobNumber {
  now(): number;
  readonly changes: readonly GovernorChange[];
  /** Changes with a pressure that lasted; it goes down only where trials run `beside` each other. */
  follow(at: Ms, pressure: Pressure, beside: boolean): void;
  lower(at: Ms, because: string): void;
  /** A high pressure that was seen so far does not count. */
  forgetHigh(): void;
}

function makeNumber(jobs: number, changed: (change: GovernorChange) => void): JobNumber {
  const { lowerFrom, lowerAfterMs, calmBelow, raiseAfterMs } = governorPolicy;
  let limit = jobs;
  let highSince: Ms | undefined;
  let calmSince: Ms | undefined;
  let timesLowered = 0;
  const changes: GovernorChange[] = [];

  function set(atMs: Ms, to: number, because: string): void {
    highSince = undefined;
    calmSince = undefined;
    if (to === limit) return;
    if (to < limit) timesLowered += 1;
    limit = to;
    const change = { atMs: Math.round(atMs), jobs: limit, because };
    changes.push(change);
    changed(change);
  }
  const lower = (at: Ms, because: string): void => set(at, Math.max(1, limit - 1), because);

  return {
    now: () => limit,
    changes,
    lower,
    follow(at, pressure, beside) {
      if (pressure.share >= lowerFrom && beside) {
        highSince ??= at;
        if (at - highSince >= lowerAfterMs) lower(at, pressure.says);
      } else highSince = undefined;
      if (pressure.share < calmBelow) {
        calmSince ??= at;
        const calmMs = raiseAfterMs * 2 ** timesLowered;
        if (at - calmSince >= calmMs) set(at, Math.min(jobs, limit + 1), calmWords(calmMs));
      } else calmSince = undefined;
    },
    forgetHigh: () => (highSince = undefined),
  };
}

function calmWords(ms: Ms): string {
  return `calm for ${Math.round(ms / 1000)} s: below a quarter of what is tolerated`;
}
