// `npm run bench:start [-- --rounds 3 --before COMMIT --cold-only]`: this commit and the one before, in turns, each in
// a fresh clone: how long `npm start` takes to its first verdict and to its end, with a cold and with a warm cache.
// Best on a machine that does nothing else.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { buildOf, hasCommit, makeCold, startOnce } from "./one-start.ts";
import { ratiosOf, ratioText } from "./times.ts";
import type { Round } from "./times.ts";

/** The last build before rooms were moved behind seams. */
const BEFORE = "a6b3d1a";
const root = resolve(import.meta.dirname, "../../../../..");

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    before: { type: "string", default: BEFORE },
    "cold-only": { type: "boolean", default: false },
  },
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
// Ctrl-C and SIGTERM end the start under way, which takes back what it did; then the clones are removed.
const stopped = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stopped.abort(new Error(`ended by ${name}`)));

const folder = await mkdtemp(join(tmpdir(), "rebound-start-"));
try {
  const { stdout: now } = await promisify(execFile)("git", ["-C", root, "rev-parse", "--short", "HEAD"]);
  const builds = { before: join(folder, "before"), now: join(folder, "now") };
  console.log(`${now.trim()} beside ${values.before}, ${rounds} rounds`);
  await buildOf(root, values.before, builds.before);
  await buildOf(root, "HEAD", builds.now);
  const seen: Record<"cold" | "warm", Round[]> = { cold: [], warm: [] };
  for (let round = 1; round <= rounds; round += 1) {
    const names = round % 2 === 1 ? (["before", "now"] as const) : (["now", "before"] as const);
    for (const name of names) await makeCold(builds[name]);
    for (const cache of values["cold-only"] ? (["cold"] as const) : (["cold", "warm"] as const)) {
      const times: Partial<Record<"before" | "now", Round["now"]>> = {};
      for (const name of names) {
        times[name] = await startOnce(builds[name], { say: console.log, signal: stopped.signal });
        const { firstVerdict, end } = times[name];
        console.log(`${round} ${cache} ${name}: first ${firstVerdict?.toFixed(1) ?? "–"} s, end ${end.toFixed(1)} s`);
      }
      if (times.before && times.now) seen[cache].push({ before: times.before, now: times.now });
    }
  }
  for (const [cache, all] of Object.entries(seen)) {
    if (all.length === 0) continue;
    console.log(`${cache}: first verdict ${ratioText(ratiosOf(all, "firstVerdict"))}`);
    console.log(`${cache}: end           ${ratioText(ratiosOf(all, "end"))}`);
  }
} catch (thrown) {
  if (!stopped.signal.aborted) throw thrown;
  console.error(String(stopped.signal.reason));
  process.exitCode = 130;
} finally {
  await rm(folder, { recursive: true, force: true });
}
