// `npm run soak:placebo -- --minutes 60`: a healthy stack under a healthy, varied load, and a healer that must do
// nothing. Prints what it did and said, which suspicions it refuted, and what its process takes. Ends with 1 on any
// action, and when the load was not served, because then nothing was shown.

import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { z } from "zod";
import { seeded } from "../../../targets/reference-ai-stack/healer/detection/chance.ts";
import { bootStack, endOnSignals, type RunningStack } from "../stack/boot.ts";
import { healerUse, type HealerUse } from "../stack/healer-use.ts";
import { startLoad } from "../stack/load.ts";
import { gapMs, promptOf } from "./healthy-load.ts";
import { changesBetween, tallyOf } from "./tally.ts";

const root = resolve(import.meta.dirname, "../../../..");
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    cache: { type: "string", default: join(root, ".cache/reference-ai-stack") },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes >= 0.5 && minutes <= 1440) || !Number.isInteger(seed)) {
  console.error("expected --minutes from 0.5 to 1440 and --seed as a whole number");
  process.exit(3);
}

/** At rest before the load begins, ms. */
const REST_MS = 15_000;
const MINUTE_MS = 60_000;
/** Fewer answered than this show nothing. */
const LEAST_ANSWERED = 0.98;

const membersSchema = z.object({
  replicas: z.array(z.object({ replica: z.string(), pid: z.number().nullable(), weight: z.number().optional() })),
});
const judgedSchema = z.object({
  judged: z.record(z.string(), z.object({ confirmed: z.number(), refuted: z.number() })),
});

async function ask(stack: RunningStack, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${stack.port("supervisor")}${path}`);
}

const membersOf = async (stack: RunningStack) =>
  membersSchema.parse(await (await ask(stack, "/inventory")).json()).replicas;

/** Share of one core between two looks, and memory at the later one. */
function useWords(before: HealerUse, after: HealerUse, ms: number): string {
  const share = (100 * (after.cpuMs - before.cpuMs)) / ms;
  return `${share.toFixed(1)} % of one core, ${after.memoryMiB.toFixed(0)} MiB`;
}

async function soak(stack: RunningStack): Promise<boolean> {
  const before = await membersOf(stack);
  const atStart = await healerUse(stack);
  await sleep(REST_MS);
  const rested = await healerUse(stack);
  console.log(`healer at rest:  ${useWords(atStart, rested, REST_MS)}`);
  const random = seeded(seed);
  await using load = startLoad(
    stack.port("gateway"),
    (ms) => gapMs(ms, random),
    (_n, all) => promptOf(all, random),
  );
  const begun = performance.now();
  let most = rested.memoryMiB;
  for (let left = minutes * MINUTE_MS; left > 0; left -= MINUTE_MS) {
    await sleep(Math.min(left, MINUTE_MS));
    const { memoryMiB } = await healerUse(stack);
    most = Math.max(most, memoryMiB);
    const { actions, incidents } = tallyOf(await (await ask(stack, "/audit")).text());
    const at = ((performance.now() - begun) / MINUTE_MS).toFixed(1);
    console.log(
      `${at} min: ${load.sent()} sent, ${load.failed()} failed, ${incidents} incidents, ${actions.length} actions`,
    );
  }
  const loaded = await healerUse(stack);
  console.log(
    `healer, load:    ${useWords(rested, loaded, performance.now() - begun)}, at most ${most.toFixed(0)} MiB`,
  );
  const done = changesBetween(before, await membersOf(stack));
  const { actions, incidents, claims } = tallyOf(await (await ask(stack, "/audit")).text());
  const { judged } = judgedSchema.parse(await (await ask(stack, "/learning")).json());
  const refuted = Object.entries(judged).map(([kind, { refuted: times }]) => `${kind} ${times}`);
  console.log(`actions:         ${actions.length}${actions.map((one) => `\n  ${one}`).join("")}`);
  console.log(`done to it:      ${done.length}${done.map((one) => `\n  ${one}`).join("")}`);
  console.log(`incidents:       ${incidents}`);
  console.log(
    `claims:          ${
      Object.entries(claims)
        .map(([what, times]) => `${what} ${times}`)
        .join(", ") || "none"
    }`,
  );
  console.log(`refuted:         ${refuted.join(", ") || "no suspicion"}`);
  const answered = 1 - load.failed() / Math.max(1, load.sent());
  console.log(`load:            ${load.sent()} requests, ${(100 * answered).toFixed(2)} % answered`);
  const isServed = load.sent() > 0 && answered >= LEAST_ANSWERED;
  if (!isServed) console.log(`the load was not served: nothing is shown`);
  return isServed && actions.length === 0 && done.length === 0;
}

endOnSignals();
await promisify(execFile)(process.execPath, [join(root, "dist/targets/reference-ai-stack/prepare.js")], {
  env: { ...process.env, STACK_CACHE_DIR: values.cache },
});
console.log(
  `soak: ${minutes} min, seed ${seed}, 10 requests a second up and down by 5 in 6 minutes, bursts half as high again`,
);
await using stack = await bootStack({ root, cacheDir: values.cache });
const isWell = await soak(stack);
console.log(isWell ? "0 actions: passed" : "FAILED");
process.exitCode = isWell ? 0 : 1;
