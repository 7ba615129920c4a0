// A surge that two small replicas have no room for: how long until users are served in time again, by replicas that the
// healer adds. Measured on stacks of its own, under users' load and without the harness between.

import { setTimeout as sleep } from "node:timers/promises";
import { readGolden } from "../../../../targets/reference-ai-stack/corpus/golden.ts";
import { bootStack } from "../../stack/boot.ts";
import { shown } from "../healer/figures.ts";
import { medianFigure, type BenchRow, type BenchSetting, type Reached } from "./row.ts";

/** One question: when it was due, and how long its answer took from then on, ms; undefined: it had none. */
export interface Asked {
  readonly at: number;
  readonly ms: number | undefined;
}

const [BEFORE_PER_SECOND, TIMES] = [20, 2];
/** Two replicas of so many slots have room for the load before, and none for the surge. */
const SLOTS = 2;
const GOAL_MS = 6000;
/** Until every baseline is known, and for as long as a surge is watched, ms. */
const [QUIET_MS, WATCHED_MS] = [10_000, 20_000];
/** Served in time: an answer within this time, and all of them for this long, ms. */
const [IN_TIME_MS, HELD_MS] = [500, 3000];
/** A question that is not answered by then is lost, ms. */
const LOST_AFTER_MS = 15_000;

export const scaleOut: BenchRow = {
  name: "scale-out",
  async measure(setting) {
    const times: (number | undefined)[] = [];
    for (let n = 1; n <= setting.rounds; n += 1) {
      const { ms, late, replicas } = await oneSurge(setting);
      times.push(ms);
      setting.say(
        `scale-out ${n}: full service after ${shown(ms)}, ${late} late or lost, ${replicas} replicas at the end`,
      );
    }
    return [scaleOutFigure(times)];
  },
};

/** What the times from a surge to full service come to, ms; undefined: not within the time that was watched. */
export function scaleOutFigure(times: readonly (number | undefined)[]): Reached {
  return medianFigure(`surge × ${TIMES}, full service`, times, GOAL_MS);
}

/**
 * From the surge to the end of the last question of the whole watch that was late or lost, ms; one that was lost took
 * its time-out. Undefined where that is not `HELD_MS` before the end of the watch, or where no question was late at
 * all: then the surge was none.
 */
export function fullServiceAfter(asked: readonly Asked[], surgeAt: number): number | undefined {
  const since = asked.filter(({ at }) => at >= surgeAt);
  const late = since.filter(({ ms }) => ms === undefined || ms > IN_TIME_MS);
  if (late.length === 0) return undefined;
  const end = Math.max(...since.map(({ at }) => at));
  const last = Math.max(...late.map(({ at, ms = LOST_AFTER_MS }) => at + ms));
  // By when it was due, and not by when its answer came: a question that is due later was served in time.
  const due = Math.max(...late.map(({ at }) => at));
  return end - due < HELD_MS ? undefined : last - surgeAt;
}

async function oneSurge({ root, cacheDir }: BenchSetting) {
  await using stack = await bootStack({ root, cacheDir, env: () => ({ INFERENCE_SLOTS: String(SLOTS) }) });
  const surgeAt = performance.now() + QUIET_MS;
  const asked = await askUntil(stack.port("gateway"), surgeAt, surgeAt + WATCHED_MS);
  const replicas = (await stack.inventory()).filter(({ service }) => service === "inference").length;
  const late = asked.filter(({ at, ms }) => at >= surgeAt && (ms === undefined || ms > IN_TIME_MS)).length;
  return { ms: fullServiceAfter(asked, surgeAt), late, replicas };
}

/** Open loop: a slow answer holds up no other question. */
async function askUntil(gatewayPort: number, surgeAt: number, endAt: number): Promise<readonly Asked[]> {
  const questions = readGolden().map(({ question }) => question);
  const asked: Promise<Asked>[] = [];
  for (let at = performance.now(); at < endAt; at += 1000 / (BEFORE_PER_SECOND * (at < surgeAt ? 1 : TIMES))) {
    await sleep(Math.max(0, at - performance.now()));
    const body = { stream: true, messages: [{ role: "user", content: questions[asked.length % questions.length] }] };
    asked.push(askOne(gatewayPort, body, at));
  }
  return Promise.all(asked);
}

async function askOne(gatewayPort: number, body: object, at: number): Promise<Asked> {
  try {
    const answer = await fetch(`http://127.0.0.1:${gatewayPort}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LOST_AFTER_MS),
    });
    const isWhole = (await answer.text()).includes("[DONE]");
    return { at, ms: isWhole ? performance.now() - at : undefined };
  } catch {
    return { at, ms: undefined };
  }
}
