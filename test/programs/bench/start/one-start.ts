// A build in a folder of its own, and one `npm start` in it.

import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StartTimes } from "./times.ts";

const run = promisify(execFile);
/** A start that takes longer is ended, ms. */
const LIMIT_MS = 600_000;
const LOOK_MS = 50;

/** A start that was asked to end has this long to take everything back, ms. */
const GRACE_MS = 30_000;

/** False in a shallow clone that does not reach back to the commit. */
export async function hasCommit(root: string, commit: string): Promise<boolean> {
  try {
    await run("git", ["-C", root, "cat-file", "-e", `${commit}^{commit}`]);
    return true;
  } catch {
    return false;
  }
}

/** Clones a commit and installs what it needs; not part of what is measured. Throws when the commit is not there. */
export async function buildOf(root: string, commit: string, folder: string): Promise<void> {
  await run("git", ["clone", "--quiet", "--no-hardlinks", root, folder]);
  await run("git", ["-C", folder, "checkout", "--quiet", "--detach", commit]);
  await run("npm", ["ci", "--silent", "--no-audit", "--no-fund"], { cwd: folder });
}

/** Cold: nothing of an earlier start is there. */
export async function makeCold(folder: string): Promise<void> {
  for (const name of [".cache", "reports", "state"]) await rm(join(folder, name), { recursive: true, force: true });
}

/**
 * `npm start`, from the begin of npm to its end. The first verdict is the first `verdict.json` below reports: what is
 * printed differs from build to build.
 */
export async function startOnce(
  folder: string,
  { say, signal }: { readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<StartTimes> {
  signal.throwIfAborted();
  const before = new Set(verdictsIn(folder));
  const began = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: folder,
    env: { ...process.env, REBOUND_STATE_DIR: join(folder, "state"), NO_COLOR: "1" },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + String(chunk)).slice(-2_000)));
  const ending = endInTime(child.pid, signal);
  let firstVerdict: number | undefined;
  const looking = setInterval(() => {
    if (firstVerdict === undefined && verdictsIn(folder).some((file) => !before.has(file)))
      firstVerdict = (performance.now() - began) / 1_000;
  }, LOOK_MS);
  const code = await new Promise<number | null>((done, failed) => {
    child.once("error", failed);
    child.once("close", (ended) => done(ended));
  }).finally(() => {
    clearInterval(looking);
    ending[Symbol.dispose]();
  });
  const end = (performance.now() - began) / 1_000;
  signal.throwIfAborted();
  if (code !== 0) say(`  ended with ${code} ${stderr.trim().split("\n").at(-1) ?? ""}`);
  // 0 to 2 are verdicts; with any other code, or ended by us, not all trials were run.
  const isWhole = code !== null && code <= 2;
  return { ...(firstVerdict !== undefined && { firstVerdict }), ...(isWhole && { end }) };
}

/** Asks the group of `pid` to end when it is late or no longer wanted; what does not heed that is killed. */
function endInTime(pid: number | undefined, signal: AbortSignal): Disposable {
  let killing: NodeJS.Timeout | undefined;
  const send = (name: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(-pid, name);
    } catch {
      // It has ended meanwhile.
    }
  };
  const end = (): void => {
    send("SIGINT");
    killing ??= setTimeout(() => send("SIGKILL"), GRACE_MS);
  };
  const late = setTimeout(end, LIMIT_MS);
  signal.addEventListener("abort", end, { once: true });
  return {
    [Symbol.dispose]() {
      signal.removeEventListener("abort", end);
      clearTimeout(late);
      clearTimeout(killing);
    },
  };
}

function verdictsIn(folder: string): string[] {
  const reports = join(folder, "reports");
  if (!existsSync(reports)) return [];
  const runs = readdirSync(reports).filter((name) => name !== "latest" && statSync(join(reports, name)).isDirectory());
  return runs.flatMap((name) =>
    readdirSync(join(reports, name), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith("verdict.json"))
      .map((file) => join(name, file)),
  );
}
