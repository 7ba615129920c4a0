// Children as containers: each is made of this one's own image, with its folders and in its networks, and without the
// engine's socket, which only this one has. What has ended is removed, and its output kept in its log file.

import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { messageOf, type Logger } from "../common/log.ts";
import { EngineError, isGone, openDocker, type Docker } from "./docker.ts";
import type { Launch, Program, RunEnd, Running, SignalName } from "./launch.ts";
import { keepIn } from "./output-end.ts";
import { createTurns, type Turns } from "./turns.ts";

/** What compose writes on containers, so that its own commands find them. */
const SERVICE = "com.docker.compose.service";
const NUMBER = "com.docker.compose.container-number";
const PROJECT = "com.docker.compose.project";

interface Mount {
  readonly Target: string;
}

/** This container, as the engine shows it. */
interface Own {
  readonly Image: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>>; readonly WorkingDir: string };
  readonly HostConfig: {
    readonly NetworkMode: string;
    readonly PidMode: string;
    readonly Binds?: readonly string[] | null;
    readonly Mounts?: readonly Mount[] | null;
  };
}

export interface Containers {
  readonly launch: Launch;
  /** Resolves once nothing of those that have ended is left. */
  cleared(): Promise<void>;
}

/** Of one container's output, and of all that a replica's log file holds, the end is kept; bytes. */
const MOST_OUTPUT = 1_000_000;
const MOST_KEPT = 4_000_000;
/** An engine that is asked to remove a container may be busy with it; so often, ms apart. */
const REMOVALS = 5;
const AGAIN_MS = 200;

/**
 * `own`: this container's id, or its name. Throws when the engine has no such container, or one that its children could
 * not reach.
 */
export async function openContainers(socket: string, own: string, log: Logger): Promise<Containers> {
  const docker = openDocker(socket);
  const self = await docker.ask<Own>("GET", `/containers/${own}/json`);
  // Everyone here calls the others at the loopback address, and names processes by the machine's numbers.
  const { NetworkMode: network, PidMode: pids } = self.HostConfig;
  if (network !== "host" || pids !== "host") {
    throw new Error(
      `STACK_DOCKER_SOCKET needs network_mode: host and pid: host, and has ${network} and ${pids || "its own"}`,
    );
  }
  const ending = new Set<Promise<void>>();
  const files = createTurns();
  let made = 0;
  return {
    async launch(program) {
      made += 1;
      const name = `${self.Config.Labels[PROJECT] ?? "stack"}-${program.replica}.${made}`;
      const place = { docker, log, name };
      const id = await createdAs(place, bodyOf(self, program, socket));
      try {
        await docker.ask("POST", `/containers/${id}/start`);
        const { State: state } = await docker.ask<{ State: { Pid: number } }>("GET", `/containers/${id}/json`);
        const ended = endOf(docker, id);
        const cleared = ended.then(() => clear(place, id, program, files)).finally(() => ending.delete(cleared));
        ending.add(cleared);
        return { pid: state.Pid, ended, cleared, signal: signalsTo(docker, id) };
      } catch (error) {
        await remove(place, id);
        throw error;
      }
    },
    async cleared() {
      await Promise.all(ending);
    },
  };
}

interface Place {
  readonly docker: Docker;
  readonly log: Logger;
  /** Of the container. */
  readonly name: string;
}

/** Its id. An engine that gave no answer may have made it all the same: then it is removed. */
async function createdAs(place: Place, body: object): Promise<string> {
  const { docker, name } = place;
  try {
    return (await docker.ask<{ Id: string }>("POST", `/containers/create?name=${name}`, body)).Id;
  } catch (error) {
    if (!(error instanceof EngineError)) await remove(place, name);
    throw error;
  }
}

