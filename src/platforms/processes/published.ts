// Who runs where, as a stack of processes publishes it: by pid. The pid is turned into an instance here, and nobody
// else learns it.

import { z } from "zod";
import type { Inventory, PublishedReplica } from "../../records/inventory.ts";
import { readInventory } from "../target-http/inventory.ts";
import { instanceOf } from "./instance.ts";
import { startTimeOf } from "./process-table.ts";

const placeSchema = z.object({
  pid: z.number().int().positive().nullable(),
  port: z.number().int().min(1).max(65_535),
  /** Work that was asked for at it and is not over; a target that publishes it has it at each replica. */
  underWay: z.array(z.string()).optional().catch(undefined),
  /** Processes that make something anew for it beside its own. */
  makers: z.array(z.int().positive()).optional().catch(undefined),
});

/** A replica with its port, and with the pid that its stack says it has; null when it says that no process runs. */
export type ReplicaByPid = PublishedReplica & z.infer<typeof placeSchema>;

/** GETs the published inventory; see `readInventory` for what is thrown. */
export function readPublished(
  url: string,
  signal: AbortSignal,
  listed: readonly string[],
): Promise<readonly ReplicaByPid[]> {
  return readInventory(url, { signal, listed, identity: placeSchema });
}

/** Those of the pids that live. */
export async function livingOf(pids: readonly number[] | undefined): Promise<readonly string[] | undefined> {
  const started = pids && (await Promise.all(pids.map(async (pid) => ({ pid, startTime: await startTimeOf(pid) }))));
  return started?.flatMap(({ pid, startTime }) => (startTime === undefined ? [] : [instanceOf({ pid, startTime })]));
}

/** The processes that were published, as one stack's inventories have them. */
export interface Incarnations {
  /** Turns pids into instances. */
  take(published: readonly ReplicaByPid[]): Promise<Inventory>;
  /** Where an instance listens, if it was in the inventory that was taken last. */
  portOf(instance: string): number | undefined;
}

interface Known {
  readonly pid: number;
  readonly instance: string;
  readonly port: number;
}

/**
 * Of one stack. A process that is over stays the instance that it was as long as the stack publishes its pid: that it
 * does not run any more is for `isRunning` to say.
 */
export function trackIncarnations(): Incarnations {
  let known = new Map<string, Known>();
  const instanceNow = async (replica: string, pid: number): Promise<string> => {
    const startTime = await startTimeOf(pid);
    if (startTime !== undefined) return instanceOf({ pid, startTime });
    const before = known.get(replica);
    return before?.pid === pid ? before.instance : instanceOf({ pid, startTime: "never seen" });
  };
  return {
    async take(published) {
      const now = new Map<string, Known>();
      const replicas = await Promise.all(
        published.map(async ({ pid, ...entry }) => {
          // Of the moment, and no part of the record.
          delete entry.underWay;
          delete entry.makers;
          if (pid === null) return { ...entry, instance: null };
          const instance = await instanceNow(entry.replica, pid);
          now.set(entry.replica, { pid, instance, port: entry.port });
          return { ...entry, instance };
        }),
      );
      known = now;
      return { replicas };
    },
    portOf: (instance) => [...known.values()].find((one) => one.instance === instance)?.port,
  };
}
