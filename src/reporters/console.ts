// The run on a terminal or in a log: one live line for each running trial, or, elsewhere, one line a phase.

import { counted } from "../core/text.ts";
import { elapsedText } from "../core/duration.ts";
import type { RunEvent } from "../records/run-events.ts";
import type { Ms } from "../core/units.ts";
import { handOut, type Handlers, type Reporter } from "./reporter.ts";
import { claimLine } from "./claim-line.ts";
import { liveLines, type Output } from "./live-lines.ts";

const redrawMs: Ms = 500;

interface Trial {
  readonly name: string;
  readonly number: number;
  phase: string;
  readings: readonly string[];
  error: string | undefined;
  /** The healer's last claim. */
  claim: string | undefined;
  /** What a log still has to be told: it stands in the line of the next phase. */
  unwritten: string[];
  /** Errors that were named already. */
  readonly named: Set<string>;
}

/** Targets write some of these words: a control character in them would be an order to the terminal. */
function printable(text: string): string {
  return Array.from(text, (char) => (/\p{Cc}/u.test(char) ? "\uFFFD" : char)).join("");
}

/** What is shown of a run: its running trials, and how far it is. */
interface Screen {
  /** Trials of the whole run, and ms that they will take by the plan. */
  readonly expected: { trials: number; ms: Ms };
  readonly running: Map<string, Trial>;
  readonly begin: (trials: number, estimateMs: Ms) => void;
  readonly say: (line: string) => void;
  /** What became known of a trial, or of the run: a line on a terminal, else for a trial a part of its next line. */
  readonly news: (trial: string | undefined, says: string) => void;
  /** What the healer claims: in the live line on a terminal, else a part of the trial's next line. */
  readonly claim: (trial: string, says: string) => void;
  readonly judged: (trial: string, says: string) => void;
  readonly phase: (trial: Trial, to: string) => void;
  readonly draw: () => void;
  readonly end: () => void;
}

function openScreen(out: Output, now: () => Ms): Screen {
  const lines = liveLines(out);
  const running = new Map<string, Trial>();
  const expected = { trials: 0, ms: 0 };
  let started = now();
  let timer: NodeJS.Timeout | undefined;
  const say = (line: string): void => lines.print(printable(line));
  const place = ({ name, number }: Trial): string => `[${number}/${expected.trials}] ${name}`;
  const left = (): string => {
    const elapsed = now() - started;
    const rest = expected.ms > elapsed ? `about ${elapsedText(expected.ms - elapsed)} left` : "nearly done";
    return `${elapsedText(elapsed)}, ${rest}`;
  };
  const live = (trial: Trial): string =>
    printable(`${place(trial)}  ${trial.phase.padEnd(8)} ${left()}  ${figuresOf(trial)}`.trimEnd());
  const draw = (): void => lines.draw([...running.values()].map(live));
  return {
    expected,
    running,
    begin(trials, estimateMs) {
      Object.assign(expected, { trials, ms: estimateMs });
      started = now();
      if (out.isTTY) timer = setInterval(draw, redrawMs).unref();
    },
    say,
    news(name, says) {
      const trial = name === undefined ? undefined : running.get(name);
      if (trial === undefined) return say(says);
      if (!out.isTTY) return void trial.unwritten.push(says);
      say(`        ${running.size < 2 ? "" : `[${trial.number}] `}${says}`);
    },
    claim(name, says) {
      const trial = running.get(name);
      if (trial === undefined) return;
      trial.claim = says;
      if (out.isTTY) draw();
      else trial.unwritten.push(says);
    },
    judged(name, says) {
      const trial = running.get(name);
      running.delete(name);
      const last = trial === undefined ? "" : withheld(trial);
      say(`${trial === undefined ? name : place(trial)}  ${says}${last}`);
      draw();
    },
    phase(trial, to) {
      if (trial.phase === to) return;
      trial.phase = to;
      if (out.isTTY) return draw();
      // The verdict's line follows at once.
      if (to === "done") return;
      say(`${place(trial)}  ${to.padEnd(8)} ${left()}${newError(trial)}${withheld(trial)}`);
    },
    draw,
    end() {
      clearInterval(timer);
      lines.clear();
    },
  };
}

/** What the live line says of a trial after its phase and time. */
function figuresOf({ claim, readings, error }: Trial): string {
  const parts = [claim, ...readings, error === undefined ? undefined : `commonest error: ${error}`];
  return parts.filter((part) => part !== undefined).join(" · ");
}

/** The commonest error, once, as the end of a line. */
function newError({ error, named }: Trial): string {
  if (error === undefined || named.has(error)) return "";
  named.add(error);
  return `  commonest error: ${error}`;
}

/** What a log has not been told yet of a trial, as the end of a line. */
function withheld(trial: Trial): string {
  const parts = trial.unwritten.splice(0);
  return parts.length === 0 ? "" : `  ${parts.join("; ")}`;
}

function handlersOf(screen: Screen): Handlers {
  const { expected, running, say, news, draw } = screen;
  const numbers = new Map<string, number>();
  return {
    runStarted(event) {
      screen.begin(event.planned, event.estimateMs);
      for (const line of openingLines(event)) say(line);
    },
    trialPlanned: ({ trial, number }) => void numbers.set(trial, number),
    trialStarted({ trial: name }) {
      const number = numbers.get(name) ?? 0;
      const nothing = { readings: [], error: undefined, claim: undefined, unwritten: [], named: new Set<string>() };
      running.set(name, { name, number, phase: "boot", ...nothing });
      draw();
    },
    phase(event) {
      const trial = running.get(event.trial);
      if (trial !== undefined) screen.phase(trial, event.phase);
    },
    sample(event) {
      const trial = running.get(event.trial);
      if (trial !== undefined) [trial.readings, trial.error] = [event.readings, event.commonestError];
    },
    claim: (event) => screen.claim(event.trial, claimLine(event)),
    note: (event) => news(event.trial, event.says),
    trialJudged: ({ trial, says }) => screen.judged(trial, says),
    armEnough({ intent, trials, most, because }) {
      say(`enough  ${intent}: ${trials} of at most ${most} trials in each arm: ${because}`);
    },
    trialsDropped({ trials, estimateMs }) {
      expected.trials -= trials.length;
      expected.ms -= estimateMs;
    },
    runFinished: () => screen.end(),
  };
}

/** Shows a run on `out`; `now` in ms, for the time that is left. */
export function consoleReporter(out: Output, now: () => Ms = () => performance.now()): Reporter {
  const handlers = handlersOf(openScreen(out, now));
  return { name: "console", on: handOut(handlers) };
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
