// Records what the healer would see of a healthy stack: its own eyes and its own pace, over a stack without a healer,
// under a load that goes up and down. What the limits need of it is kept, one row for each look.

import { setTimeout as sleep } from "node:timers/promises";
import { afterLook, AT_REST, isJudged } from "../../../targets/reference-ai-stack/healer/detection/pace.ts";
import { newSamples } from "../../../targets/reference-ai-stack/healer/detection/new-samples.ts";
import type { Clock, Observation } from "../../../targets/reference-ai-stack/healer/nouns.ts";
import { NUMBERS } from "../../../targets/reference-ai-stack/healer/numbers.ts";
import { openEyes } from "../../../targets/reference-ai-stack/healer/telemetry/http-eyes.ts";
import { watchStack } from "../../../targets/reference-ai-stack/healer/telemetry/watch.ts";
import { bootStack } from "../stack/boot.ts";
import { startLoad } from "../stack/load.ts";
import { seeded } from "./bootstrap.ts";

/** Fault-free telemetry, each list in the order of time. */
export interface Recording {
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
  readonly seconds: number;
  readonly sent: number;
  /** By replica: failed and counted between two looks. */
  readonly outcomes: Readonly<Record<string, readonly (readonly [failed: number, count: number])[]>>;
  /** By replica: rows that did not find themselves, and rows asked. */
  readonly selfRetrieval: Readonly<Record<string, readonly (readonly [missed: number, asked: number])[]>>;
  /** The looks at traffic themselves. */
  readonly traffic: readonly Extract<Observation, { kind: "traffic" }>[];
}

/** A day in six minutes: 12 questions a second on average, 7 at night and 17 at noon. */
function perSecond(ms: number): number {
  return 12 + 5 * Math.sin((2 * Math.PI * ms) / 360_000);
}

export const LOAD = "12 questions a second by chance (Poisson), up and down by 5 in 6 minutes";

const SEED = 13;

/** Looks for `seconds` after a warm-up of 10 s. */
export async function record(root: string, cacheDir: string, seconds: number): Promise<Recording> {
  await using stack = await bootStack({ root, cacheDir, env: () => ({ HEALER_OFF: "1" }) });
  const random = seeded(SEED);
  await using load = startLoad(stack.port("gateway"), (ms) => (-1000 * Math.log(1 - random())) / perSecond(ms));
  const clock: Clock = {
    now: () => performance.now(),
    wallTime: () => new Date().toISOString(),
    sleep: (ms) => sleep(ms),
  };
  const eyes = openEyes({ supervisorPort: stack.port("supervisor"), gatewayPort: stack.port("gateway") });
  const telemetry = watchStack(eyes, clock, "healer");
  const seen: Observation[] = [];
  await sleep(10_000);
  const until = clock.now() + seconds * 1000;
  while (clock.now() < until) {
    seen.push(...telemetry.look());
    await sleep(NUMBERS.tickMs);
  }
  return { ...sort(seen), recordedAt: clock.wallTime(), seconds, sent: load.sent() };
}

/** What was seen, by what it is needed for. */
export function sort(seen: readonly Observation[]): Omit<Recording, "recordedAt" | "seconds" | "sent"> {
  const outcomes: Record<string, [number, number][]> = {};
  const selfRetrieval: Record<string, [number, number][]> = {};
  const lastSeq = new Map<string, number>();
  const traffic: Recording["traffic"][number][] = [];
  let pace = AT_REST;
  for (const one of seen) {
    if (one.kind === "self-retrieval") {
      const { share, checked } = one.view;
      (selfRetrieval[one.scope.replica] ??= []).push([Math.round((1 - share) * checked), checked]);
    }
    if (one.kind !== "traffic") continue;
    traffic.push(one);
    pace = afterLook(pace, one.at);
    for (const view of one.upstreams) {
      const picked = newSamples(view, lastSeq.get(view.replica) ?? -1);
      lastSeq.set(view.replica, picked.lastSeq);
      const { length } = picked.fresh;
      const failed = picked.fresh.filter(({ ok }) => !ok).length;
      if (length > 0 && isJudged(pace)) (outcomes[view.replica] ??= []).push([failed, length]);
    }
  }
  return { outcomes, selfRetrieval, traffic };
}
