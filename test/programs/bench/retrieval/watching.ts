// What being watched costs a vector replica: two stacks in one run, one with its healer and one without, searched in
// turns as fast as one replica answers, and held still while the other one is searched. Before it is searched, each
// stack is left alone for a while: the processor time that it takes then says what watching costs where others have
// the machine as well, and throughput says little.

import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { RunningStack } from "../../stack/boot.ts";
import type { BenchRow, Reached } from "../models/row.ts";
import { startArm, type Arm, type Asks } from "../telemetry/arm.ts";
import { costOf, medianOfRounds, MOST_COST, ratioOfRounds, ratioText } from "../telemetry/figures.ts";
import { isSearched, searchBodies } from "./searches.ts";

const SEARCHED_MS = 5000;
/** Each look that is often has come several times by then. */
const ALONE_MS = 5000;
const ASKERS = 8;
/** What waited while a stack was held still is over by then, and its healer looks at it again. */
const WAKING_MS = 2000;

/** Of one round: searches a second, or the stack's processor time while nobody asks, ms a second. */
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
    bodies = await searchBodies(on.stack.port("vector_1"));
    const [searches, alone]: [WatchedRound[], WatchedRound[]] = [[], []];
    let failed = 0;
    for (const arm of [on, off]) arm.hold();
    // The first round warms both up and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const [perSecond, cpuMs] = [
        { on: 0, off: 0 },
        { on: 0, off: 0 },
      ];
      for (const name of round % 2 === 0 ? (["on", "off"] as const) : (["off", "on"] as const)) {
        const one = await inTurn({ on, off }[name]);
        [perSecond[name], cpuMs[name]] = [one.perSecond, one.aloneMs];
        failed += one.failed;
      }
      if (round === 0) continue;
      searches.push(perSecond);
      alone.push(cpuMs);
      say(`watching ${round}: ${perSecond.on.toFixed(0)} searches a second, unwatched ${perSecond.off.toFixed(0)}`);
      say(`  left alone ${cpuMs.on.toFixed(0)} ms of processor a second, unwatched ${cpuMs.off.toFixed(0)}`);
    }
    for (const arm of [on, off]) arm.goOn();
    const acted = await actionsOf(on.stack);
    return [watchingFigure(searches, { failed, acted }), processorFigure(alone, availableParallelism())];
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

/**
 * What watching takes of all processors: where these are all that searches want, as much of the throughput. The upper
 * end of the interval has to keep the goal.
 */
export function processorFigure(alone: readonly WatchedRound[], processors: number): Reached {
  const taken = medianOfRounds(alone.map(({ on, off }) => on - off));
  const share = (ms: number): string => `${((100 * ms) / (1000 * processors)).toFixed(1)} %`;
  const most = MOST_COST * 1000 * processors;
  const high = taken.interval?.high ?? Infinity;
  return {
    what: "processor time of all processes of a stack that nobody asks, watched less unwatched, ms a second",
    reached: `${ratioText(taken, 0)}, ${share(taken.median)} of ${processors} processors`,
    goal: `the interval's upper end at ${most.toFixed(0)}, ${share(most)}, or below`,
    isKept: high <= most,
  };
}

async function inTurn(arm: Arm) {
  arm.goOn();
  await sleep(WAKING_MS);
  const [before, began] = [await arm.cpuMs(), performance.now()];
  await sleep(ALONE_MS);
  const aloneMs = (1000 * ((await arm.cpuMs()) - before)) / (performance.now() - began);
  const measured = await arm.askFor(SEARCHED_MS, ASKERS);
  arm.hold();
  return { ...measured, aloneMs };
}

const incidentsSchema = z.object({
  incidents: z.array(z.object({ events: z.array(z.object({ type: z.string() })) })),
});

/** How often its healer acted. Asked once and for all: a feed that is open would be paid for as well. */
async function actionsOf(stack: RunningStack): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${stack.port("healer")}/incidents`);
  const { incidents } = incidentsSchema.parse(await answer.json());
  return incidents.flatMap(({ events }) => events).filter(({ type }) => type === "action.started").length;
}
