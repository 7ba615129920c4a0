// A preset proves itself before anything is injected: one request of ours must move success, first token and tokens by
// what we sent, and idle must read idle. This catches renames, keys, flags, wrong units and most ways of counting wrong
// without a list of them.

import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ms } from "../../core/units.ts";
import type { ProofResult } from "../../records/timeline/proof.ts";
import type { PresetSpec } from "../preset.ts";
import { askNonsense, chat, embed, type Answered } from "./our-request.ts";
import { tryLeaving } from "./proof-leaving.ts";
import { failed, type Failed, type Look } from "./proof-looks.ts";
import { changedByReading, expectationsOf, judgeMoved, judgeRunning } from "./proof-rules.ts";
import {
  missingSeries,
  notIdle,
  ofSignal,
  setBackByReading,
  whyUnmoved,
  wrongRatio,
  type Rows,
} from "./proof-rules.ts";
import { setStage, subjectsOf, type ProofSetting, type Stage, type Subject } from "./proof-stage.ts";
import { judgeTimes } from "./proof-times.ts";

/** Beyond what the catalogue says, a value may come this much later, ms. */
const graceMs: Ms = 1000;

/**
 * Proves every preset, on a stack that nobody uses yet, and writes down what came of each. False when one cannot be
 * used; those that were to be proved after it are not. Never rejects for what the target does.
 */
export async function proveSignals(specs: readonly PresetSpec[], setting: ProofSetting): Promise<boolean> {
  // One kind of page after the other: a request to a gateway moves the servers behind it, too.
  for (const subjects of subjectsOf(specs, setting.access)) {
    const proved = await Promise.all(subjects.map(async (subject) => proveOne(subject, setting)));
    if (!proved.every(Boolean)) return false;
  }
  return true;
}

async function proveOne(subject: Subject, setting: ProofSetting): Promise<boolean> {
  const { clock, record } = setting;
  const from = clock.now();
  const course = await runCourse(subject, setting);
  // What was ended from outside says nothing of the target.
  if (setting.signal.aborted) return false;
  const replicas = subject.pages.map(({ replica }) => replica);
  let whole = true;
  for (const { spec, preset } of subject.probes) {
    const failure = course.ok ? judgeTimes(preset, { ...course, ...thresholdOf(spec) }) : course;
    const { movedAfterMs, says } = course.ok ? course : { movedAfterMs: 0, says: "" };
    const result: ProofResult = failure ?? { ok: true, movedAfterMs, says };
    whole &&= result.ok;
    record({ kind: "proof", from, at: clock.now(), probe: spec.name, replicas, result });
  }
  return whole;
}

function thresholdOf({ threshold }: PresetSpec): { readonly threshold?: number } {
  return threshold === undefined ? {} : { threshold };
}

/** What a proof saw, when nothing was wrong for all of its presets. */
interface Course {
  readonly ok: true;
  readonly before: Look;
  readonly after: Look;
  readonly answer: Answered;
  readonly rows: Rows;
  readonly movedAfterMs: Ms;
  readonly says: string;
}

async function runCourse(subject: Subject, setting: ProofSetting): Promise<Course | Failed> {
  const stage = await setStage(subject, setting);
  if ("why" in stage) return stage;
  const before = await idleLook(stage);
  if (!before.ok) return before;
  const { server, asked, model, look } = stage;
  const isChat = server.request === "chat";
  await askNonsense(asked, isChat ? "/v1/chat/completions" : "/v1/embeddings");
  const asking = isChat ? chat(asked, model) : embed(asked, model);
  const during: Look[] = [];
  const over = new AbortController();
  void asking.finally(() => over.abort());
  while (!over.signal.aborted) {
    const seen = await look();
    if (seen.ok) during.push(seen);
    await pause(Math.min(100, 5 + during.length), over.signal);
  }
  const outcome = await asking;
  if (!outcome.ok) return failed("request-failed", outcome.says);
  return afterwards(stage, { before, during, answer: outcome.answer });
}

interface Seen {
  readonly before: Look;
  readonly during: readonly Look[];
  readonly answer: Answered;
}

