// The engine that stacks of containers run on: found where DOCKER_HOST or the usual socket says, and on this machine.

import type Docker from "dockerode";
import { z } from "zod";
import { isLoopbackHost } from "../../core/addresses.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";

/** Of Docker 20.10: what is older has not been tried. */
const oldestApi = [1, 41] as const;
const usualSocket = "unix:///var/run/docker.sock";
const timeoutMs = 20_000;

export interface Engine {
  /** As DOCKER_HOST has it. */
  readonly host: string;
  readonly docker: Docker;
}

/** Where the engine is looked for. */
function engineHost(): string {
  const named = process.env["DOCKER_HOST"] ?? "";
  return named === "" ? usualSocket : named;
}

const opened = new Map<string, Promise<Engine>>();

/**
 * Opens it once for each place. Throws HarnessError "environment" where none answers, or one that cannot be used.
 */
export async function openEngine(host = engineHost()): Promise<Engine> {
  const engine = opened.get(host) ?? connect(host);
  opened.set(host, engine);
  try {
    return await engine;
  } catch (thrown) {
    opened.delete(host);
    throw thrown;
  }
}

async function connect(host: string): Promise<Engine> {
  const where = placeOf(host);
  // Loaded where it is used: it takes longer than the rest of the command line together.
  const { default: Client } = await import("dockerode");
  const docker = new Client({ ...where, timeout: timeoutMs });
  const version = await docker.version().catch((cause: unknown) => {
    throw new HarnessError("environment", `no Docker engine answers at ${host}: ${messageOf(cause)}`, {
      hint: whatToDo(cause),
      cause,
    });
  });
  const said = versionSchema.safeParse(version);
  if (!said.success) throw odd(host, "/version");
  if (!isNewEnough(said.data.ApiVersion)) {
    const words = `the engine at ${host} has the API ${said.data.ApiVersion}`;
    throw new HarnessError("environment", words, {
      hint: `it must have ${oldestApi.join(".")} (Docker 20.10) or later`,
    });
  }
  const info = infoSchema.safeParse(await docker.info().catch(() => undefined));
  if (!info.success) throw odd(host, "/info");
  if (info.data.SecurityOptions?.some((option) => option.includes("rootless")) === true) {
    throw new HarnessError("environment", `the engine at ${host} is rootless`, {
      hint: "its containers' processes and limits are out of reach: use an engine that runs as root",
    });
  }
  return { host, docker };
}

/** A client of it for answers on which nothing may come for long: only their own signal ends them. */
export async function patientClient({ host }: Pick<Engine, "host">): Promise<Docker> {
  const { default: Client } = await import("dockerode");
  return new Client({ ...placeOf(host), timeout: 0 });
}

/** Exported for its tests. */
export function whatToDo(cause: unknown): string {
  const isForbidden = cause instanceof Error && "code" in cause && cause.code === "EACCES";
  if (!isForbidden) return "start one, or name it in DOCKER_HOST";
  return "this user may not open its socket: join the group that owns it (docker, as a rule), or name another in DOCKER_HOST";
}

const versionSchema = z.object({ ApiVersion: z.string() });
// The client hands on as bytes what is no object.
const infoSchema = z.record(z.string(), z.unknown()).pipe(z.object({ SecurityOptions: z.array(z.string()).nullish() }));

function odd(host: string, path: string): HarnessError {
  const hint = "is it a Docker engine? name one in DOCKER_HOST";
  return new HarnessError("environment", `what answers at ${host} is no Docker engine, by its ${path}`, { hint });
}

/** Exported for its tests. */
export function isNewEnough(api: string): boolean {
  const [major = 0, minor = 0] = api.split(".").map(Number);
  return major > oldestApi[0] || (major === oldestApi[0] && minor >= oldestApi[1]);
}

/** Throws HarnessError "bad-input" for an engine on another machine. */
function placeOf(host: string): { socketPath: string } | { protocol: "http"; host: string; port: number } {
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  const [, name = "", port = ""] = /^tcp:\/\/([^:/]+):(\d+)\/?$/.exec(host) ?? [];
  if (port !== "" && isLoopbackHost(name)) return { protocol: "http", host: name, port: Number(port) };
  throw new HarnessError("bad-input", `DOCKER_HOST is ${JSON.stringify(host)}`, {
    hint: "it must be a unix:// socket, or a tcp:// address of this machine",
  });
}

/** The status that the engine answered, of an error of its client; undefined for any other. */
export function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !("statusCode" in thrown)) return undefined;
  return typeof thrown.statusCode === "number" ? thrown.statusCode : undefined;
}

/** Undefined where the engine says that there is no such thing. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (thrown) {
    if (statusOf(thrown) === 404) return undefined;
    throw thrown;
  }
}

/** Harmless where it is in that state already, or gone: then it is false. */
export async function unlessSo(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (thrown) {
    if (![304, 404, 409].includes(statusOf(thrown) ?? 0)) throw thrown;
    return false;
  }
}
