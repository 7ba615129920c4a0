// Who of a stack runs, by everything that ties a process to it, and under which limits: read from the process table
// alone.

import type { ProcessRef } from "../../core/host.ts";
import { readFile, readlink } from "node:fs/promises";
import type { SeenProcess } from "../../records/survey.ts";
import { instanceOf } from "./instance.ts";
import { environmentOf, pidsNow, readQuietly, stageOf, statOf, threadFolders } from "./process-stat.ts";
import { findInstance, markerVariable, startTimeOf, type Instance } from "./process-table.ts";

/** What ties processes to a trial. */
export interface ProcessTies {
  readonly instances: readonly Instance[];
  /**
   * Work folders: whoever writes its output there, or works in it, belongs to the stack, whatever its environment says.
   */
  readonly folders: readonly string[];
  /** Seen earlier, or started by us; `what` names those that have a better name than their command line. */
  readonly known: readonly (ProcessRef & { readonly what?: string })[];
}

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

/**
 * Everything that is tied to the trial and lives (Linux: marker, session, descent, open folder; elsewhere: process
 * group).
 */
export async function surveyProcesses(ties: ProcessTies): Promise<readonly SeenProcess[]> {
  const pids = process.platform === "linux" ? await linuxMembers(ties) : await otherMembers(ties);
  const names = new Map<number, string>();
  for (const { pid, startTime, what } of ties.known) {
    if ((await startTimeOf(pid)) !== startTime) continue;
    pids.add(pid);
    if (what !== undefined) names.set(pid, what);
  }
  pids.delete(process.pid);
  const inOrder = [...pids].toSorted((a, b) => a - b);
  const seen = await Promise.all(inOrder.map((pid) => describe(pid, names.get(pid))));
  return seen.filter((one) => one !== undefined);
}

/** Of these, those that live: for processes of which nothing else needs to be found. */
export async function surveyKnown(known: ProcessTies["known"]): Promise<readonly SeenProcess[]> {
  // We run: a table without us was not seen, and must not read as nobody left.
  if ((await startTimeOf(process.pid)) === undefined) throw new Error("the process table cannot be read");
  const seen = await Promise.all(
    known.map(async ({ pid, startTime, what }) =>
      (await startTimeOf(pid)) === startTime ? describe(pid, what) : undefined,
    ),
  );
  return seen.filter((one) => one !== undefined);
}

async function otherMembers({ instances }: ProcessTies): Promise<Set<number>> {
  const found = await Promise.all(instances.map(findInstance));
  return new Set(found.flat().map(({ pid }) => pid));
}

async function linuxMembers({ instances, folders }: ProcessTies): Promise<Set<number>> {
  const rows = (await Promise.all((await pidsNow()).map(rowOf))).filter((row) => row !== undefined);
  // We run: a table without anybody was not seen, and must not read as nobody left.
  if (rows.length === 0) throw new Error("the process table cannot be read (/proc)");
  const sessions = new Set<number>();
  for (const { leader } of instances) {
    if (leader === undefined) continue;
    // Once the leader is gone its number may lead a stranger's session: then the start time differs.
    const now = await startTimeOf(leader.pid);
    if (now === undefined || now === leader.startTime) sessions.add(leader.pid);
  }
  const marks = new Set(instances.map(({ marker }) => `${markerVariable}=${marker}`));
  const tied = await Promise.all(
    rows.map(async ({ pid, session }) => sessions.has(session) || (await carries(pid, marks)) || holds(pid, folders)),
  );
  const members = new Set(rows.filter((_, index) => tied[index]).map(({ pid }) => pid));
  members.delete(process.pid);
  // Children of members, and theirs: a table in any order needs as many passes as it is deep.
  for (let before = -1; before < members.size;) {
    before = members.size;
    for (const { pid, parent } of rows) if (members.has(parent)) members.add(pid);
  }
  return members;
}

async function rowOf(pid: number): Promise<Row | undefined> {
  const stat = await statOf(pid);
  return stat === undefined ? undefined : { pid, parent: stat.parent, session: stat.session };
}

async function carries(pid: number, marks: ReadonlySet<string>): Promise<boolean> {
  return marks.size > 0 && (await environmentOf(pid)).some((entry) => marks.has(entry));
}

async function holds(pid: number, folders: readonly string[]): Promise<boolean> {
  if (folders.length === 0) return false;
  const places = (await threadFolders(pid)).flatMap((of) => ["cwd", "fd/1", "fd/2"].map((name) => `${of}/${name}`));
  const links = await Promise.all(places.map((place) => quietly(() => readlink(place))));
  return links.some((link) => folders.some((folder) => link === folder || link.startsWith(`${folder}/`)));
}

async function describe(pid: number, name: string | undefined): Promise<SeenProcess | undefined> {
  const startTime = await startTimeOf(pid);
  if (startTime === undefined) return undefined;
  const stat = await statOf(pid);
  // Elsewhere than on Linux there is no more to ask. On Linux it has just ended.
  if (stat === undefined && process.platform === "linux") return undefined;
  const [limits, cgroup] = await Promise.all([limitsOf(pid), readQuietly(`/proc/${pid}/cgroup`)]);
  const what = name ?? (await commandOf(pid));
  // Asked last: what ends while it is looked at has lost its limits and its name by then.
  const stage = stat === undefined ? "running" : await stageOf(pid, stat.startTicks);
  if (stage === "gone") return undefined;
  return {
    instance: instanceOf({ pid, startTime }),
    what,
    state: stat?.state ?? null,
    nice: stat?.nice ?? null,
    limits: limits === "" ? null : limits,
    cgroup: cgroup === "" ? null : cgroup.trim(),
    ...(stage === "ending" && { ending: true }),
  };
}

/** `Max open files 1024/4096; …` from the table in /proc/PID/limits. */
async function limitsOf(pid: number): Promise<string> {
  const text = await readQuietly(`/proc/${pid}/limits`);
  const rows = text
    .split("\n")
    .slice(1)
    .filter((line) => line !== "");
  return rows.map((line) => line.replace(/^(.*?)\s{2,}(\S+)\s+(\S+).*$/, "$1 $2/$3")).join("; ");
}

/** `node vector/main.js`: long paths cut to their last two parts. */
export async function commandOf(pid: number): Promise<string> {
  const words = (await quietly(() => readFile(`/proc/${pid}/cmdline`, "utf8")))
    .split("\0")
    .filter((word) => word !== "");
  const [program, ...rest] = words.map((word, index) =>
    word
      .split("/")
      .slice(index === 0 ? -1 : -2)
      .join("/"),
  );
  return program === undefined ? "name unknown" : [program, ...rest].join(" ").slice(0, 120);
}

/** Empty when the process is gone or not ours to read. */
async function quietly(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch {
    return "";
  }
}
