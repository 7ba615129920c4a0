// Live progress: phase, elapsed time, estimate, latest readings. One moving line on a terminal, one line a phase
// elsewhere.

import type { TrialPlan } from "../core/plan.ts";
import { trialName } from "../core/plan.ts";
import { countWords } from "../core/reasons.ts";
import { shareText } from "../core/share-text.ts";
import type { ReadingEvent, RequestEvent, TimelineEvent } from "../core/timeline.ts";
import type { Ms } from "../core/units.ts";
import type { Progress } from "../run/ports.ts";

export type { Progress };

/** Requests of the last this many ms make the live figures. */
const recentMs: Ms = 1_500;
const redrawMs: Ms = 250;

interface Running {
  readonly plan: TrialPlan;
  readonly number: number;
  phase: string;
  now: Ms;
  injectedAt: Ms | undefined;
  news: string;
  readonly recent: RequestEvent[];
  readonly probes: Map<string, number>;
  /** Probes of which it was said that they see nothing. */
  readonly blind: Set<string>;
}

/** `45 s`, `2 min 05 s`. */
export function formatDuration(ms: Ms): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** Targets write some of these words: a control character in them would be an order to the terminal. */
function printable(text: string): string {
  return Array.from(text, (char) => (/\p{Cc}/u.test(char) ? "\uFFFD" : char)).join("");
}

/** Shows the progress of `planned` trials that should take `plannedMs` together. */
export function makeProgress(out: NodeJS.WriteStream, planned: number, plannedMs: Ms): Progress {
  let [total, estimateMs] = [planned, plannedMs];
  const started = performance.now();
  const running = new Map<TrialPlan, Running>();
  const live = out.isTTY;
  const clear = (): void => {
    if (live) out.write("\r\u001b[2K");
  };
  const say = (line: string): void => {
    clear();
    out.write(`${printable(line)}\n`);
  };
  const draw = (): void => {
    const first = running.values().next().value;
    if (first === undefined) return;
    clear();
    out.write(statusLine(first, total, performance.now() - started, estimateMs).slice(0, (out.columns ?? 80) - 1));
  };
  const timer = live ? setInterval(draw, redrawMs) : undefined;
  return {
    say,
    trial(plan, number) {
      const state: Running = {
        plan,
        number,
        phase: "boot",
        now: 0,
        injectedAt: undefined,
        news: "",
        recent: [],
        probes: new Map(),
        blind: new Set(),
      };
      running.set(plan, state);
      return (event) => {
        const phaseBefore = state.phase;
        take(state, event);
        if (!live && state.phase !== phaseBefore)
          say(statusLine(state, total, performance.now() - started, estimateMs));
        const line = newsOf(state, event);
        if (line !== undefined) say(line);
      };
    },
    finished(plan, line) {
      running.delete(plan);
      say(line);
    },
    drop(plans) {
      total -= plans.length;
      estimateMs -= plans.reduce((sum, plan) => sum + plan.estimateMs, 0);
    },
    end() {
      if (timer) clearInterval(timer);
      clear();
    },
  };
}

function take(state: Running, event: TimelineEvent): void {
  state.now = event.at;
  if (event.kind === "phase") state.phase = event.phase;
  if (event.kind === "reading" && event.reading.ok) state.probes.set(event.probe, event.reading.value);
  if (event.kind === "request") {
    state.recent.push(event);
    while (state.recent[0] !== undefined && state.recent[0].at < event.at - recentMs) state.recent.shift();
  }
  if ((event.kind === "fault" && event.step === "confirmed") || event.kind === "load-change")
    state.injectedAt = event.at;
}

/** What is worth a line of its own: the fault, and what the healer says and does. */
function newsOf(state: Running, event: TimelineEvent): string | undefined {
  const since = state.injectedAt === undefined ? "" : ` +${((event.at - state.injectedAt) / 1000).toFixed(1)} s`;
  if (event.kind === "fault" && event.evidence) return `        ${event.step}${since}: ${event.evidence.seen}`;
  if (event.kind === "fault" && event.reason) return `        ${event.step}${since}: ${event.reason}`;
  if (event.kind === "abort" && event.blind) {
    const { forMs, reason } = event.blind;
    return `        ABORTED${since}, blind: abort_if ${event.name} could not be told for ${formatDuration(forMs)} (${reason})`;
  }
  if (event.kind === "abort") {
    const values = Object.entries(event.values).map(([name, value]) => `${name} ${Number(value.toFixed(3))}`);
    return `        ABORTED${since} by abort_if ${event.name}: ${event.expression} (${values.join(", ")})`;
  }
  if (event.kind === "trouble") return `        trouble in ${event.where}: ${event.reason}`;
  if (event.kind === "reading") return blindNews(state, event);
  if (event.kind !== "claim") return undefined;
  const { type, scope, pathway } = event.claim;
  const what = [event.claim.class, pathway, event.claim.outcome].filter((part) => part !== undefined).join(", ");
  return `        healer${since}: ${type} ${scope.replica ?? scope.service ?? ""}${what ? ` (${what})` : ""}`;
}

/**
 * Said once of each probe, and only before the injection: afterwards a replica may well be dark, and is meant to be.
 */
function blindNews(state: Running, { probe, reading }: ReadingEvent): string | undefined {
  const early = state.injectedAt === undefined && (state.phase === "warmup" || state.phase === "baseline");
  if (reading.ok || !early || state.blind.has(probe)) return undefined;
  state.blind.add(probe);
  return `        ${probe} sees nothing: ${reading.reason}`;
}

function statusLine(state: Running, total: number, elapsedMs: Ms, estimateMs: Ms): string {
  const left = estimateMs > elapsedMs ? `about ${formatDuration(estimateMs - elapsedMs)} left` : "nearly done";
  return `[${state.number}/${total}] ${trialName(state.plan)}  ${state.phase.padEnd(8)} ${formatDuration(elapsedMs)}, ${left}${readings(state)}`;
}

function readings(state: Running): string {
  const parts: string[] = [];
  const settled = state.recent.length;
  if (settled > 0) {
    const share = (fits: (request: RequestEvent) => boolean): string =>
      shareText(state.recent.filter(fits).length / settled);
    const slowOverMs = state.plan.load.slowOverMs;
    parts.push(`slow ${share((r) => r.done !== null && r.done - r.intended > slowOverMs)}`);
    parts.push(`errors ${share((r) => r.outcome !== "answered")}`);
    parts.push(`wrong ${share((r) => r.outcome === "answered" && r.right === false)}`);
  }
  for (const [name, value] of state.probes) parts.push(`${name} ${Number(value.toFixed(2))}`);
  const [commonest] = Object.keys(countWords(state.recent.flatMap(({ error }) => error ?? [])));
  if (commonest !== undefined) parts.push(`commonest error: ${commonest}`);
  return parts.length > 0 ? `  ${parts.join(" · ")}` : "";
}
