// One ordinary `rebound run` in a child process with a state folder of its own, against a stack with or without a
// defect.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";

export interface Finished {
  readonly trials: readonly TrialResult[];
  readonly exitCode: number | null;
  /** Everything that it printed. */
  readonly text: string;
}

export interface RunOrder {
  /** Rebound's own folder. */
  readonly root: string;
  /** Arguments of `rebound run` that choose the intents: files, or `--suite` and a name. */
  readonly choice: readonly string[];
  readonly seed: number;
  readonly sabotage: string | undefined;
  readonly signal: AbortSignal;
  /**
   * A run that takes longer than this, ms, hangs, and is ended like by Ctrl-C: it takes its faults back. Default: that
   * of few short trials.
   */
  readonly longestMs?: number;
  /** Gets the run's folder before it is removed, when there is a run.json. */
  readonly keep?: (runDir: string, trials: readonly TrialResult[]) => Promise<void>;
}

const fewTrialsMs = 150_000;
/** After that it has this long to end, ms; its watchdog cleans up after what comes then. */
const endingMs = 20_000;

/** Runs the intents to their end; without a result when the run never came to one. */
export async function oneRun({
  root,
  choice,
  seed,
  sabotage,
  signal,
  longestMs = fewTrialsMs,
  keep,
}: RunOrder): Promise<Finished> {
  const dir = await mkdtemp(join(tmpdir(), "rebound-sabotage-"));
  const env: NodeJS.ProcessEnv = { ...process.env, REBOUND_STATE_DIR: join(dir, "state"), NO_COLOR: "1" };
  delete env["STACK_SABOTAGE"];
  if (sabotage !== undefined) env["STACK_SABOTAGE"] = sabotage;
  const args = [join(root, "bin/rebound.js"), "run", ...choice, "--seed", String(seed), "--out", join(dir, "reports")];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  const interrupt = (): void => void child.kill("SIGINT");
  signal.addEventListener("abort", interrupt, { once: true });
  const guards = [setTimeout(interrupt, longestMs), setTimeout(() => child.kill("SIGKILL"), longestMs + endingMs)];
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    const file = join(dir, "reports/latest/run.json");
    const result = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as RunResult) : undefined;
    const trials = result?.intents.flatMap((intent) => intent.trials) ?? [];
    if (result !== undefined) await keep?.(dirname(file), trials);
    return { trials, exitCode, text };
  } finally {
    for (const guard of guards) clearTimeout(guard);
    signal.removeEventListener("abort", interrupt);
    await rm(dir, { recursive: true, force: true });
  }
}
