// `npm run bench:tests [-- --rounds 1 --before COMMIT]`: wall time of `npm test`, this commit and the one before in
// turns, each in a fresh clone; a round takes about 40 minutes on two cores. Best on a machine that does nothing else.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ratiosOf, ratioText, type Round, type StartTimes } from "../start/times.ts";
import { before, orderOf, withTwoBuilds } from "../two-builds.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "1" }, before: { type: "string", default: before } },
});

interface Tested {
  readonly seconds: number;
  readonly code: number | null;
  /** The lines that count tests, as vitest and Playwright print them. */
  readonly counts: readonly string[];
}

/** `npm test` in a folder, from the begin of npm to its end. */
async function testOnce(folder: string, signal: AbortSignal): Promise<Tested> {
  signal.throwIfAborted();
  const began = performance.now();
  const env = { ...process.env, REBOUND_STATE_DIR: join(folder, "state"), NO_COLOR: "1" };
  const child = spawn("npm", ["test"], { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"], detached: true });
  const end = (): void => void (child.pid !== undefined && process.kill(-child.pid, "SIGTERM"));
  signal.addEventListener("abort", end, { once: true });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  const [code] = (await once(child, "close")) as [number | null];
  signal.removeEventListener("abort", end);
  signal.throwIfAborted();
  const lines = text.matchAll(/^\s*(?:Tests\s+.*|\d+ (?:passed|failed|skipped).*)$/gm);
  return { seconds: (performance.now() - began) / 1_000, code, counts: [...lines].map(([line]) => line.trim()) };
}

await withTwoBuilds({ rounds: values.rounds, commit: values.before }, async ({ folders, rounds, signal }) => {
  const all: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const times: { before: StartTimes; now: StartTimes } = { before: {}, now: {} };
    for (const name of orderOf(round)) {
      const { seconds, code, counts } = await testOnce(folders[name], signal);
      console.log(`${round} ${name}: ${seconds.toFixed(0)} s, exit ${code}; ${counts.join("; ")}`);
      // One that failed may have ended before its last tests: its time says nothing.
      if (code === 0) times[name] = { end: seconds };
    }
    all.push(times);
  }
  console.log(`npm test: ${ratioText(ratiosOf(all, "end"))} in rounds in which both passed`);
});
