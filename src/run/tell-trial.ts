// From what is seen in one trial to what is worth telling while it runs.

import { elapsedText } from "../core/duration.ts";
import { trialName } from "../core/plan.ts";
import { countWords } from "../core/reasons.ts";
import type { TellRun } from "../records/run-events.ts";
import { streamNamed } from "../core/streams.ts";
import { shareText } from "../core/text.ts";
import { injectedMark } from "../measure/marks/injection.ts";
import { evidenceText } from "../verdict/wording.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { Ms } from "../core/units.ts";
import type { FaultEvent } from "../records/timeline/fault.ts";
import type { ClaimEvent } from "../records/timeline/feed.ts";
import type { ReadingEvent } from "../records/timeline/reading.ts";
import type { RequestEvent } from "../records/timeline/request.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";

/** Requests of the last this many ms make the live figures. */
const recentMs: Ms = 1_500;
/** Figures are told this often at most. */
const sampleEveryMs: Ms = 250;

interface Running {
  readonly plan: TrialPlan;
  phase: string;
  readonly faults: FaultEvent[];
  /** t0 as the verdict has it, as far as it is known by then. */
  injectedAt: Ms | undefined;
  sampledAt: Ms;
  readonly recent: RequestEvent[];
  readonly probes: Map<string, number>;
  /** Probes of which it was told that they see nothing. */
  readonly blind: Set<string>;
}

/** Takes the events of one trial and tells of them. */
export function tellTrial(plan: TrialPlan, tell: TellRun): (event: TimelineEvent) => void {
  const trial = trialName(plan);
  const state: Running = {
    plan,
    phase: "boot",
    faults: [],
    injectedAt: undefined,
    sampledAt: -Infinity,
    recent: [],
    probes: new Map(),
    blind: new Set(),
  };
  return (event) => {
    take(state, event);
    if (event.kind === "phase" || event.at - state.sampledAt >= sampleEveryMs) {
      state.sampledAt = event.at;
      tell({ kind: "sample", trial, at: event.at, ...sampleOf(state) });
    }
    if (event.kind === "phase") tell({ kind: "phase", trial, at: event.at, phase: event.phase });
    if (event.kind === "claim") tell({ kind: "claim", trial, at: event.at, ...claimOf(state, event) });
    const says = newsOf(state, event);
    if (says !== undefined) tell({ kind: "note", trial, says });
  };
}

function take(state: Running, event: TimelineEvent): void {
  if (event.kind === "phase") state.phase = event.phase;
  if (event.kind === "reading" && event.reading.ok) state.probes.set(event.probe, event.reading.value);
  if (event.kind === "request") {
    state.recent.push(event);
    while (state.recent[0] !== undefined && state.recent[0].at < event.at - recentMs) state.recent.shift();
  }
  if (event.kind === "fault") {
    state.faults.push(event);
    if (event.step === "confirmed") state.injectedAt = injectedMark(state.faults, state.plan)?.at;
  }
}

function claimOf(state: Running, { at, claim }: ClaimEvent): { type: string; scope: string; says: string; since?: Ms } {
  const path = claim.evidence && evidenceText(claim.evidence);
  const says = [claim.class, path, claim.pathway, claim.outcome].filter((part) => part !== undefined).join(", ");
  const since = state.injectedAt === undefined ? {} : { since: at - state.injectedAt };
  return { type: claim.type, scope: claim.scope.replica ?? claim.scope.service ?? "", says, ...since };
}

/** What is worth a line of its own: the fault, and what kept us from seeing. */
function newsOf(state: Running, event: TimelineEvent): string | undefined {
  const since = state.injectedAt === undefined ? "" : ` +${((event.at - state.injectedAt) / 1000).toFixed(1)} s`;
  if (event.kind === "fault" && event.evidence) return `${event.step}${since}: ${event.evidence.seen}`;
  if (event.kind === "fault" && event.reason) return `${event.step}${since}: ${event.reason}`;
  if (event.kind === "abort" && event.blind) {
    const { forMs, reason } = event.blind;
    return `ABORTED${since}, blind: abort_if ${event.name} could not be told for ${elapsedText(forMs)} (${reason})`;
  }
  if (event.kind === "abort") {
    const values = Object.entries(event.values).map(([name, value]) => `${name} ${Number(value.toFixed(3))}`);
    return `ABORTED${since} by abort_if ${event.name}: ${event.expression} (${values.join(", ")})`;
  }
  if (event.kind === "trouble") return `trouble in ${event.where}: ${event.reason}`;
  return event.kind === "reading" ? blindNews(state, event) : undefined;
}

/** Once for each probe, and only before the injection: afterwards a replica may well be dark, and is meant to be. */
function blindNews(state: Running, { probe, reading }: ReadingEvent): string | undefined {
  const early = state.injectedAt === undefined && (state.phase === "warmup" || state.phase === "baseline");
  if (reading.ok || !early || state.blind.has(probe)) return undefined;
  state.blind.add(probe);
  return `${probe} sees nothing: ${reading.reason}`;
}

function sampleOf(state: Running): { readings: string[]; commonestError?: string } {
  const readings: string[] = [];
  const settled = state.recent.length;
  if (settled > 0) {
    const share = (fits: (request: RequestEvent) => boolean): string =>
      shareText(state.recent.filter(fits).length / settled);
    const slowOver = (request: RequestEvent): Ms =>
      streamNamed(state.plan.load, request.stream)?.slowOverMs ?? Infinity;
    readings.push(`slow ${share((r) => r.done !== null && r.done - r.intended > slowOver(r))}`);
    readings.push(`errors ${share((r) => r.outcome !== "answered")}`);
    readings.push(`wrong ${share((r) => r.outcome === "answered" && r.right === false)}`);
  }
  for (const [name, value] of state.probes) readings.push(`${name} ${Number(value.toFixed(2))}`);
  const [commonest] = Object.keys(countWords(state.recent.flatMap(({ error }) => error ?? [])));
  return commonest === undefined ? { readings } : { readings, commonestError: commonest };
}