async function afterwards(stage: Stage, { before, during, answer }: Seen): Promise<Course | Failed> {
  const { rows, server } = stage;
  const running = judgeRunning(before, during, rows);
  if (running.failure !== undefined) return running.failure;
  const expected = expectationsOf(answer, rows, server.request === "chat");
  const waiting = { before, answer, untilRuns: running.seen === false };
  const moved = await untilMoved(stage, expected, waiting);
  if (!moved.ok) return moved;
  const ratio = wrongRatio([before, ...during, moved.after], stage.needed);
  if (ratio !== undefined) return ratio;
  const idle = await untilIdle(stage);
  if (!idle.ok) return idle;
  const setBack = setBackByReading(moved.after, idle, stage.rows);
  if (setBack !== undefined) return setBack;
  const left = await tryLeaving(stage, idle, answer);
  if (typeof left !== "string") return left;
  const hasGauge = ofSignal(stage.needed, "running").length > 0;
  const unsure = hasGauge ? "; whether running shows it could not be tried" : "";
  const ran = running.seen === true ? "; running read it while it ran" : unsure;
  const says = `${moved.says}${ran}${left}`;
  return { ok: true, before, after: moved.after, answer, rows, movedAfterMs: moved.afterMs, says };
}

/** Two looks without a request between: everything is there, idle reads idle, and reading changes nothing. */
async function idleLook(stage: Stage): Promise<Look | Failed> {
  const first = await stage.look();
  if (!first.ok) return first;
  const missing = missingSeries(first, stage.needed, stage.server) ?? wrongRatio([first], stage.needed);
  if (missing !== undefined) return missing;
  const idle = await untilIdle(stage);
  if (!idle.ok) return idle;
  const second = await stage.look();
  if (!second.ok) return second;
  return changedByReading(idle, second, stage.needed) ?? second;
}

async function untilIdle({ look, rows, patienceMs }: Stage): Promise<Look | Failed> {
  const queues = ofSignal(rows, "running", "waiting");
  const until = performance.now() + Math.max(0, ...queues.map(({ fresh }) => fresh)) + patienceMs;
  for (let restMs = 10; ; restMs = Math.min(250, 2 * restMs)) {
    const seen = await look();
    if (!seen.ok) return seen;
    const busy = notIdle(seen, rows);
    if (busy === undefined) return seen;
    if (performance.now() > until) return busy;
    await sleep(restMs);
  }
}

interface Movement {
  readonly ok: true;
  readonly after: Look;
  readonly afterMs: Ms;
  readonly says: string;
}

interface Waiting {
  readonly before: Look;
  readonly answer: Answered;
  /** Our request was not seen to run: is that only late? */
  readonly untilRuns: boolean;
}

async function untilMoved(
  { look, rows, patienceMs }: Stage,
  expected: ReturnType<typeof expectationsOf>,
  { before, answer, untilRuns }: Waiting,
): Promise<Movement | Failed> {
  const awaited = ofSignal(rows, ...expected.map(({ signal }) => signal), ...(untilRuns ? ["running"] : []));
  const freshMs = Math.max(0, ...awaited.map(({ fresh }) => fresh));
  // A look that takes long on a busy machine is nobody's lateness: late is what a look did not see that began too late.
  let unseenMs: Ms = 0;
  for (let restMs = 10; ; restMs = Math.min(250, 2 * restMs)) {
    const after = await look();
    if (!after.ok) return after;
    const afterMs = after.at - answer.endedAt;
    const moved = judgeMoved(before, after, expected, rows);
    if (moved.state === "wrong") return moved.failure;
    const runs = untilRuns && notIdle(after, ofSignal(rows, "running")) !== undefined;
    if (runs || (moved.state === "moved" && !untilRuns && unseenMs > freshMs + graceMs)) {
      const what = runs ? "running" : "it";
      return failed("moved-late", `${what} moved only ${(afterMs / 1000).toFixed(1)} s after our request was over`);
    }
    if (moved.state === "moved" && !untilRuns)
      return { ok: true, after, afterMs: Math.max(0, afterMs), says: moved.says };
    if (afterMs > patienceMs + freshMs) {
      if (moved.state === "not yet") return whyUnmoved(after, moved.rows, afterMs);
      return failed("did-not-move", "running read 0 all the while our request ran, and afterwards too");
    }
    unseenMs = after.from - answer.endedAt;
    await sleep(restMs);
  }
}

async function pause(ms: Ms, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
