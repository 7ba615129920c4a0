// An equal version as canary, again and again: it must never be rolled back. Equal is not the same: both make up a few
// symbols, each others, and the canary words its answers otherwise. So the healer has something to be wrong about.

import { setTimeout as sleep } from "node:timers/promises";
import type { ModelCard } from "../../../../targets/reference-ai-stack/common/model-card.ts";
import { openFeed } from "../healer/feed.ts";
import { boundOn, type BenchRow, type BenchSetting, type Reached } from "./row.ts";
import { openStand, type VersionStand } from "./versions.ts";

const SHARE = 0.5;
/** As many for each round of the others: 60 with the twelve rounds by default. */
const TIMES = 5;
/** Longer than a bad version takes to be seen, ms. */
const WATCHED_MS = 10_000;
const LOOK_MS = 250;
const MODEL_SIGNALS = ["answers-uncited", "symbols-invented", "answers-slower", "answers-worsen"];

/** One answer in sixteen of either has something made up. */
const DECODING = {
  tokens_per_second: 400,
  prefill_ms: 0,
  temperature: 0.012,
  temperature_per_minute: 0,
  citing: "memory" as const,
};
const USUAL = cardOf("bench-usual", "extractive-1", 30);
const EQUAL = cardOf("bench-equal", "bench-usual", 24);

function cardOf(name: string, parent: string, quoteTokens: number): ModelCard {
  const decoding = { ...DECODING, quote_tokens: quoteTokens };
  return { name, parent, about: name, engine: "extractive", template: "passages", decoding, evaluation: {} };
}

/** What came of one roll-out. */
export interface EqualRound {
  /** Was it rolled back, or called worse? */
  readonly isWrong: boolean;
  /** Did a statistic speak, so that the comparison had to decide? */
  readonly isSuspected: boolean;
}

export const equalRollOut: BenchRow = {
  name: "equal roll-out",
  async measure(setting) {
    const rounds: EqualRound[] = [];
    const times = TIMES * setting.rounds;
    const bad = { usual: [0, 0], equal: [0, 0] };
    while (rounds.length < times) {
      // What went wrong stays with a healer for an hour: the next roll-out gets a stack that knows nothing of it.
      await oneStack(setting, times, rounds, bad);
    }
    const share = ([of = 0, all = 0]: readonly number[]): string => `${of} of ${all}`;
    setting.say(
      `equal roll-out: bad answers by the stable version ${share(bad.usual)}, by the equal ${share(bad.equal)}`,
    );
    return [equalFigure(rounds)];
  },
};

/** False roll-backs, with the exact upper bound of 95 % on how often they come. */
export function equalFigure(rounds: readonly EqualRound[]): Reached {
  const wrong = rounds.filter(({ isWrong }) => isWrong).length;
  const suspected = rounds.filter(({ isSuspected }) => isSuspected).length;
  const bound = `at most ${(100 * boundOn(wrong, rounds.length)).toFixed(1)} % with 95 %`;
  return {
    what: `false roll-backs of an equal version, each watched for ${WATCHED_MS / 1000} s, ${suspected} suspected first`,
    reached: `${wrong} of ${rounds.length}, ${bound}`,
    goal: "0",
    isKept: rounds.length > 0 && wrong === 0,
  };
}

/** Roll-outs on one stack, between which the registry is as it was; ends with the first that goes wrong. */
async function oneStack(
  setting: BenchSetting,
  times: number,
  rounds: EqualRound[],
  bad: { readonly usual: number[]; readonly equal: number[] },
): Promise<void> {
  await using stand = await openStand(setting);
  await using feed = await openFeed([stand.stack.port("supervisor")]);
  await stand.register(USUAL);
  await stand.register(EQUAL);
  // Nothing is before it: it is what the equal one is held against, and is itself held against nothing.
  await stand.serve({ stable: USUAL.name, canary: null, before: [] });
  while (rounds.length < times) {
    const from = performance.now();
    const seen = feed.events.length;
    stand.shuffle();
    await stand.rollOut(EQUAL.name, SHARE);
    const isSuspected = await watch(stand);
    const isBack = (await stand.canary()) !== EQUAL.name;
    const spoken = feed.events
      .slice(seen)
      .filter(({ type, scope }) => type === "detected" && scope.service === "inference");
    const isWrong = isBack || spoken.length > 0;
    rounds.push({ isWrong, isSuspected });
    const notes = stand.judged(from, performance.now());
    for (const { version, isBad } of notes) add(version === EQUAL.name ? bad.equal : bad.usual, isBad);
    const words = isWrong ? "CALLED WORSE" : isSuspected ? "suspected and let go" : "left alone";
    setting.say(`equal roll-out ${rounds.length}: ${words}`);
    for (const { type, reasons } of feed.events.slice(seen)) setting.say(`  ${type}: ${reasons.join("; ")}`);
    if (isWrong) return;
    await stand.rollBack(EQUAL.name);
  }
}

/** True where a signal about a version stood at one look at least. */
async function watch(stand: VersionStand): Promise<boolean> {
  const until = performance.now() + WATCHED_MS;
  let isSuspected = false;
  while (performance.now() < until) {
    const names = await stand.signals();
    isSuspected ||= names.some((name) => MODEL_SIGNALS.includes(name));
    await sleep(LOOK_MS);
  }
  return isSuspected;
}

function add(counts: number[], isBad: boolean): void {
  counts[0] = (counts[0] ?? 0) + (isBad ? 1 : 0);
  counts[1] = (counts[1] ?? 0) + 1;
}
