// Makes a database with the notes, once: each trial begins with a copy of it.

import { chmod, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copy, drop, handOver, notesFile, output, postgresBelow } from "./programs.ts";
import { statementsFor, storedNotes } from "./stored.ts";

const cache = process.env["STACK_CACHE"] ?? "";
const cluster = join(cache, "runit-cluster-1");

async function make(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "runit-cluster-"));
  try {
    await chmod(dir, 0o711);
    const bin = await postgresBelow(dir);
    const data = join(dir, "data");
    await mkdir(data);
    handOver(data);
    const as = (program: string, args: readonly string[], input?: string): Promise<string> =>
      output("chpst", [...drop, join(bin, program), ...args], input);
    // With checksums a page that was changed behind its back is told at the next read, and is given to nobody.
    // Log files of 1 MB, for each trial copies them.
    const small = ["--wal-segsize=1", "-U", "postgres"];
    await as("initdb", ["-D", data, "--data-checksums", "--no-locale", "-E", "UTF8", "-A", "trust", "-N", ...small]);
    await as(
      "postgres",
      ["--single", "-D", data, "-c", "fsync=off", "postgres"],
      statementsFor(storedNotes(notesFile)),
    );
    await mkdir(cache, { recursive: true });
    const made = `${cluster}.${process.pid}`;
    await copy(data, made);
    await rename(made, cluster);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

if (!(await stat(cluster).catch(() => undefined))) await make();
