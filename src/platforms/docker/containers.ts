// The containers of one stack as the engine shows them: which replica each is, and which incarnation of it.

import type { ContainerInspectInfo } from "dockerode";
import { loopbackHost } from "../../core/addresses.ts";
import { HarnessError } from "../../core/errors.ts";
import { ifThere, type Engine } from "./engine.ts";

/** What compose writes on its containers. */
export const label = {
  project: "com.docker.compose.project",
  service: "com.docker.compose.service",
  number: "com.docker.compose.container-number",
  folder: "com.docker.compose.project.working_dir",
  /** "True" on what `docker compose run` starts, which is no replica of its service. */
  oneOff: "com.docker.compose.oneoff",
} as const;
/** On what a trial has started; it tells nobody anything. */
export const markerLabel = "stack.instance";
/** By which an owner forbids what target.yaml allows. */
const chaosLabel = "rebound.chaos";

/** One container, as it is now. */
export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  /** Service and number, as compose has written them. */
  readonly service: string;
  readonly number: number;
  /** The folder that its project was started from; empty where that is not written. */
  readonly folder: string;
  /** Which incarnation runs; undefined when none does. */
  readonly instance: string | undefined;
  readonly isPaused: boolean;
  readonly forbidsChaos: boolean;
  readonly info: ContainerInspectInfo;
}

/** Equal exactly when it is the same start of the same container. */
export function instanceOf(id: string, startedAt: string): string {
  return `container ${id.slice(0, 12)}/${startedAt}`;
}

/** The container and its start that a text names. Throws HarnessError "environment" for any other text. */
export function containerOf(instance: string): { readonly id: string; readonly startedAt: string } {
  const [, id, startedAt] = /^container ([0-9a-f]{12})\/(\S+)$/.exec(instance) ?? [];
  if (id !== undefined && startedAt !== undefined) return { id, startedAt };
  throw new HarnessError("environment", `${JSON.stringify(instance)} does not name a container`);
}

/** Every container of a project's services, running or not, in the order of services and numbers. */
export async function containersOf({ docker }: Engine, project: string): Promise<readonly SeenContainer[]> {
  const filters = { label: [`${label.project}=${project}`, label.service] };
  const listed = await docker.listContainers({ all: true, filters });
  const infos = await Promise.all(listed.map(({ Id }) => ifThere(docker.getContainer(Id).inspect())));
  const own = infos.filter((info) => info !== undefined).filter(({ Config }) => Config.Labels[label.oneOff] !== "True");
  const seen = own.map(seenOf);
  return seen.toSorted((a, b) => (a.service === b.service ? a.number - b.number : a.service < b.service ? -1 : 1));
}

/** Undefined once it was removed. */
export async function containerNow({ docker }: Engine, id: string): Promise<SeenContainer | undefined> {
  const info = await ifThere(docker.getContainer(id).inspect());
  return info && seenOf(info);
}

function seenOf(info: ContainerInspectInfo): SeenContainer {
  const { Id: id, Name: name, State: state, Config: config } = info;
  const labels = config.Labels;
  // Between two starts of its policy it counts as running, and nothing runs.
  const runs = state.Running && !state.Restarting;
  return {
    id,
    name: name.replace(/^\//, ""),
    service: labels[label.service] ?? "",
    number: Number(labels[label.number] ?? "1"),
    folder: labels[label.folder] ?? "",
    instance: runs ? instanceOf(id, state.StartedAt) : undefined,
    isPaused: state.Paused,
    forbidsChaos: (labels[chaosLabel] ?? "allowed") !== "allowed",
    info,
  };
}

/** Only a binding to one of these is reached at the loopback address, where everything of ours asks. */
function isOurs(host: string): boolean {
  return [loopbackHost, "0.0.0.0", "::", ""].includes(host);
}

/** Where a port of it is published at the loopback address; undefined when it is not, or nothing runs. */
export function publishedPort({ info }: SeenContainer, inside: number): number | undefined {
  const bound = info.NetworkSettings.Ports[`${inside}/tcp`] as
    | readonly { readonly HostIp?: string; readonly HostPort: string }[]
    | null
    | undefined;
  const port = Number(bound?.find(({ HostIp = "" }) => isOurs(HostIp))?.HostPort ?? "0");
  return port > 0 ? port : undefined;
}

/** Its addresses in the networks that it is in; only where the engine is on this machine do they lead to it. */
export function addressesOf({ info }: SeenContainer): readonly string[] {
  return Object.values(info.NetworkSettings.Networks).flatMap(({ IPAddress }) => (IPAddress === "" ? [] : [IPAddress]));
}
