// The process of ours that takes callers in where a name was taken over.

import { fileURLToPath } from "node:url";
import { HarnessError, messageOf } from "../../../core/errors.ts";
import type { HelperProcess } from "../../../core/host.ts";
import { compiledEntry, endChild, firstAnswer, forkEntry } from "../../../lib/proc.ts";
import type { DoorReply, OpenDoor } from "./protocol.ts";

const openWithinMs = 15_000;
const endWithinMs = 2_000;

/** Open doors stay open until it is stopped; it ends by itself when this process dies. */
export interface Doors {
  readonly helper: HelperProcess;
  /** Rejects with HarnessError "environment" where nobody can listen there. */
  open(door: Omit<OpenDoor, "number">): Promise<void>;
  stop(): Promise<void>;
}

/** `onLost`: called once if it ends without being stopped. */
export function startDoors(mark: Readonly<Record<string, string>>, onLost: (reason: string) => void): Doors {
  const entry = fileURLToPath(compiledEntry(import.meta.url, "platforms/docker/door/main.js"));
  const child = forkEntry(entry, { mark });
  let stopping = false;
  let last = 0;
  child.once("exit", () => stopping || onLost("the process at the taken names ended by itself"));
  return {
    helper: { pid: child.pid ?? 0, what: "the doors to the fault proxy" },
    async open(door) {
      const number = (last += 1);
      const take = (message: unknown): DoorReply | undefined =>
        (message as DoorReply).number === number ? (message as DoorReply) : undefined;
      const answered = firstAnswer(child, { take, limitMs: openWithinMs });
      child.send({ ...door, number });
      const { failed } = await answered.catch((thrown: unknown) => ({ failed: messageOf(thrown) }));
      if (failed === undefined) return;
      throw new HarnessError("environment", `nobody can listen in the network of a container: ${failed}`, {
        hint: "edges on docker need Linux, root and nsenter (util-linux)",
      });
    },
    async stop() {
      stopping = true;
      await endChild(child, endWithinMs);
    },
  };
}
