// The run on a terminal or in a log: one live line for each running trial, or, elsewhere, one line a phase.

import { counted } from "../core/text.ts";
import { elapsedText } from "../core/duration.ts";
import type { RunEvent } from "../core/run-events.ts";
import type { Ms } from "../core/units.ts";
import type { Reporter } from "./reporter.ts";
import { liveLines, type Output } from "./live-lines.ts";

const redrawMs: Ms = 500;

interface Trial {
  readonly name: string;
  readonly number: number;
  phase: string;
  readings: readonly string[];
  error: string | undefined;
  /** Errors that were named already. */
  readonly named: Set<string>;
}

/** Targets write some of these words: a control character in them would be an order to the terminal. */
function printable(text: string): string {
  return Array.from(text, (char) => (/\p{Cc}/u.test(char) ? "\uFFFD" : char)).join("");
}

/** Shows a run on `out`; `now` in ms, for the time that is left. */
export function consoleReporter(out: Output, now: () => Ms = () => performance.now()): Reporter {
  const lines = liveLines(out);
  const planned = new Map<string, number>();
  const running = new Map<string, Trial>();
  let [total, estimateMs, started] = [0, 0, now()];
  let timer: NodeJS.Timeout | undefined;
  const say = (line: string): void => lines.print(printable(line));
  /** Beside others every line says whose it is. */
  const place = ({ name, number }: Trial): string => `[${number}/${total}] ${name}`;
  const news = (trial: string | undefined, says: string): void => {
    const owner = trial === undefined || running.size < 2 ? "" : `[${running.get(trial)?.number ?? "?"}] `;
    say(trial === undefined ? says : `        ${owner}${says}`);
  };
  const left = (): string => {
    const elapsed = now() - started;
    const rest = estimateMs > elapsed ? `about ${elapsedText(estimateMs - elapsed)} left` : "nearly done";
    return `${elapsedText(elapsed)}, ${rest}`;
  };
  const live = (trial: Trial): string => {
    const error = trial.error === undefined ? [] : [`commonest error: ${trial.error}`];
    const figures = [...trial.readings, ...error].join(" · ");
    return printable(`${place(trial)}  ${trial.phase.padEnd(8)} ${left()}  ${figures}`.trimEnd());
  };
  const draw = (): void => lines.draw([...running.values()].map(live));
  const phase = (trial: Trial, to: string): void => {
    if (trial.phase === to) return;
    trial.phase = to;
    if (out.isTTY) return draw();
    // The verdict's line follows at once.
    if (to === "done") return;
    const fresh = trial.error !== undefined && !trial.named.has(trial.error);
    if (trial.error !== undefined) trial.named.add(trial.error);
    say(`${place(trial)}  ${to.padEnd(8)} ${left()}${fresh ? `  commonest error: ${trial.error}` : ""}`);
  };
  const on = (event: RunEvent): void => {
    const trial = "trial" in event && event.trial !== undefined ? running.get(event.trial) : undefined;
    if (event.kind === "runStarted") {
      [total, estimateMs, started] = [event.planned, event.estimateMs, now()];
      for (const line of openingLines(event)) say(line);
      if (out.isTTY) timer = setInterval(draw, redrawMs).unref();
    } else if (event.kind === "trialPlanned") planned.set(event.trial, event.number);
    else if (event.kind === "trialStarted") {
      const number = planned.get(event.trial) ?? 0;
      const named = new Set<string>();
      running.set(event.trial, { name: event.trial, number, phase: "boot", readings: [], error: undefined, named });
      draw();
    } else if (event.kind === "phase" && trial) phase(trial, event.phase);
    else if (event.kind === "sample" && trial) [trial.readings, trial.error] = [event.readings, event.commonestError];
    else if (event.kind === "claim") news(event.trial, claimLine(event));
    else if (event.kind === "note") news(event.trial, event.says);
    else if (event.kind === "trialJudged") {
      running.delete(event.trial);
      say(`[${trial?.number ?? "?"}/${total}] ${event.trial}  ${event.says}`);
      draw();
    } else if (event.kind === "armEnough") {
      const { intent, trials, most, because } = event;
      say(`enough  ${intent}: ${trials} of at most ${most} trials in each arm: ${because}`);
    } else if (event.kind === "trialsDropped") {
      total -= event.trials.length;
      estimateMs -= event.estimateMs;
    } else if (event.kind === "runFinished") {
      clearInterval(timer);
      lines.clear();
    }
  };
  return { name: "console", on };
}

function claimLine({ since, type, scope, says }: Extract<RunEvent, { kind: "claim" }>): string {
  const when = since === undefined ? "" : ` +${(since / 1000).toFixed(1)} s`;
  return `healer${when}: ${type} ${scope}${says ? ` (${says})` : ""}`;
}

function openingLines(event: Extract<RunEvent, { kind: "runStarted" }>): readonly string[] {
  const suite = event.suite === null ? "chosen intents" : `suite ${event.suite}`;
  const trials = `${event.open ? "at most " : ""}${counted(event.planned, "trial")}`;
  return [
    `rebound ${event.harness} · ${suite} · ${counted(event.intents, "intent")}, ${trials}, ` +
      `about ${elapsedText(event.estimateMs)} · seed ${event.seed}`,
    ...event.touches.map((line) => `will touch  ${line}`),
    "end it with Ctrl-C or `rebound stop`; what is touched in full: `rebound plan`",
  ];
}
