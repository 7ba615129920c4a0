// Records what the healer would see of a healthy stack: its own eyes and its own pace, over a stack without a healer,
// under a load that goes up and down. What the limits need of it is kept, one row for each look.

import { setTimeout as sleep } from "node:timers/promises";
import { readStackConfig } from "../../../targets/reference-ai-stack/config.ts";
import type { Clock, Observation } from "../../../targets/reference-ai-stack/healer/nouns.ts";
import { NUMBERS } from "../../../targets/reference-ai-stack/healer/numbers.ts";
import { openEyes } from "../../../targets/reference-ai-stack/healer/telemetry/http-eyes.ts";
import { watchStack } from "../../../targets/reference-ai-stack/healer/telemetry/watch.ts";
import { bootStack } from "../stack/boot.ts";
import { startLoad } from "../stack/load.ts";
import { seeded } from "../../../targets/reference-ai-stack/healer/detection/chance.ts";
import { noTelemetry } from "../../builders/no-telemetry.ts";

/** Fault-free telemetry, each list in the order of time. */
export interface Recording {
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
  /** The build that recorded, and the periods of its looks, ms; absent in recordings made before they were kept. */
  readonly commit?: string;
  readonly periodsMs?: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly sent: number;
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

/** Of the looks that limits are calibrated on. With others the limits no longer keep to their rate. */
const PERIODS_MS: Readonly<Record<string, number>> = {
  traffic: NUMBERS.look.trafficMs,
  selfRetrieval: NUMBERS.look.selfRetrievalMs,
};

const SEED = 13;

/** Looks for `seconds` after a warm-up of 10 s. */
export async function record(
  root: string,
  cacheDir: string,
  { seconds, commit }: { readonly seconds: number; readonly commit: string },
): Promise<Recording> {
  await using stack = await bootStack({ root, cacheDir, env: () => ({ HEALER_OFF: "1" }) });
  const random = seeded(SEED);
  await using load = startLoad(stack.port("gateway"), (ms) => (-1000 * Math.log(1 - random())) / perSecond(ms));
  const clock: Clock = {
    now: () => performance.now(),
    wallTime: () => new Date().toISOString(),
    sleep: (ms) => sleep(ms),
  };
  const eyes = openEyes({
    supervisorPort: stack.port("supervisor"),
    gatewayPort: stack.port("gateway"),
    limits: { memoryBytes: readStackConfig(process.env).memoryLimitMiB * 2 ** 20, handles: undefined },
    cacheDir: readStackConfig(process.env).cacheDir,
  });
  const telemetry = watchStack(eyes, noTelemetry, clock, "healer");
  const seen: Observation[] = [];
  await sleep(10_000);
  const until = clock.now() + seconds * 1000;
  while (clock.now() < until) {
    seen.push(...telemetry.look());
    await sleep(NUMBERS.tickMs);
  }
  return { ...sort(seen), recordedAt: clock.wallTime(), commit, periodsMs: PERIODS_MS, seconds, sent: load.sent() };
}

/** What was seen, by what it is needed for. */
export function sort(seen: readonly Observation[]): Pick<Recording, "selfRetrieval" | "traffic"> {
  const selfRetrieval: Record<string, [number, number][]> = {};
  for (const one of seen) {
    if (one.kind !== "self-retrieval") continue;
    const { share, checked } = one.view;
    (selfRetrieval[one.scope.replica] ??= []).push([Math.round((1 - share) * checked), checked]);
  }
  return { selfRetrieval, traffic: seen.filter((one) => one.kind === "traffic") };
}
