// A client of ours at one replica, as a fault uses it; the process that started it alone can tell it anything, any
// process can end it.

import type { ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { ClientControl, ClientView } from "../../../core/controls.ts";
import { HarnessError } from "../../../core/errors.ts";
import type { Ms } from "../../../core/units.ts";
import { compiledEntry, firstAnswer, forkEntry } from "../../../lib/proc.ts";
import { instanceOf, processOf } from "../instance.ts";
import { isAlive, sendSignal, startTimeOf, waitUntilGone } from "../process-table.ts";
import type { FromClient, ToClient } from "./messages.ts";

/** How long it may take to come up, to answer, and to be gone, ms. */
const [upWithinMs, answerWithinMs, goneWithinMs]: readonly [Ms, Ms, Ms] = [10_000, 3_000, 3_000];

/** By name: those that this process has started. */
const started = new Map<string, Line>();

interface Line {
  readonly child: ChildProcess;
  /** Answers come in the order in which they were asked for; undefined: the client has ended. */
  readonly waiters: ((view: ClientView | undefined) => void)[];
}

/** `base`: where the replica answers, scheme and port included. */
export function clientControl(base: string): ClientControl {
  return {
    async start() {
      const child = forkEntry(fileURLToPath(compiledEntry(import.meta.url, "platforms/processes/client/main.js")), {});
      const take = (message: unknown): true | undefined => ((message as FromClient).kind === "up" ? true : undefined);
      await firstAnswer(child, { take, limitMs: upWithinMs }).catch((cause: unknown) => {
        child.kill("SIGKILL");
        throw new HarnessError("environment", "a client of ours did not come up", { cause });
      });
      const pid = child.pid ?? 0;
      const name = instanceOf({ pid, startTime: (await startTimeOf(pid)) ?? "never seen" });
      // It must not keep us from ending; it ends with us.
      child.unref();
      child.channel?.unref();
      if (child.stderr instanceof Socket) child.stderr.unref();
      const waiters: Line["waiters"] = [];
      started.set(name, { child, waiters });
      child.on("message", (message: FromClient) => {
        if (message.kind === "view") waiters.shift()?.(message);
      });
      child.once("exit", () => {
        started.delete(name);
        for (const waiter of waiters) waiter(undefined);
      });
      return name;
    },
    begin: async (client, plan) => void (await told(client, { do: "begin", base, plan })),
    look: (client) => told(client, { do: "look" }),
    async end(client) {
      const { pid, startTime } = processOf(client);
      // Another process may have its number by now.
      if (!(await isAlive(pid, startTime))) return true;
      await sendSignal({ pid, startTime }, "SIGKILL");
      return (await waitUntilGone([{ pid, startTime }], goneWithinMs)).length === 0;
    },
  };
}

/** Undefined when the client is not there any more, or was started by another process. */
function told(client: string, message: ToClient): Promise<ClientView | undefined> {
  const line = started.get(client);
  if (line?.child.connected !== true) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const late = new HarnessError("environment", `the client ${client} does not answer`);
    const timer = setTimeout(() => reject(late), answerWithinMs);
    line.waiters.push((view) => {
      clearTimeout(timer);
      resolve(view);
    });
    line.child.send(message);
  });
}
