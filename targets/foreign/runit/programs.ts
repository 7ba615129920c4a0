// The programs of this stack, unpacked from Debian's packages, and the user that PostgreSQL runs as.

import { execFile, execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

export const root = resolve(import.meta.dirname, "../../../..");
export const here = join(root, "targets/foreign/runit");
export const notesFile = join(root, "targets/foreign/notes.jsonl");
const unpacked = join(root, ".cache/foreign/runit/usr");

/** PostgreSQL refuses to be started by root: then it is nobody. */
const isRoot = process.getuid?.() === 0;
const user = "nobody:nogroup";
/** Words for chpst. */
export const drop: readonly string[] = isRoot ? ["-u", user] : [];

export const environment: Readonly<Record<string, string>> = {
  PATH: `${join(unpacked, "bin")}:${join(unpacked, "sbin")}:${process.env["PATH"] ?? ""}`,
  LD_LIBRARY_PATH: join(unpacked, "lib/x86_64-linux-gnu"),
};

/**
 * PostgreSQL's programs below `dir`, for where this project lies another user may not read. It finds its files from
 * there. Code for a compiler that is switched off, and its other programs, stay behind.
 */
export async function postgresBelow(dir: string): Promise<string> {
  const made = join(dir, "postgresql");
  const from = join(unpacked, "lib/postgresql/15");
  await mkdir(join(made, "bin"), { recursive: true });
  await mkdir(join(made, "lib"));
  await copy(join(from, "bin/postgres"), join(made, "bin"));
  await copy(join(from, "bin/initdb"), join(made, "bin"));
  for (const library of ["dict_snowball.so", "plpgsql.so"]) await copy(join(from, "lib", library), join(made, "lib"));
  await copy(join(unpacked, "share/postgresql/15"), join(made, "share"));
  return join(made, "bin");
}

/** By cp, which is many times faster than Node's on a thousand files. */
export async function copy(from: string, to: string): Promise<void> {
  await promisify(execFile)("cp", ["-a", from, to]);
}

/** From here on a folder is that of PostgreSQL's user. */
export function handOver(dir: string): void {
  if (isRoot) execFileSync("chown", ["-R", user, dir]);
}

/** What a program prints. Rejects when it ends with another code than 0. */
export async function output(program: string, args: readonly string[], input?: string): Promise<string> {
  const running = promisify(execFile)(program, [...args], { env: { ...process.env, ...environment } });
  running.child.stdin?.end(input);
  return (await running).stdout;
}
