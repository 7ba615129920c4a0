// The folders of the tests' own engines: whose each is, what runs in it, and how it is emptied without its engine.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync, statSync } from "node:fs";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pidsNow, stageOf, statOf } from "../../dist/src/platforms/processes/process-stat.js";

export const tools = resolve(dirname(fileURLToPath(import.meta.url)), "../../.cache/tools/docker");
export const prefix = "rebound-engine-";
/** A folder gets its owner right after it is made. */
const ownedWithinMs = 60_000;
const goneWithinMs = 10_000;
/** What an engine is made of: another program that names the folder, such as a reader of its log, is none of ours. */
const ofEngines = new Set(["dockerd", "containerd", "containerd-shim-runc-v2", "docker-proxy", "runc"]);

/** Every folder of an engine on this machine. */
export function engineFolders() {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(prefix));
  return names.map((name) => join(tmpdir(), name));
}

/**
 * Makes the folder this process's own: true for one process alone, and only where nobody who lives has it. The first
 * owner is named in `owner`, by pid and start; who takes over from a dead one is named in a file after that one.
 */
export async function claim(folder) {
  let slot = "owner";
  let holder;
  for (;;) {
    const said = await readFile(join(folder, slot), "utf8").catch(() => undefined);
    if (said === undefined) break;
    holder = said.trim();
    slot = `after-${holder.replaceAll(/\W/g, "-")}`;
  }
  if (holder !== undefined && (await lives(holder))) return false;
  const mine = join(folder, `claim-${process.pid}`);
  try {
    await writeFile(mine, `${process.pid} ${(await statOf(process.pid))?.startTicks}`);
    // Of two at once the second finds it there.
    await link(mine, join(folder, slot));
    return true;
  } catch (thrown) {
    if (["EEXIST", "ENOENT"].includes(thrown.code)) return false;
    throw thrown;
  } finally {
    await rm(mine, { force: true });
  }
}

async function lives(holder) {
  const [pid, start] = holder.split(" ");
  const stat = await statOf(Number(pid));
  return stat !== undefined && (start === undefined || stat.startTicks === start);
}

/** True for a folder that nobody owns yet, but may be about to. */
export function isNew(folder) {
  return !existsSync(join(folder, "owner")) && Date.now() - statSync(folder).mtimeMs < ownedWithinMs;
}

/** Those of the engine itself. A proxy of a port does not name the folder, and ends with its engine. */
export async function enginesIn(folder) {
  return (await pidsNow()).filter((pid) => {
    const [program = "", ...words] = read(`/proc/${pid}/cmdline`).split("\0");
    return ofEngines.has(basename(program)) && words.some((word) => word.includes(`${folder}/`));
  });
}

/** Those in its containers: their root lies in the folder. */
async function containedIn(folder) {
  const own = readlinkSync("/proc/self/ns/mnt");
  return (await pidsNow()).filter((pid) => {
    try {
      if (readlinkSync(`/proc/${pid}/ns/mnt`) === own) return false;
    } catch {
      return false;
    }
    const root = read(`/proc/${pid}/mountinfo`)
      .split("\n")
      .find((line) => line.split(" ")[4] === "/");
    return root?.includes(`/${basename(folder)}/`) === true;
  });
}

/** Of a process that is gone, or not ours to read: nothing. */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Resolves once they are gone; what does not go in time is left to the caller. */
export async function kill(pids) {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (thrown) {
      // It ended by itself meanwhile.
      if (thrown.code !== "ESRCH") throw thrown;
    }
  }
  const until = performance.now() + goneWithinMs;
  while (
    performance.now() < until &&
    (await Promise.all(pids.map((pid) => stageOf(pid)))).some((at) => at !== "gone")
  ) {
    await delay(20);
  }
}

/** The deepest first. */
function mountsBelow(folder) {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((place) => place.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length);
}

/** Bridges of its networks that are still there, by the ids that its engine wrote down. */
function bridgesOf(folder) {
  const written = read(join(folder, "data/network/files/local-kv.db"));
  const ids = [...written.matchAll(/"id":"([0-9a-f]{12})[0-9a-f]{52}"/g)].map(([, id]) => `br-${id}`);
  return [...new Set(ids)].filter((name) => existsSync(`/sys/class/net/${name}`));
}

/** Ends, unmounts and removes all that is left there, without its engine. */
export async function clear(folder) {
  // Shims after their engine, and what they held last: nobody starts anything again.
  await kill(await enginesIn(folder));
  await kill(await containedIn(folder));
  for (const name of bridgesOf(folder)) await command(join(tools, "busybox"), ["ip", "link", "delete", name]);
  for (const place of mountsBelow(folder)) await command("umount", ["-l", place]);
  for (const group of groupsOf(folder)) rmdirSync(group);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The control group of all containers of the engines there, where it is one of their own. */
export function cgroupOf(folder) {
  return `/${basename(folder)}`;
}

/** The deepest first, in every hierarchy. */
function groupsOf(folder) {
  const root = "/sys/fs/cgroup";
  const places = existsSync(root) ? ["", ...readdirSync(root)].map((name) => `${root}/${name}${cgroupOf(folder)}`) : [];
  const below = (place) => [...subfolders(place).flatMap(below), place];
  return places.filter((place) => existsSync(place)).flatMap(below);
}

function subfolders(place) {
  const entries = readdirSync(place, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map(({ name }) => join(place, name));
}

async function command(program, args) {
  await once(spawn(program, args, { stdio: "ignore" }), "exit").catch(() => undefined);
}

/**
 * Gives every folder whose owner is dead to `end`, and names them. One that cannot be ended keeps none from the rest.
 */
export async function sweep(end) {
  const taken = [];
  for (const folder of engineFolders()) {
    try {
      if (isNew(folder) || !(await claim(folder))) continue;
      taken.push(folder);
      await end(folder);
    } catch (thrown) {
      // Another may have removed it meanwhile.
      if (existsSync(folder)) process.stderr.write(`${folder} is left over: ${thrown.message}\n`);
    }
  }
  return taken;
}
