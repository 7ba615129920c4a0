// `npm run bench:memory`: peak memory of a run of many simulated trials beside that of a short one, each in a process
// of its own, in turns. Prints the ratio; absolute figures of a shared machine mean little.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import type { Taken } from "./one-run.ts";

const { values } = parseArgs({
  options: {
    short: { type: "string", default: "10" },
    long: { type: "string", default: "200" },
    rounds: { type: "string", default: "3" },
  },
});
/** Bound of the median ratio. */
const mostRatio = 1.1;
/** Both sizes alike: the young heap has its greatest size from the start, instead of growing while a run is long. */
const flags = ["--min-semi-space-size=16", "--max-semi-space-size=16"];
const entry = join(dirname(fileURLToPath(import.meta.url)), "one-run.js");
const run = promisify(execFile);

async function take(trials: number): Promise<Taken> {
  const out = await mkdtemp(join(tmpdir(), "rebound-bench-memory-"));
  try {
    const env = { ...process.env, REBOUND_STATE_DIR: join(out, "state") };
    const { stdout } = await run(process.execPath, [...flags, entry, String(trials), join(out, "reports")], { env });
    return JSON.parse(stdout) as Taken;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
}

const sizes = { short: Number(values.short), long: Number(values.long) };
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const ratios: { rss: number; heap: number }[] = [];
print(`${sizes.short} and ${sizes.long} trials, node ${flags.join(" ")}`);
for (let round = 1; round <= Number(values.rounds); round += 1) {
  const order = round % 2 === 0 ? (["long", "short"] as const) : (["short", "long"] as const);
  const taken = new Map<string, Taken>();
  for (const size of order) taken.set(size, await take(sizes[size]));
  const [short, long] = [taken.get("short"), taken.get("long")];
  if (short === undefined || long === undefined) throw new Error("a run is missing");
  const megabytes = ({ rss, heap }: Taken): string => `${(rss / 1e6).toFixed(1)} / ${(heap / 1e6).toFixed(1)} MB`;
  ratios.push({ rss: long.rss / short.rss, heap: long.heap / short.heap });
  print(
    `round ${round}: peak RSS / greatest heap after collection, without code: ${megabytes(short)}, ${megabytes(long)}; ` +
      `ratios ${(long.rss / short.rss).toFixed(3)} / ${(long.heap / short.heap).toFixed(3)}; ${JSON.stringify(long.outcomes)}`,
  );
}
const rss = median(ratios.map((ratio) => ratio.rss));
const heap = median(ratios.map((ratio) => ratio.heap));
print(`median ratio: peak RSS ${rss.toFixed(3)}, heap ${heap.toFixed(3)}; bound ${mostRatio}`);
if (Math.max(rss, heap) > mostRatio) process.exitCode = 1;
