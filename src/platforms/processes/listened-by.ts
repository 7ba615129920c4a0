// Which ports processes listen on, with all that descend from them: a supervisor knows the process, and not its port.

import { readFile } from "node:fs/promises";
import { linksOf, listeners } from "./port-survey.ts";
import { pidsNow, statOf } from "./process-stat.ts";

/** Ports by pid, in ascending order; on Linux alone, elsewhere none is seen. */
export async function listenedBy(pids: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>> {
  const found = new Map<number, Set<number>>(pids.map((pid) => [pid, new Set()]));
  if (process.platform !== "linux" || pids.length === 0) return new Map();
  const ports = new Map<string, number>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const { port, inode } of listeners(await readFile(table, "latin1").catch(() => ""))) {
      ports.set(`socket:[${inode}]`, port);
    }
  }
  const parents = new Map<number, number>();
  for (const pid of await pidsNow()) {
    const parent = (await statOf(pid))?.parent;
    if (parent !== undefined) parents.set(pid, parent);
  }
  for (const pid of parents.keys()) {
    const owner = ancestors(pid, parents).find((one) => found.has(one));
    if (owner === undefined) continue;
    for (const link of await linksOf(pid)) {
      const port = ports.get(link);
      if (port !== undefined) found.get(owner)?.add(port);
    }
  }
  return new Map([...found].map(([pid, all]) => [pid, [...all].toSorted((a, b) => a - b)]));
}

/** Itself first. */
function ancestors(pid: number, parents: ReadonlyMap<number, number>): readonly number[] {
  const line: number[] = [];
  for (let one: number | undefined = pid; one !== undefined && !line.includes(one); one = parents.get(one))
    line.push(one);
  return line;
}
