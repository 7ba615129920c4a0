// Which TCP ports are listened on, and by whom: from the kernel's tables on Linux, by connecting elsewhere.

import { readFile, readdir, readlink } from "node:fs/promises";
import type { SeenPort } from "../../records/survey.ts";
import { isListening } from "../starting/free-ports.ts";
import { pidsNow, threadFolders } from "./process-stat.ts";
import { commandOf } from "./process-survey.ts";

const listenState = "0A";

/**
 * Ports of `wanted` (all, when absent) on which something listens. Elsewhere than on Linux only wanted ones can be
 * asked for.
 */
export async function surveyPorts(wanted?: ReadonlySet<number>): Promise<readonly SeenPort[]> {
  if (process.platform !== "linux") return askEach([...(wanted ?? [])]);
  const inodes = new Map<number, string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const { port, inode } of listeners(await readFile(table, "latin1").catch(() => ""))) {
      if (wanted === undefined || wanted.has(port)) inodes.set(port, inode);
    }
  }
  const owners = wanted === undefined || inodes.size === 0 ? new Map<string, string>() : await ownersOf(inodes);
  return [...inodes].sort(([a], [b]) => a - b).map(([port, inode]) => ({ port, by: owners.get(inode) ?? null }));
}

async function askEach(ports: readonly number[]): Promise<readonly SeenPort[]> {
  const listening = await Promise.all(ports.map(isListening));
  return ports.filter((_, index) => listening[index]).map((port) => ({ port, by: null }));
}

/** Columns of proc_pid_net(5): sl local_address rem_address st … inode; addresses are `hex:hexport`. */
export function listeners(table: string): readonly { readonly port: number; readonly inode: string }[] {
  const rows = table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return rows
    .filter((fields) => fields[3] === listenState)
    .map((fields) => ({ port: Number.parseInt(fields[1]?.split(":")[1] ?? "", 16), inode: fields[9] ?? "" }));
}

/** Who holds the sockets, by looking through every open file that we may read. */
async function ownersOf(inodes: ReadonlyMap<number, string>): Promise<Map<string, string>> {
  const sockets = new Map([...inodes.values()].map((inode) => [`socket:[${inode}]`, inode]));
  const owners = new Map<string, string>();
  await Promise.all(
    (await pidsNow()).map(async (pid) => {
      for (const inode of (await linksOf(pid)).map((link) => sockets.get(link))) {
        if (inode !== undefined) owners.set(inode, `pid ${pid} (${await commandOf(pid)})`);
      }
    }),
  );
  return owners;
}

/** Where the open files of a process lead, also of one whose first thread has ended before the others. */
export async function linksOf(pid: number): Promise<readonly string[]> {
  const folders = (await threadFolders(pid)).map((folder) => `${folder}/fd`);
  const files = await Promise.all(
    folders.map(async (folder) => (await readdir(folder).catch(() => [])).map((file) => `${folder}/${file}`)),
  );
  return Promise.all(files.flat().map((file) => readlink(file).catch(() => "")));
}
