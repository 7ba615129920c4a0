// The machine as far as a trial may have changed it: processes, work folders and ports of its stack; and what is ours.
// Tells; judges nothing.

import type { HostWatch, ProcessRef, SeenOnMachine } from "../../core/host.ts";
import { stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../../core/errors.ts";
import type { MachineWatch } from "../../core/platform.ts";
import type { SeenProcess } from "../../records/survey.ts";
import type { Ms } from "../../core/units.ts";
import { surveyFolder } from "./folder-survey.ts";
import { surveyPorts } from "./port-survey.ts";
import { surveyKnown, surveyProcesses } from "./process-survey.ts";
import { startTimeOf, type Instance } from "./process-table.ts";

/** A process that was killed gets so long to be gone, ms: on a starved machine it waits for a processor to end on. */
const endingMs: Ms = 6_000;
const endingEveryMs: Ms = 50;

/** What belongs to a trial, as far as it is known by now. */
interface MachineScope {
  readonly instances: readonly Instance[];
  /** Work folders: at the end they must be gone. */
  readonly folders: readonly string[];
  /** Processes that were seen or started earlier. */
  readonly known: readonly (ProcessRef & { readonly what?: string })[];
  readonly ports: readonly number[];
}

type Looked = <T>(what: string, look: () => Promise<readonly T[]>) => Promise<readonly T[]>;

/** Puts what cannot be looked at into `unseen`, with the reason. */
function lookerInto(unseen: string[]): Looked {
  return async (what, look) => {
    try {
      return await look();
    } catch (thrown) {
      unseen.push(`${what}: ${messageOf(thrown)}`);
      return [];
    }
  };
}

/** One look; without ports in the scope all listened-on ports are listed. */
async function surveyMachine({ instances, folders, known, ports }: MachineScope): Promise<SeenOnMachine> {
  const unseen: string[] = [];
  const looked = lookerInto(unseen);
  return {
    // Before the ports: who is ending holds its ports until its last thread is gone.
    processes: await looked("processes", () => settled(() => surveyProcesses({ instances, folders, known }))),
    folders: await looked("work folders", () => existing(folders)),
    files: [],
    ports: await looked("ports", () => surveyPorts(ports.length === 0 ? undefined : new Set(ports))),
    unseen,
  };
}

/**
 * Those that live, once none of them is ending any more; one that takes longer than `endingMs` to end is told of as it
 * is.
 */
async function settled(look: () => Promise<readonly SeenProcess[]>): Promise<readonly SeenProcess[]> {
  const until = performance.now() + endingMs;
  let seen = await look();
  while (seen.some(({ ending }) => ending === true) && performance.now() < until) {
    await delay(endingEveryMs);
    seen = await look();
  }
  return seen;
}

/** Gathers what belongs to a trial as it comes to be, and looks when asked. */
export interface ProcessWatch extends MachineWatch {
  add(part: Partial<MachineScope>): void;
}

/** True for a watch that this platform made. */
export function isProcessWatch(watch: MachineWatch): watch is ProcessWatch {
  return "add" in watch;
}

/** Our own helpers, by number and start, and the files of folders that must stay as they are. */
export function watchHost(kept: readonly string[]): HostWatch {
  const known: MachineScope["known"][number][] = [];
  return {
    async addHelper({ pid, what }) {
      const startTime = await startTimeOf(pid);
      if (startTime !== undefined) known.push({ pid, startTime, what });
    },
    async look() {
      const unseen: string[] = [];
      const looked = lookerInto(unseen);
      const processes = await looked("our processes", () => settled(() => surveyKnown(known)));
      const files = await Promise.all(kept.map((folder) => looked("files", () => surveyFolder(folder))));
      return { processes, folders: [], files: files.flat(), ports: [], unseen };
    },
  };
}

/** Starts with nothing. */
export function watchMachine(): ProcessWatch {
  let scope: MachineScope = { instances: [], folders: [], known: [], ports: [] };
  return {
    add({ instances = [], folders = [], known = [], ports = [] }) {
      scope = {
        ...scope,
        instances: [...scope.instances, ...instances],
        folders: [...scope.folders, ...folders],
        known: merged([...scope.known, ...known]),
        ports: [...scope.ports, ...ports],
      };
    },
    look: () => surveyMachine(scope),
  };
}

function merged(known: MachineScope["known"]): MachineScope["known"] {
  const byRef = new Map(
    known.map(({ pid, startTime, what }) => [
      `${pid} ${startTime}`,
      { pid, startTime, ...(what === undefined ? {} : { what }) },
    ]),
  );
  return [...byRef.values()];
}

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const there = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => there[index]);
}
