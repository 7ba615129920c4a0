// Fails when a process that a test started is still there: one of ours by its command line, or by the marker in its environment.

import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const left = [];
for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
  if (Number(pid) === process.pid || Number(pid) === process.ppid) continue;
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    const marked = readFileSync(`/proc/${pid}/environ`, "utf8").includes("\0STACK_INSTANCE=");
    if (marked || command.includes(`${root}/dist/`)) left.push(`${pid} ${command}`);
  } catch {
    // Gone meanwhile, or not ours to read.
  }
}
for (const line of left) process.stdout.write(`left behind: ${line}\n`);
process.exitCode = left.length === 0 ? 0 : 1;