function bodyOf(own: Own, spec: Program, socket: string): object {
  const { NetworkMode, PidMode, Binds, Mounts } = own.HostConfig;
  const number = /-(\d+)$/.exec(spec.replica)?.[1] ?? "1";
  return {
    Image: own.Image,
    Entrypoint: [],
    Cmd: [process.execPath, spec.entry],
    Env: Object.entries(spec.environment()).map(([key, value]) => `${key}=${value}`),
    WorkingDir: own.Config.WorkingDir,
    Labels: { ...own.Config.Labels, [SERVICE]: spec.service, [NUMBER]: number },
    HostConfig: {
      NetworkMode,
      PidMode,
      Binds: (Binds ?? []).filter((bind) => bind.split(":")[1] !== socket),
      Mounts: (Mounts ?? []).filter(({ Target }) => Target !== socket),
      RestartPolicy: { Name: "no" },
      // Readable, whatever the engine does with others' output, and no more of it on the disk than is kept at its end.
      LogConfig: { Type: "json-file", Config: { "max-size": "4m", "max-file": "1" } },
    },
  };
}

/** This container's id, by the files that the engine mounts into it; the name of the machine is not its own. */
export async function ownId(): Promise<string> {
  const [, id] = /\/containers\/([0-9a-f]{64})\//.exec(await readFile("/proc/self/mountinfo", "utf8")) ?? [];
  if (id === undefined) throw new Error("STACK_DOCKER_SOCKET is set, and this is no container of Docker");
  return id;
}

const CALLS: Readonly<Record<SignalName, string>> = {
  SIGSTOP: "pause",
  SIGCONT: "unpause",
  SIGTERM: "kill?signal=SIGTERM",
  SIGKILL: "kill?signal=SIGKILL",
};

/** One order after the other: side by side they might overtake each other on the way to the engine. */
function signalsTo(docker: Docker, id: string): Running["signal"] {
  const orders = createTurns();
  return (name) => orders.inTurn(id, () => carryOut(docker, id, name));
}

async function carryOut(docker: Docker, id: string, name: SignalName): Promise<void> {
  const refusal = await docker.ask("POST", `/containers/${id}/${CALLS[name]}`).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (refusal === undefined && name !== "SIGSTOP") return;
  const state = await stateOf(docker, id);
  // One that has ended takes no signal.
  if (state?.Running !== true) return;
  // Somebody else may have paused it, or let it go on.
  if ((name === "SIGSTOP" && state.Paused) || (name === "SIGCONT" && !state.Paused)) return;
  throw refusal ?? new Error(`the engine says that container ${id} is not paused after it was`);
}

interface State {
  readonly Running: boolean;
  readonly Paused: boolean;
}

async function stateOf(docker: Docker, id: string): Promise<State | undefined> {
  try {
    return (await docker.ask<{ State: State }>("GET", `/containers/${id}/json`)).State;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Above this a code is a signal, by its number. */
const BY_SIGNAL = 128;
const SIGNALS: Readonly<Record<number, string>> = { 9: "SIGKILL", 15: "SIGTERM" };

async function endOf(docker: Docker, id: string): Promise<RunEnd> {
  const end = await docker.waitFor(id);
  if (end === null) return { code: null, signal: null };
  const signal = SIGNALS[end.StatusCode - BY_SIGNAL];
  return signal === undefined ? { code: end.StatusCode, signal: null } : { code: null, signal };
}

/** Whatever becomes of its output, the container goes. */
async function clear(place: Place, id: string, { logFile }: Program, files: Turns): Promise<void> {
  const { docker, log, name } = place;
  try {
    const bytes = await docker.output(id, MOST_OUTPUT);
    await files.inTurn(logFile, () => keepIn(logFile, bytes, MOST_KEPT));
  } catch (error) {
    if (!isGone(error)) log.warn("what a container wrote was not kept", { name, reason: messageOf(error) });
  } finally {
    await remove(place, id);
  }
}

/** Whether it runs or not, with its volumes that have no name. What stays stands in the log. */
async function remove({ docker, log, name }: Place, id: string): Promise<void> {
  for (let left = REMOVALS; ; left -= 1) {
    try {
      await docker.ask("DELETE", `/containers/${id}?force=1&v=1`);
      return;
    } catch (error) {
      if (isGone(error)) return;
      if (left <= 1) return log.warn("a container was not removed", { name, reason: messageOf(error) });
    }
    await pause(AGAIN_MS);
  }
}
