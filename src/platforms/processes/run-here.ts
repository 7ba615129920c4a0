// Commands beside the replicas of a stack of processes: on this machine, with a marker of their own, so that none of
// them is taken for the stack's, and none outlives it.

import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { randomUUID } from "node:crypto";
import { messageOf } from "../../core/errors.ts";
import { longestOutput, type CommandOutcome, type RunInside } from "../../core/run-inside.ts";
import type { UndoJournal } from "../../core/undo.ts";
import { ourEnvironment } from "./environment.ts";
import { endInstance, markerVariable } from "./process-table.ts";
import { waysInto } from "./ways.ts";

interface CommandsHere {
  /** `port`: where the replica listens. */
  at(port: string): RunInside;
  /** Ends what is left of them, and names what could not be ended. */
  end(): Promise<readonly string[]>;
}

/** The first one is in the journal before it runs. `onMarker` is given what all of them carry; they run in `dir`. */
export function commandsHere(dir: string, journal: UndoJournal, onMarker: (marker: string) => void): CommandsHere {
  const marker = `beside-${randomUUID()}`;
  let noted: Promise<number> | undefined;
  const note = (): Promise<number> => {
    onMarker(marker);
    return waysInto(journal).intend({ kind: "beside", marker });
  };
  return {
    at: (port) => async (order, signal) => {
      await (noted ??= note());
      if (signal.aborted) return { what: "unseen", why: "it was not begun in time" };
      const [file = "", ...args] = order.command.map((word) => word.replaceAll("{port}", port));
      const env = { ...ourEnvironment(), ...order.env, [markerVariable]: marker };
      // It leads a group, so that what it has started ends with it.
      const how: SpawnOptions = { cwd: dir, env, detached: true, stdio: ["ignore", "pipe", "pipe"] };
      return outcomeOf(spawn(file === "node" ? process.execPath : file, args, how), signal);
    },
    async end() {
      if (noted === undefined) return [];
      const seq = await noted;
      const { remaining } = await endInstance({ marker }, 0);
      if (remaining.length === 0) await journal.done(seq);
      return remaining.map(({ pid }) => `pid ${pid}, a command of a probe`);
    },
  };
}

function outcomeOf(child: ChildProcess, signal: AbortSignal): Promise<CommandOutcome> {
  const outputs: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
  let bytes = 0;
  let isOver = false;
  return new Promise((resolve) => {
    const over = (outcome: CommandOutcome): void => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener("abort", late);
      endGroup(child);
      resolve(outcome);
    };
    const late = (): void => over({ what: "ill", why: "the command was not done in time" });
    signal.addEventListener("abort", late, { once: true });
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.on("data", (part: Buffer) => {
        bytes += part.length;
        if (bytes > longestOutput) over({ what: "unseen", why: `it wrote more than ${longestOutput} bytes` });
        else outputs[name].push(part);
      });
    }
    child.once("error", (error) => over({ what: "unseen", why: `it cannot be run: ${messageOf(error)}` }));
    child.once("close", (code, by) => {
      const [output, complaints] = [Buffer.concat(outputs.stdout).toString(), Buffer.concat(outputs.stderr).toString()];
      if (code === null) over({ what: "ill", why: `the command was ended by ${by}` });
      else over({ what: "ended", code, output, complaints });
    });
  });
}

/** Once for each: a number is given to somebody else later. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}
