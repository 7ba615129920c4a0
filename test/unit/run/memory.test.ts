import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { runSimulated } from "../../builders/simulated-run.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** With what is folded from it, one timeline of so many requests was seen to take 2 MB and more. */
const requestsPerTrial = 5_000;
const timelineBytes = 2e6;

test("no timeline of a trial stays in memory once the trial was judged", async () => {
  const out = await mkdtemp(join(tmpdir(), "rebound-memory-"));
  const state = process.env["REBOUND_STATE_DIR"];
  process.env["REBOUND_STATE_DIR"] = join(out, "state");
  try {
    const heaps: number[] = [];
    const tell = ({ kind }: { readonly kind: string }): void => {
      if (kind !== "trialStarted") return;
      collect();
      heaps.push(process.memoryUsage().heapUsed);
    };
    const results = await runSimulated({ trials: 12, requestsPerTrial, out, tell });
    expect(results).toHaveLength(12);
    // The first trials warm up what stays, such as code. Eight more leave their results, and far less than timelines.
    expect((heaps.at(-1) ?? 0) - (heaps[3] ?? 0), heaps.join(" ")).toBeLessThan((8 * timelineBytes) / 4);
  } finally {
    if (state === undefined) delete process.env["REBOUND_STATE_DIR"];
    else process.env["REBOUND_STATE_DIR"] = state;
    await rm(out, { recursive: true, force: true });
  }
});
