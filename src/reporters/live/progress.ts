// From what happens in a run to what the live page shows of it now: bounded, whatever happens for however long.

import { elapsedText } from "../../core/duration.ts";
import type { Ms } from "../../core/units.ts";
import type { TellRun } from "../../records/run-events.ts";
import { phaseNames } from "../../records/timeline/phase.ts";
import type { LiveState, LiveStep, LiveTrial } from "../../report/live-state.ts";
import { visible } from "../../report/text.ts";
import { claimLine } from "../claim-line.ts";
import { handOut, type Handlers } from "../reporter.ts";

/** Lines that are kept of a trial, and of the run. */
const mostNews = 12;
/** Claims of the healer that are steps of a trial: the first of each. */
const toldClaims: ReadonlySet<string> = new Set(["detected", "closed"]);

type Step = Omit<LiveStep, "now">;

interface Running {
  readonly steps: Step[];
  phase: string;
  readings: readonly string[];
  error: string | undefined;
  readonly news: string[];
}

/** Follows a run. */
export interface Progress {
  readonly take: TellRun;
  /** Trials that have ended. */
  ended(): number;
  /** Trials that have begun and not ended. */
  running(): number;
  now(): LiveState;
}

function keep(news: string[], line: string): void {
  news.push(visible(line));
  if (news.length > mostNews) news.shift();
}

function secondsText(at: Ms): string {
  return `${(at / 1000).toFixed(1)} s`;
}

/** Steps that have begun, and the phases that are still to come. */
function stepsOf({ steps, phase }: Running): readonly LiveStep[] {
  const begun = steps.map((step) => ({ ...step, now: step.by === "harness" && step.name === phase }));
  const last = phaseNames.findIndex((name) => name === phase);
  const toCome = phaseNames.slice(last + 1).map((name) => ({ name, at: "", by: "harness" as const, now: false }));
  return [...begun, ...toCome];
}

function trialOf([name, running]: readonly [string, Running]): LiveTrial {
  const { readings, error, news } = running;
  const figures = error === undefined ? readings : [...readings, `commonest error: ${error}`];
  return { name: visible(name), steps: stepsOf(running), readings: visible(figures.join(" · ")), news };
}

/** All that is kept. */
interface Kept {
  readonly running: Map<string, Running>;
  readonly news: string[];
  /** Trials of the whole run, and ms that they will take by the plan. */
  readonly planned: { trials: number; ms: Ms };
  ended: number;
  isOver: boolean;
}

function handlersOf(kept: Kept): Handlers {
  const { running, news, planned } = kept;
  return {
    runStarted: (event) => void Object.assign(planned, { trials: event.planned, ms: event.estimateMs }),
    trialStarted: ({ trial }) =>
      void running.set(trial, { steps: [], phase: "", readings: [], error: undefined, news: [] }),
    phase({ trial, phase, at }) {
      const one = running.get(trial);
      if (one === undefined || one.phase === phase) return;
      one.phase = phase;
      one.steps.push({ name: phase, at: secondsText(at), by: "harness" });
    },
    claim(event) {
      const one = running.get(event.trial);
      if (one === undefined) return;
      keep(one.news, claimLine(event));
      const name = `healer: ${event.type}`;
      if (!toldClaims.has(event.type) || one.steps.some((step) => step.name === name)) return;
      one.steps.push({ name, at: secondsText(event.at), by: "healer" });
    },
    sample({ trial, readings, commonestError }) {
      const one = running.get(trial);
      if (one !== undefined) [one.readings, one.error] = [readings, commonestError];
    },
    note({ trial, says }) {
      const own = trial === undefined ? undefined : running.get(trial)?.news;
      keep(own ?? news, says);
    },
    trialJudged({ trial, says }) {
      running.delete(trial);
      kept.ended += 1;
      keep(news, `${trial}: ${says}`);
    },
    armEnough: ({ intent, because }) => keep(news, `enough of ${intent}: ${because}`),
    trialsDropped({ trials, estimateMs }) {
      planned.trials -= trials.length;
      planned.ms -= estimateMs;
    },
    runFinished: () => void (kept.isOver = true),
  };
}

function farText({ running, planned, ended, isOver }: Kept): string {
  const far = `${ended} of ${planned.trials} trials`;
  if (isOver) return `Ending: ${far}; what was found is being written`;
  const now = [...running].map(([name, { phase }]) => (phase === "" ? name : `${name}, phase ${phase}`));
  return `Running: ${far}, now: ${now.length === 0 ? "between trials" : visible(now.join("; "))}`;
}

function timeText({ planned, isOver }: Kept, elapsed: Ms): string {
  if (isOver) return elapsedText(elapsed);
  const left = planned.ms > elapsed ? `about ${elapsedText(planned.ms - elapsed)} left` : "nearly done";
  return `${elapsedText(elapsed)}, ${left}`;
}

/** Nothing has happened yet; `clock` in ms. */
export function openProgress(clock: () => Ms): Progress {
  const kept: Kept = { running: new Map(), news: [], planned: { trials: 0, ms: 0 }, ended: 0, isOver: false };
  const take = handOut(handlersOf(kept));
  const began = clock();
  return {
    take,
    ended: () => kept.ended,
    running: () => kept.running.size,
    now: () => ({
      says: farText(kept),
      time: timeText(kept, clock() - began),
      trials: [...kept.running].map(trialOf),
      news: [...kept.news],
    }),
  };
}
