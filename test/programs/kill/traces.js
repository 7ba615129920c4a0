// What a run leaves traces of on this machine (Linux): its processes, the sockets they listen on, its folders and logs.

import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isEnding, isOver, parseStat } from "../../../dist/src/platforms/processes/process-stat.js";

/** What was killed gets so long to be gone, ms: on a starved machine it waits for a processor to end on. */
const endingMs = 10_000;

function read(path) {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function list(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Pid, parent and start time of a process; undefined when it is gone, or a zombie whose threads have all ended. */
export function processAt(pid) {
  const stat = parseStat(read(`/proc/${pid}/stat`));
  if (stat === undefined || isOver(stat)) return undefined;
  return { pid: Number(pid), parent: stat.parent, startTime: stat.startTicks };
}

/** True for one that is still there, and can do nothing any more but end. */
function isDying(pid) {
  const stat = parseStat(read(`/proc/${pid}/stat`));
  return stat !== undefined && !isOver(stat) && isEnding(stat, read(`/proc/${pid}/status`));
}

export function isSame({ pid, startTime }) {
  return processAt(pid)?.startTime === startTime;
}

function allProcesses() {
  return list("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(processAt)
    .filter((found) => found !== undefined);
}

function commandOf(pid) {
  return read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
}

/** Processes that work for the folder by their command line: harness, watchdog, restore. */
function processesFor(folder) {
  return allProcesses().filter(({ pid }) => pid !== process.pid && commandOf(pid).includes(folder));
}

export function watchdogsFor(folder) {
  return processesFor(folder).filter(({ pid }) => commandOf(pid).includes("watchdog/main"));
}

/** The process and all that it started, and what these started. */
export function familyOf(root) {
  const all = allProcesses();
  const family = all.filter(({ pid }) => pid === root);
  for (const member of family) family.push(...all.filter(({ parent }) => parent === member.pid));
  return family;
}

/** Inode and port of every listening TCP socket of this machine. */
function listening() {
  const found = new Map();
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of read(file).split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] === "0A") found.set(fields[9], Number.parseInt(fields[1].split(":")[1], 16));
    }
  }
  return found;
}

/** Inodes and ports that these processes listen on. */
export function socketsOf(processes) {
  const open = listening();
  const found = new Map();
  for (const { pid } of processes) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      if (open.has(inode)) found.set(inode, open.get(inode));
    }
  }
  return found;
}

function linkOf(path) {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function filesBelow(folder) {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
}

/** Every line of every undo log below the folder. */
function undoLines(folder) {
  const logs = filesBelow(folder).filter((name) => name.endsWith("undo.jsonl"));
  return logs.map((name) => ({
    name,
    lines: read(join(folder, name))
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line) => JSON.parse(line)),
  }));
}

/** Processes of the run: by marker, state folder, command line, or seen when it was struck. */
function processesLeft({ folder, state, before }, markers) {
  const left = new Set(before.family.filter(isSame).map(({ pid }) => pid));
  for (const { pid } of allProcesses()) {
    if (pid === process.pid) continue;
    const environment = read(`/proc/${pid}/environ`).split("\0");
    const marked = markers.some((marker) => environment.includes(`STACK_INSTANCE=${marker}`));
    if (marked || environment.includes(`REBOUND_STATE_DIR=${state}`) || commandOf(pid).includes(folder)) left.add(pid);
  }
  return [...left];
}

/** Everything that is still there of a run: one sentence each. `before` is what was seen of it when it was struck. */
export async function residues({ folder, state, before }) {
  const logs = undoLines(folder);
  const markers = logs.flatMap(({ lines }) => lines.map(({ entry }) => entry?.marker)).filter((it) => it !== undefined);
  const until = performance.now() + endingMs;
  let processes = processesLeft({ folder, state, before }, markers);
  // What is dying is not left, and holds its ports as long as it is not gone.
  while (processes.some(isDying) && performance.now() < until) {
    await delay(20);
    processes = processesLeft({ folder, state, before }, markers);
  }
  const left = processes.map((pid) => `process ${pid}: ${commandOf(pid) || "ending, and not gone yet"}`);
  const open = listening();
  for (const [inode, port] of before.sockets) if (open.has(inode)) left.push(`port ${port} still listens`);
  for (const name of readdirSync(tmpdir()))
    if (markers.some((marker) => name === `stack-${marker}`)) left.push(`work folder ${join(tmpdir(), name)}`);
  for (const name of filesBelow(folder))
    if (/(^|\/)undo$/.test(name) || /\/undo\//.test(name)) left.push(`backup ${name}`);
  for (const { name, lines } of logs) {
    const done = new Set(lines.filter(({ step }) => step === "done").map(({ seq }) => seq));
    for (const { step, seq, entry } of lines)
      if (step === "intend" && !done.has(seq)) left.push(`${name}: entry ${seq} (${entry.kind}) is not undone`);
  }
  for (const name of list(join(state, "runs"))) left.push(`registered run ${name}`);
  return [...new Set(left)];
}
