// Soft limits of one process, read from /proc and set by prlimit(1) (Linux): whoever owns a process may lower its soft
// limits, and raise them again up to the hard ones.

import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { promisify } from "node:util";
import type { LimitControl, LimitName } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";
import { processOf } from "./instance.ts";
import { readQuietly } from "./process-stat.ts";
import { belongsTo, isAlive, type Instance } from "./process-table.ts";

const run = promisify(execFile);
const rows: Readonly<Record<LimitName, { readonly option: string; readonly row: string }>> = {
  memory: { option: "data", row: "Max data size" },
  handles: { option: "nofile", row: "Max open files" },
  "file-size": { option: "fsize", row: "Max file size" },
};

/**
 * The bound on handle numbers below which exactly `room` are free; with less than none, so many below the lowest free
 * one.
 */
export function boundOfHandles(open: readonly number[], room: number): number {
  const taken = new Set(open);
  let bound = 0;
  for (let free = 0; free < Math.max(0, room) || taken.has(bound); bound += 1) if (!taken.has(bound)) free += 1;
  return Math.max(0, bound + Math.min(0, room));
}

/** Bytes of the longest file that a process has open to write to; undefined when it has none, or is gone. */
async function longestWritten(pid: number): Promise<number | undefined> {
  const open = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const sizes = await Promise.all(
    open.map(async (fd) => {
      const flags = /^flags:\s+([0-7]+)$/m.exec(await readQuietly(`/proc/${pid}/fdinfo/${fd}`))?.[1] ?? "0";
      const mayWrite = (Number.parseInt(flags, 8) & (constants.O_WRONLY | constants.O_RDWR)) !== 0;
      const file = mayWrite ? await stat(`/proc/${pid}/fd/${fd}`).catch(() => undefined) : undefined;
      return file?.isFile() === true ? [file.size] : [];
    }),
  );
  const all = sizes.flat();
  return all.length === 0 ? undefined : Math.max(...all);
}

/** Only of processes of the stack. */
export function limitControl(stack: Instance): LimitControl {
  return {
    async soft(instance, limit) {
      const { pid, startTime } = processOf(instance);
      if (!(await isAlive(pid, startTime))) return undefined;
      const text = await readQuietly(`/proc/${pid}/limits`);
      const line = text.split("\n").find((one) => one.startsWith(rows[limit].row));
      return line?.slice(rows[limit].row.length).trim().split(/\s+/)[0];
    },
    async under(instance, limit, room) {
      const { pid } = processOf(instance);
      if (limit === "handles") {
        const open = (await readdir(`/proc/${pid}/fd`).catch(() => [])).map(Number);
        return open.length === 0 ? undefined : boundOfHandles(open, room);
      }
      if (limit === "file-size") {
        const longest = await longestWritten(pid);
        return longest === undefined ? undefined : Math.max(0, longest + room);
      }
      const kiB = /^VmData:\s+(\d+) kB$/m.exec(await readQuietly(`/proc/${pid}/status`))?.[1];
      return kiB === undefined ? undefined : Math.max(1, 1024 * Number(kiB) + room);
    },
    async setSoft(instance, limit, value) {
      const { pid, startTime } = processOf(instance);
      if (!(await belongsTo(pid, stack)) || !(await isAlive(pid, startTime))) {
        throw new HarnessError("environment", `refusing to limit pid ${pid}: it is not of the stack, or gone`);
      }
      await run("prlimit", ["--pid", String(pid), `--${rows[limit].option}=${value}:`]).catch((cause: unknown) => {
        throw new HarnessError("environment", `prlimit (util-linux) could not limit pid ${pid}`, { cause });
      });
    },
  };
}
