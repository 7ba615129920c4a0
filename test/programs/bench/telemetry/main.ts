// `npm run bench:telemetry [-- --rounds 12 --seconds 5 --askers 12]`: two stacks of this build in one run, one with
// telemetry and one without, asked in turns: throughput, p95 and processor time of an answer; then what the collector
// writes at the load of the smoke suite. Ends with 1 when throughput costs more than 5 %. Best on a machine that does
// nothing else.

import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { endOnSignals } from "../../stack/boot.ts";
import { startLoad } from "../../stack/load.ts";
import { startArm, type Arm, type Measured } from "./arm.ts";
import { costOf, quantile, ratioOfRounds, ratioText } from "./figures.ts";

const root = resolve(import.meta.dirname, "../../../../..");
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "12" },
    seconds: { type: "string", default: "5" },
    askers: { type: "string", default: "12" },
    cache: { type: "string", default: join(root, ".cache/reference-ai-stack") },
  },
});
const [rounds, seconds, askers] = [values.rounds, values.seconds, values.askers].map(Number) as [
  number,
  number,
  number,
];
if (![rounds, seconds, askers].every((one) => Number.isInteger(one) && one >= 1 && one <= 100)) {
  console.error("--rounds, --seconds and --askers: expected whole numbers from 1 to 100");
  process.exit(3);
}
endOnSignals();

/** Questions a second of the smoke suite, and how long the store is watched under them. */
const SMOKE_PER_SECOND = 12;
const STORE_MS = 20_000;

await using on = await startArm({ root, cacheDir: values.cache, env: {} });
await using off = await startArm({ root, cacheDir: values.cache, env: { OTEL_SDK_DISABLED: "true" } });
const arms = { on, off };
on.hold();
off.hold();
const seen: { readonly on: Measured; readonly off: Measured }[] = [];
// The first round warms both up and is not counted.
for (let round = 0; round <= rounds; round += 1) {
  const names = round % 2 === 0 ? (["on", "off"] as const) : (["off", "on"] as const);
  const measured: Partial<Record<"on" | "off", Measured>> = {};
  for (const name of names) measured[name] = await inTurn(arms[name]);
  const { on: with_, off: without } = measured;
  if (with_ === undefined || without === undefined || round === 0) continue;
  seen.push({ on: with_, off: without });
  console.log(`${round}  on ${lineOf(with_)}   off ${lineOf(without)}`);
}
const ratio = (of: (one: Measured) => number): string =>
  ratioText(ratioOfRounds(seen.map((one) => ({ on: of(one.on), off: of(one.off) }))));
console.log(`throughput on / off       ${ratio(({ perSecond }) => perSecond)}`);
const cost = costOf(ratioOfRounds(seen.map((one) => ({ on: one.on.perSecond, off: one.off.perSecond }))));
console.log(`  ${cost.state}: ${cost.says}`);
if (cost.state === "missed") process.exitCode = 1;
console.log(`p95 on / off              ${ratio(({ latenciesMs }) => quantile(latenciesMs, 0.95))}`);
console.log(`processor on / off        ${ratio(({ cpuMs }) => cpuMs)}`);
console.log(
  `memory of all processes   on ${(await on.memoryMiB()).toFixed(0)} MiB, off ${(await off.memoryMiB()).toFixed(0)} MiB`,
);
console.log(`questions without a whole answer  ${seen.reduce((all, one) => all + one.on.failed + one.off.failed, 0)}`);
on.goOn();
await watchStore(on);

async function inTurn(arm: Arm): Promise<Measured> {
  arm.goOn();
  // What waited while it was held still is over by then.
  await sleep(500);
  const measured = await arm.askFor(seconds * 1000, askers);
  arm.hold();
  return measured;
}

function lineOf({ perSecond, latenciesMs, cpuMs }: Measured): string {
  return `${perSecond.toFixed(1)}/s p95 ${quantile(latenciesMs, 0.95).toFixed(0)} ms ${cpuMs.toFixed(1)} ms of processor`;
}

interface StoreAnswer {
  readonly written: number;
  readonly writeMs: number;
  readonly lost: number;
  readonly size: { readonly bytes: number };
}

/** Growth is that of the first minutes, before anything is old enough to go: an hour of it is an upper bound. */
async function watchStore({ stack }: Arm): Promise<void> {
  const look = async (): Promise<StoreAnswer> =>
    (await (await fetch(`http://127.0.0.1:${stack.port("collector")}/api/store`)).json()) as StoreAnswer;
  await using load = startLoad(stack.port("gateway"), () => 1000 / SMOKE_PER_SECOND);
  await sleep(2000);
  const before = await look();
  await sleep(STORE_MS);
  const after = await look();
  const perSecond = (of: (one: StoreAnswer) => number): number => ((of(after) - of(before)) * 1000) / STORE_MS;
  const rows = perSecond(({ written }) => written);
  const perHour = (perSecond(({ size }) => size.bytes) * 3600) / 1024 / 1024;
  console.log(
    `store at ${SMOKE_PER_SECOND} questions a second: ${rows.toFixed(0)} rows/s, ${perSecond(({ writeMs }) => writeMs).toFixed(1)} ms of writing a second, ` +
      `${perHour.toFixed(0)} MiB an hour if nothing were ever taken out, ${after.lost} rows lost, ${load.failed()} questions failed`,
  );
}
