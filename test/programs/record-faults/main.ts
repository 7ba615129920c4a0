// `npm run record:faults [-- --rounds 3]`: breaks a stack without a healer as `bench:healer` does, and keeps what the
// healer's eyes would have seen; `npm run bench:detect` scores the detectors on it. 2.5 minutes a round.

import { execFile } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import type { Clock, Observation } from "../../../targets/reference-ai-stack/healer/nouns.ts";
import { NUMBERS } from "../../../targets/reference-ai-stack/healer/numbers.ts";
import { openEyes } from "../../../targets/reference-ai-stack/healer/telemetry/http-eyes.ts";
import { watchStack } from "../../../targets/reference-ai-stack/healer/telemetry/watch.ts";
import { FAULTS, openEdge, type BenchFault, type Site } from "../bench/healer/faults.ts";
import { bootStack, endOnSignals } from "../stack/boot.ts";
import { startLoad } from "../stack/load.ts";
import { recordingFile, writeRecording, type Episode } from "./recording.ts";
import { noTelemetry } from "../../builders/no-telemetry.ts";

const root = resolve(import.meta.dirname, "../../../..");
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    cache: { type: "string", default: join(root, ".cache/reference-ai-stack") },
    out: { type: "string", default: recordingFile() },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
  console.error(`--rounds ${values.rounds}: expected a whole number from 1 to 100`);
  process.exit(3);
}
endOnSignals();

const PER_SECOND = 12;
const TOKEN = "operator-of-this-recording";
/** Healthy before each fault, broken, and left to settle, ms. */
const [HEALTHY_MS, BROKEN_MS, SETTLE_MS] = [20_000, 10_000, 6000];
const run = promisify(execFile);
await run(process.execPath, [join(root, "dist/targets/reference-ai-stack/prepare.js")], {
  env: { ...process.env, STACK_CACHE_DIR: values.cache },
});
const { stdout: commit } = await run("git", ["-C", root, "rev-parse", "--short", "HEAD"]);

let inference = 0;
await using edge = await openEdge(() => inference);
await using stack = await bootStack({
  root,
  cacheDir: values.cache,
  env: (port) => {
    inference = port("inference_1");
    return { GATEWAY_TO_INFERENCE_1: edge.address, HEALER_OFF: "1", STACK_OPERATOR_TOKEN: TOKEN };
  },
});
await using load = startLoad(stack.port("gateway"), () => 1000 / PER_SECOND);
const clock: Clock = {
  now: () => performance.now(),
  wallTime: () => new Date().toISOString(),
  sleep: (ms) => sleep(ms),
};
const limits = { memoryBytes: 2 ** 30, handles: undefined };
const eyes = openEyes({
  supervisorPort: stack.port("supervisor"),
  gatewayPort: stack.port("gateway"),
  limits,
  cacheDir: values.cache,
});
const telemetry = watchStack(eyes, noTelemetry, clock, "healer");
const seen: Observation[] = [];
const watching = setInterval(() => void seen.push(...telemetry.look()), NUMBERS.tickMs);
const recordedAt = clock.wallTime();
const busyBefore = loadavg()[0] ?? 0;
const episodes: Episode[] = [];
for (let round = 1; round <= rounds; round += 1) {
  for (const fault of FAULTS) episodes.push(await oneEpisode(fault, { stack, edge }));
  console.log(`round ${round} of ${rounds}: ${seen.length} looks`);
}
clearInterval(watching);
const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}`;
writeRecording(
  {
    version: 1,
    recordedAt,
    commit: commit.trim(),
    machine,
    perSecond: PER_SECOND,
    busy: [busyBefore, loadavg()[0] ?? 0],
    seen,
    episodes,
  },
  values.out,
);
console.log(`${episodes.length} faults under ${load.sent()} questions written to ${values.out}`);

async function oneEpisode(fault: BenchFault, site: Site): Promise<Episode> {
  await sleep(HEALTHY_MS + Math.random() * 1000);
  const harm = await fault.arm(site);
  const from = clock.now();
  const undo = harm();
  await sleep(BROKEN_MS);
  const to = clock.now();
  undo();
  if (fault.repair !== undefined) await repair(fault.repair);
  await sleep(SETTLE_MS);
  return { fault: fault.name, replica: fault.replica, from, to, wellAt: clock.now() };
}

async function repair({ operation, args }: NonNullable<BenchFault["repair"]>): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${stack.port("supervisor")}/operations/${operation}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(args),
  });
  if (!answer.ok) throw new Error(`${operation} was answered with ${answer.status}: ${await answer.text()}`);
}
