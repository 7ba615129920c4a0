// Children as containers: each is made of this one's own image, with its folders and in its networks, and without the
// engine's socket, which only this one has. What has ended is removed, and its output kept in its log file.

import { appendFile, readFile } from "node:fs/promises";
import { messageOf, type Logger } from "../common/log.ts";
import { openDocker, type Docker } from "./docker.ts";
import type { Launch, RunEnd, Running } from "./launch.ts";

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

/** Throws when this is no container, or one that its children could not reach. */
export async function openContainers(socket: string, log: Logger): Promise<Containers> {
  const docker = openDocker(socket);
  const own = await docker.ask<Own>("GET", `/containers/${await ownId()}/json`);
  // Everyone here calls the others at the loopback address, and names processes by the machine's numbers.
  const { NetworkMode: network, PidMode: pids } = own.HostConfig;
  if (network !== "host" || pids !== "host") {
    throw new Error(
      `STACK_DOCKER_SOCKET needs network_mode: host and pid: host, and has ${network} and ${pids || "its own"}`,
    );
  }
  const ending = new Set<Promise<void>>();
  let made = 0;
  return {
    async launch(spec) {
      made += 1;
      const body = bodyOf(own, spec, socket);
      const name = `${own.Config.Labels[PROJECT] ?? "stack"}-${spec.replica}.${made}`;
      const { Id: id } = await docker.ask<{ Id: string }>("POST", `/containers/create?name=${name}`, body);
      try {
        await docker.ask("POST", `/containers/${id}/start`);
        const { State: state } = await docker.ask<{ State: { Pid: number } }>("GET", `/containers/${id}/json`);
        const running = runningAs(docker, id, state.Pid);
        const clear = running.ended
          .then(() => keepOutput(docker, id, spec.logFile))
          .then(() => remove(docker, id))
          .catch((error: unknown) => log.warn("a container was not cleared away", { name, reason: messageOf(error) }))
          .finally(() => ending.delete(clear));
        ending.add(clear);
        return running;
      } catch (error) {
        await remove(docker, id);
        throw error;
      }
    },
    async cleared() {
      await Promise.all(ending);
    },
  };
}

function bodyOf(own: Own, spec: Parameters<Launch>[0], socket: string): object {
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
    },
  };
}

/** Of this container, by the files that the engine mounts into it; the name of the machine is not its own. */
async function ownId(): Promise<string> {
  const [, id] = /\/containers\/([0-9a-f]{64})\//.exec(await readFile("/proc/self/mountinfo", "utf8")) ?? [];
  if (id === undefined) throw new Error("STACK_DOCKER_SOCKET is set, and this is no container of Docker");
  return id;
}

function runningAs(docker: Docker, id: string, pid: number): Running {
  const calls = {
    SIGSTOP: "pause",
    SIGCONT: "unpause",
    SIGTERM: "kill?signal=SIGTERM",
    SIGKILL: "kill?signal=SIGKILL",
  };
  return {
    pid,
    ended: endOf(docker, id),
    // One that has ended takes no signal.
    signal: (name) => void docker.ask("POST", `/containers/${id}/${calls[name]}`).catch(() => undefined),
  };
}

/** Above this a code is a signal, by its number. */
const BY_SIGNAL = 128;
const SIGNALS: Readonly<Record<number, string>> = { 9: "SIGKILL", 15: "SIGTERM" };

async function endOf(docker: Docker, id: string): Promise<RunEnd> {
  const { StatusCode: status } = await docker.waitFor(id);
  const signal = SIGNALS[status - BY_SIGNAL];
  return signal === undefined ? { code: status, signal: null } : { code: null, signal };
}

async function keepOutput(docker: Docker, id: string, logFile: string): Promise<void> {
  await appendFile(logFile, await docker.output(id));
}

async function remove(docker: Docker, id: string): Promise<void> {
  await docker.ask("DELETE", `/containers/${id}?force=1`);
}
