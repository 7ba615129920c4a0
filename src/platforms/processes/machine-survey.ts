// The machine as far as a trial may have changed it: its processes, work folders, ports and the cache. Tells; judges
// nothing.

import type { ProcessRef } from "../../core/host.ts";
import { stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../../core/errors.ts";
import type { MachineWatch } from "../../core/stack.ts";
import type { MachineSurvey, SeenProcess } from "../../records/survey.ts";
import type { Ms } from "../../core/units.ts";
import { surveyFolder } from "./folder-survey.ts";
import { surveyPorts } from "./port-survey.ts";
import { surveyProcesses, type ProcessTies } from "./process-survey.ts";
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
  /** Folders whose files must be as they were. */
  readonly kept: readonly string[];
}

/**
 * One look. Of what cannot be looked at the reason is in `unseen`; without ports in the scope all listened-on ports are
 * listed.
 */
async function surveyMachine(scope: MachineScope): Promise<Omit<MachineSurvey, "unfinished">> {
  const unseen: string[] = [];
  const looked = async <T>(what: string, look: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await look();
    } catch (thrown) {
      unseen.push(`${what}: ${messageOf(thrown)}`);
      return [];
    }
  };
  const { instances, folders, known } = scope;
  return {
    // Before the ports: who is ending holds its ports until its last thread is gone.
    processes: await looked("processes", () => settledProcesses({ instances, folders, known })),
    folders: await looked("work folders", () => existing(folders)),
    files: (await Promise.all(scope.kept.map((folder) => looked("files", () => surveyFolder(folder))))).flat(),
    ports: await looked("ports", () => surveyPorts(scope.ports.length === 0 ? undefined : new Set(scope.ports))),
    unseen,
  };
}

/**
 * Those that live, once none of them is ending any more; one that takes longer than `endingMs` to end is told of as it
 * is.
 */
async function settledProcesses(ties: ProcessTies): Promise<readonly SeenProcess[]> {
  const until = performance.now() + endingMs;
  let seen = await surveyProcesses(ties);
  while (seen.some(({ ending }) => ending === true) && performance.now() < until) {
    await delay(endingEveryMs);
    seen = await surveyProcesses(ties);
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

/** Starts with nothing but the folders whose files must stay as they are. */
export function watchMachine(kept: readonly string[]): ProcessWatch {
  let scope: MachineScope = { instances: [], folders: [], known: [], ports: [], kept };
  const watch: ProcessWatch = {
    async addHelper({ pid, what }) {
      const startTime = await startTimeOf(pid);
      if (startTime !== undefined) watch.add({ known: [{ pid, startTime, what }] });
    },
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
  return watch;
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
