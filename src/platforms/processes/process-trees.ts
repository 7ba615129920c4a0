// Which processes belong to which stack, and which are ours, kept up to date from the process table alone: only what is
// new is looked at.

import { readdirSync, readlinkSync } from "node:fs";
import { processFigures, readNow, type ProcessFigures } from "./processor-figures.ts";
import { markerVariable } from "./process-table.ts";

/** How the processes of one stack are told from all others on this machine. */
export interface ProcessTree {
  /** Number of its first process. */
  readonly leader: number;
  /** In the environment of each. */
  readonly marker: string;
  /** Work folder: whoever works or writes its output there belongs to the stack, whatever its environment says. */
  readonly folder: string;
}

/** The key of what belongs to us, and not to any stack. */
export const oursKey = "ours";

export interface ProcessTrees {
  add(key: string, tree: ProcessTree): void;
  drop(key: string): void;
  /** Everybody who belongs to somebody, by pid, with the key of the tree (or `ours`) and today's figures. */
  look(): ReadonlyMap<number, Member>;
}

export interface Member extends ProcessFigures {
  readonly key: string;
}

/**
 * Trees below `root` (ours) and below stacks that are added. A process belongs to a stack by its parent, its session,
 * its marker or its work folder, so that one which left its parent is not taken for a stranger. Somebody known is known
 * by pid and start.
 */
export function watchTrees(root: number): ProcessTrees {
  const trees = new Map<string, ProcessTree>();
  const owners = new Map<number, { readonly key: string | null; readonly start: string }>();

  function ownerOf(pid: number, { parent, session }: ProcessFigures): string | null {
    for (const [key, { leader }] of trees) if (pid === leader || session === leader) return key;
    const inherited = owners.get(parent)?.key;
    if (inherited !== undefined && inherited !== null && inherited !== oursKey) return inherited;
    const environment = readNow(`/proc/${pid}/environ`);
    for (const [key, { marker }] of trees) {
      if (environment.includes(`${markerVariable}=${marker}\0`)) return key;
    }
    const places = ["cwd", "fd/1", "fd/2"].map((name) => linkNow(`/proc/${pid}/${name}`));
    for (const [key, { folder }] of trees) {
      if (places.some((place) => place === folder || place.startsWith(`${folder}/`))) return key;
    }
    return pid === root ? oursKey : (inherited ?? null);
  }

  return {
    add(key, tree) {
      trees.set(key, tree);
      // Its processes were taken for ours, since we started it.
      owners.clear();
    },
    drop(key) {
      trees.delete(key);
      owners.clear();
    },
    look() {
      const pids = readdirSync("/proc")
        .map(Number)
        .filter((pid) => pid > 0)
        .toSorted((a, b) => a - b);
      const members = new Map<number, Member>();
      const there = new Set(pids);
      for (const pid of owners.keys()) if (!there.has(pid)) owners.delete(pid);
      for (const pid of pids) {
        const known = owners.get(pid);
        if (known?.key === null) continue;
        const figures = processFigures(readNow(`/proc/${pid}/stat`));
        if (figures === null) continue;
        const key = known?.start === figures.start ? known.key : ownerOf(pid, figures);
        if (key !== null || !mayBeLoading(pid, figures)) owners.set(pid, { key, start: figures.start });
        if (key !== null) members.set(pid, { ...figures, key });
      }
      return members;
    },
  };
}

/**
 * True while a process may still load its program: it shows neither command line nor environment then, so that nobody
 * can say whose it is. The kernel's own threads (children of its pid 2) never show any.
 */
function mayBeLoading(pid: number, { parent }: ProcessFigures): boolean {
  return parent !== 2 && pid !== 2 && readNow(`/proc/${pid}/cmdline`) === "";
}

/** Where a link leads; empty when it is gone or not ours to read. */
function linkNow(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
