// `npm run bench:tests [-- --rounds 1 --before COMMIT]`: wall time of `npm test`, this commit and the one before in
// turns, each in a fresh clone; one round takes about 40 minutes on two cores. Best on a machine that does nothing
// else.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { buildOf, hasCommit } from "../start/one-start.ts";
import { medianOf } from "../start/times.ts";

/** The last build before rooms were moved behind seams. */
const BEFORE = "a6b3d1a";
const root = resolve(import.meta.dirname, "../../../../..");

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "1" }, before: { type: "string", default: BEFORE } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20) {
  console.error(`--rounds ${values.rounds}: expected a whole number from 1 to 20`);
  process.exit(3);
}
if (!(await hasCommit(root, values.before))) {
  console.error(`there is no commit ${values.before} here; a shallow clone gets it by \`git fetch --unshallow\``);
  process.exit(3);
}

const stopped = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stopped.abort(new Error(`ended by ${name}`)));

interface Tested {
  readonly seconds: number;
  readonly code: number | null;
  /** The lines that count tests, as vitest and Playwright print them. */
  readonly counts: readonly string[];
}

/** `npm test` in a folder, from the begin of npm to its end. */
async function testOnce(folder: string): Promise<Tested> {
  stopped.signal.throwIfAborted();
  const began = performance.now();
  const env = { ...process.env, REBOUND_STATE_DIR: join(folder, "state"), NO_COLOR: "1" };
  const child = spawn("npm", ["test"], { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"], detached: true });
  const end = (): void => void (child.pid !== undefined && process.kill(-child.pid, "SIGTERM"));
  stopped.signal.addEventListener("abort", end, { once: true });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  const [code] = (await once(child, "close")) as [number | null];
  stopped.signal.removeEventListener("abort", end);
  stopped.signal.throwIfAborted();
  const counts = [...text.matchAll(/^\s*(?:Tests\s+.*|\d+ (?:passed|failed|skipped).*)$/gm)].map(([line]) =>
    line.trim(),
  );
  return { seconds: (performance.now() - began) / 1_000, code, counts };
}

const folder = await mkdtemp(join(tmpdir(), "rebound-tests-"));
try {
  const { stdout: now } = await promisify(execFile)("git", ["-C", root, "rev-parse", "--short", "HEAD"]);
  const builds = { before: join(folder, "before"), now: join(folder, "now") };
  console.log(`${now.trim()} beside ${values.before}, ${rounds} rounds`);
  await buildOf(root, values.before, builds.before);
  await buildOf(root, "HEAD", builds.now);
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const seconds = { before: Number.NaN, now: Number.NaN };
    for (const name of round % 2 === 1 ? (["before", "now"] as const) : (["now", "before"] as const)) {
      const tested = await testOnce(builds[name]);
      seconds[name] = tested.seconds;
      console.log(`${round} ${name}: ${tested.seconds.toFixed(0)} s, exit ${tested.code}; ${tested.counts.join("; ")}`);
    }
    ratios.push(seconds.now / seconds.before);
  }
  console.log(`npm test: ${medianOf(ratios).toFixed(2)}× (${ratios.map((ratio) => ratio.toFixed(2)).join(", ")})`);
} catch (thrown) {
  if (!stopped.signal.aborted) throw thrown;
  console.error(String(stopped.signal.reason));
  process.exitCode = 130;
} finally {
  await rm(folder, { recursive: true, force: true });
}
