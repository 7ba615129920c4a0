// Real runs for the bench: the built command as a user types it, in folders of its own, and what it left read back.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TrialRecord } from "../../../../src/core/verdict.ts";
import type { RunResult } from "../../../../src/records/results/run-result.ts";
import { readTrials } from "../../../support/read-trials.ts";
import { readRun } from "../../../builders/read-run.ts";

const root = resolve(import.meta.dirname, "../../../../..");

export interface Ran {
  readonly wallMs: number;
  readonly result: RunResult;
  readonly records: readonly TrialRecord[];
}

/** Runs `rebound run` to its end; throws with what it printed when it left no run.json. */
export async function runRebound(args: readonly string[]): Promise<Ran> {
  const dir = await mkdtemp(join(tmpdir(), "rebound-bench-"));
  try {
    const started = performance.now();
    const printed = await command([...args, "--out", dir], { ...process.env, REBOUND_STATE_DIR: join(dir, "state") });
    const wallMs = performance.now() - started;
    const latest = join(dir, "latest");
    const result = await readRun(latest).catch((cause: unknown) => {
      throw new Error(`rebound run ${args.join(" ")} left no result:\n${printed}`, { cause });
    });
    return { wallMs, result, records: await readTrials(latest) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function command(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [join(root, "bin/rebound.js"), "run", ...args], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString("utf8")));
  }
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", () => done(printed));
  });
}
