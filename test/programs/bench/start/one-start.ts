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
export async function startOnce(folder: string, say: (line: string) => void): Promise<StartTimes> {
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
  const late = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGINT"), LIMIT_MS);
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
    clearTimeout(late);
  });
  const end = (performance.now() - began) / 1_000;
  if (code !== 0) say(`  ended with ${code} ${stderr.trim().split("\n").at(-1) ?? ""}`);
  return { ...(firstVerdict !== undefined && { firstVerdict }), end };
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
