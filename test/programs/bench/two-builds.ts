// What benches of two builds share: which ones, in which rounds, in clones of their own, and how they are ended early.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { buildOf, hasCommit } from "./start/one-start.ts";

/** The last build before rooms were moved behind seams. */
export const before = "a6b3d1a";
const root = resolve(import.meta.dirname, "../../../..");

export type BuildName = "before" | "now";

/** Two built clones. */
export interface TwoBuilds {
  readonly folders: Readonly<Record<BuildName, string>>;
  readonly rounds: number;
  /** Comes with Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** In turns, so that neither build always comes second. */
export function orderOf(round: number): readonly BuildName[] {
  return round % 2 === 1 ? ["before", "now"] : ["now", "before"];
}

/**
 * Clones and builds this commit and `commit`, hands them to `compare`, and removes them however it ends. Exits with 3
 * on a bad number of rounds or an unknown commit, with 130 when it was ended by a signal.
 */
export async function withTwoBuilds(
  options: { readonly rounds: string; readonly commit: string },
  compare: (builds: TwoBuilds) => Promise<void>,
): Promise<void> {
  const rounds = Number(options.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20) {
    console.error(`--rounds ${options.rounds}: expected a whole number from 1 to 20`);
    process.exit(3);
  }
  if (!(await hasCommit(root, options.commit))) {
    console.error(`there is no commit ${options.commit} here; a shallow clone gets it by \`git fetch --unshallow\``);
    process.exit(3);
  }
  // What is under way is ended and takes back what it did; then the clones are removed.
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => stopped.abort(new Error(`ended by ${name}`)));
  const folder = await mkdtemp(join(tmpdir(), "rebound-bench-"));
  try {
    const { stdout: now } = await promisify(execFile)("git", ["-C", root, "rev-parse", "--short", "HEAD"]);
    const folders = { before: join(folder, "before"), now: join(folder, "now") };
    console.log(`${now.trim()} beside ${options.commit}, ${rounds} rounds`);
    await buildOf(root, options.commit, folders.before);
    await buildOf(root, "HEAD", folders.now);
    await compare({ folders, rounds, signal: stopped.signal });
  } catch (thrown) {
    if (!stopped.signal.aborted) throw thrown;
    console.error(String(stopped.signal.reason));
    process.exitCode = 130;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
