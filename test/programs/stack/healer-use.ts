// What the healer's process takes of the machine.

import { readFile } from "node:fs/promises";
import type { RunningStack } from "./boot.ts";

/** Processor time since its start, and resident memory. */
export interface HealerUse {
  readonly cpuMs: number;
  readonly memoryMiB: number;
}

/** Processor time and memory of the healer's process, from the process table. */
export async function healerUse(stack: RunningStack): Promise<HealerUse> {
  const pid = (await stack.inventory()).find(({ replica }) => replica === "healer")?.pid;
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuMs: ticks * 10, memoryMiB: (Number(fields[21]) * 4096) / 2 ** 20 };
}
