// What being watched costs a vector replica: two stacks in one run, one with its healer and one without, searched in
// turns as fast as one replica answers, and held still while the other one is searched.

import { setTimeout as sleep } from "node:timers/promises";
import { openFeed } from "../healer/feed.ts";
import type { BenchRow, Reached } from "../models/row.ts";
import { startArm, type Arm, type Asks } from "../telemetry/arm.ts";
import { costOf, ratioOfRounds, ratioText } from "../telemetry/figures.ts";
import { isSearched, searchBodies } from "./searches.ts";

const SEARCHED_MS = 5000;
const ASKERS = 8;
/** What waited while a stack was held still is over by then, and its healer looks at it again. */
const WAKING_MS = 2000;

/** Searches a second of one round. */
export interface WatchedRound {
  readonly on: number;
  readonly off: number;
}

export const watching: BenchRow = {
  name: "watching",
  async measure({ root, cacheDir, rounds, say }) {
    let bodies: readonly string[] = [];
    const asks: Asks = (stack, n) => isSearched(stack.port("vector_1"), bodies[n % bodies.length] ?? "");
    await using on = await startArm({ root, cacheDir, env: { HEALER_OFF: "0" }, asks });
    await using off = await startArm({ root, cacheDir, env: {}, asks });
    await using feed = await openFeed([on.stack.port("supervisor")]);
    bodies = await searchBodies(on.stack.port("vector_1"));
    const seen: WatchedRound[] = [];
    let failed = 0;
    for (const arm of [on, off]) arm.hold();
    // The first round warms both up and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const measured = { on: 0, off: 0 };
      for (const name of round % 2 === 0 ? (["on", "off"] as const) : (["off", "on"] as const)) {
        const one = await inTurn({ on, off }[name]);
        measured[name] = one.perSecond;
        failed += one.failed;
      }
      if (round === 0) continue;
      seen.push(measured);
      say(`watching ${round}: ${measured.on.toFixed(0)} searches a second, unwatched ${measured.off.toFixed(0)}`);
    }
    for (const arm of [on, off]) arm.goOn();
    const acted = feed.events.filter(({ type }) => type === "action.started").length;
    return [watchingFigure(seen, { failed, acted })];
  },
};

/**
 * What watching costs of the throughput. A healer that acted meanwhile did more than watch, and a search that failed
 * was none: then nothing is shown.
 */
export function watchingFigure(
  rounds: readonly WatchedRound[],
  { failed, acted }: { readonly failed: number; readonly acted: number },
): Reached {
  const ratio = ratioOfRounds(rounds);
  const { state, says } = costOf(ratio);
  return {
    what: `searches a second, watched by the healer over unwatched; ${failed} failed, ${acted} actions of the healer`,
    reached: `${ratioText(ratio)}, ${state}: ${says}`,
    goal: "the interval's lower end at 0.95 or above",
    isKept: state === "kept" && failed === 0 && acted === 0,
  };
}

async function inTurn(arm: Arm) {
  arm.goOn();
  await sleep(WAKING_MS);
  const measured = await arm.askFor(SEARCHED_MS, ASKERS);
  arm.hold();
  return measured;
}
