// Commands in a running container, by the engine's exec. The engine has no order that ends one: its process is ended
// past it, where it is to be seen on this machine, and else left alone, and then no other of its kind is begun.

import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { messageOf } from "../../core/errors.ts";
import { reasonText } from "../../core/reasons.ts";
import { longestOutput, type CommandOrder, type CommandOutcome, type RunInside } from "../../core/run-inside.ts";
import type { Ms } from "../../core/units.ts";
import { containerOf } from "./containers.ts";
import { statusOf, type Engine } from "./engine.ts";
import { isOf } from "./main-process.ts";
import { outputsIn } from "./outputs.ts";

/** From the end of what it writes until the engine knows its code. */
const codeWithinMs: Ms = 1_000;
const pollMs: Ms = 10;
/** An engine that hangs must not hold a probe for good. */
const lookWithinMs: Ms = 3_000;
/** Killing goes on until no child is left: one may have been born meanwhile. */
const killRounds = 5;

/** The container was removed. */
const gone = 404;
/** A newer engine refuses what an older one ends with 126 or 127. */
const refused = 400;

/** Runs commands in containers. `port`: where the replica listens inside. */
export function commandRunner(engine: Engine): (instance: string, port: number) => RunInside {
  /** What could not be ended, by instance and command. */
  const left = new Map<string, Docker.Exec>();
  return (instance, port) => async (order, signal) => {
    const { id } = containerOf(instance);
    const command = order.command.map((word) => word.replaceAll("{port}", String(port)));
    const key = JSON.stringify([instance, command]);
    try {
      const before = left.get(key);
      if (before !== undefined && (await lookAt(before)).Running) {
        return { what: "ill", why: "the command of an earlier look is not done yet, and could not be ended" };
      }
      left.delete(key);
      const exec = await created(engine, id, { ...order, command }, signal);
      const run = await ran(exec, id, signal);
      if (run.stays) left.set(key, exec);
      return run.outcome;
    } catch (thrown) {
      return outcomeOf(thrown, signal);
    }
  };
}

async function created(
  { docker }: Engine,
  id: string,
  { command, env }: CommandOrder,
  signal: AbortSignal,
): Promise<Docker.Exec> {
  const Env = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const how = { Cmd: [...command], Env, AttachStdout: true, AttachStderr: true, abortSignal: signal };
  return docker.getContainer(id).exec(how);
}

interface Run {
  readonly outcome: CommandOutcome;
  /** It may run on. */
  readonly stays: boolean;
}

async function ran(exec: Docker.Exec, id: string, signal: AbortSignal): Promise<Run> {
  const stream = exec.start({ hijack: false, stdin: false });
  try {
    const bytes = await unlessAborted(signal, stream.then(written));
    if (bytes === undefined)
      return await ended(exec, id, { what: "unseen", why: `it wrote more than ${longestOutput} bytes` });
    const code = await codeOf(exec, signal);
    const { output, complaints } = outputsIn(bytes);
    return { outcome: { what: "ended", code, output, complaints }, stays: false };
  } catch (thrown) {
    stream.then(
      (open) => open.destroy(),
      () => undefined,
    );
    if (signal.aborted) return ended(exec, id, { what: "ill", why: "the command was not done in time" });
    // Refused before anything ran; else the engine broke off, and nobody knows.
    if (statusOf(thrown) !== undefined) throw thrown;
    return ended(exec, id, { what: "unseen", why: `the engine broke off: ${messageOf(thrown)}` });
  }
}

/** Rejects when the engine does not answer in time. */
async function lookAt(exec: Docker.Exec): Promise<Docker.ExecInspectInfo> {
  return exec.inspect({ abortSignal: AbortSignal.timeout(lookWithinMs) });
}

/** Undefined for too much. */
async function written(stream: Readable): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    parts.push(part as Buffer);
    bytes += (part as Buffer).length;
    if (bytes > longestOutput) return undefined;
  }
  return Buffer.concat(parts);
}

async function codeOf(exec: Docker.Exec, signal: AbortSignal): Promise<number> {
  const until = performance.now() + codeWithinMs;
  for (;;) {
    const { Running: runs, ExitCode: code } = await lookAt(exec);
    if (!runs && code !== null) return code;
    // It has closed its outputs, and goes on.
    if (performance.now() > until) throw new Error("it wrote to its end, and has no code");
    await unlessAborted(signal, new Promise((resolve) => setTimeout(resolve, pollMs)));
  }
}

function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(signal.reason);
    signal.addEventListener("abort", aborted, { once: true });
    if (signal.aborted) aborted();
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", aborted));
  });
}

/** Ends what it may have left running. */
async function ended(
  exec: Docker.Exec,
  id: string,
  { what, why }: Extract<CommandOutcome, { why: string }>,
): Promise<Run> {
  const left = await killed(exec, id).catch(messageOf);
  return {
    outcome: { what, why: left === undefined ? why : `${why}, and goes on: ${left}` },
    stays: left !== undefined,
  };
}

/** Undefined: nothing of it runs any more; else why it may. */
async function killed(exec: Docker.Exec, id: string): Promise<string | undefined> {
  for (let round = 0; round < killRounds; round += 1) {
    const { Running: runs, Pid: pid } = await lookAt(exec);
    if (!runs) return undefined;
    if (!(await isOf(pid, id))) return "its process is not to be seen on this machine";
    for (const one of [pid, ...(await descendantsOf(pid))]) if (await isOf(one, id)) endProcess(one);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return (await lookAt(exec)).Running ? "SIGKILL does not end it" : undefined;
}

async function descendantsOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const children = text.trim().split(" ").filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(descendantsOf))).flat()];
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

/** Of a command that was never begun. */
function outcomeOf(thrown: unknown, signal: AbortSignal): CommandOutcome {
  const status = statusOf(thrown);
  if (status === gone) return { what: "ill", why: "its container is gone" };
  const state = stateIn(messageOf(thrown));
  if (status !== undefined && state !== undefined) return { what: "ill", why: state };
  if (status === refused) return { what: "unseen", why: `it cannot be run: ${reasonText(messageOf(thrown))}` };
  if (signal.aborted) return { what: "unseen", why: "the engine did not take the command in time" };
  return { what: "unseen", why: `the engine did not run it: ${reasonText(messageOf(thrown))}` };
}

/** Of a container that takes no command, in the engine's words; it says so with more than one status. */
function stateIn(message: string): string | undefined {
  if (message.includes("is paused")) return "its container is paused";
  return /is not running|is restarting/.test(message) ? "its container does not run" : undefined;
}
