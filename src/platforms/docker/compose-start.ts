// Starts the services of a compose file through the engine itself, and removes all that came of it.

import type Docker from "dockerode";
import { setTimeout as delay } from "node:timers/promises";
import { loopbackHost } from "../../core/addresses.ts";
import type { ComposeService, ComposeSpec } from "../../core/containers.ts";
import { HarnessError } from "../../core/errors.ts";
import { label, markerLabel } from "./containers.ts";
import { ifThere, type Engine } from "./engine.ts";
import { join, type NetworkNames } from "./holder.ts";

const healthyPollMs = 50;

export interface ComposeStart {
  readonly spec: ComposeSpec;
  readonly project: string;
  readonly marker: string;
  /** Added to the environment of every container. */
  readonly environment: Readonly<Record<string, string>>;
  /** Without what the engine itself repairs. */
  readonly withoutRestarts: boolean;
  /** Folders of this machine that every container has at the same path. */
  readonly folders?: readonly string[];
  /** A port of this machine for a port inside of a container; undefined: the engine chooses. */
  readonly hostPort: (service: string, number: number, port: number) => number | undefined;
  /** Ports inside that are published besides those of the file. */
  readonly portsOf: (service: string, number: number) => readonly number[];
  /** What else is done with one that has started, whose names are then free; undefined: they are its own. */
  readonly namesTo?: (service: string, number: number) => NamesTo | undefined;
}

type NamesTo = (id: string, networks: readonly NetworkNames[]) => Promise<void>;

/** Throws HarnessError "environment" or "interrupted" when it does not come up; what came to be is there then. */
export async function startCompose(engine: Engine, start: ComposeStart, signal: AbortSignal): Promise<void> {
  const { spec, project, marker } = start;
  const labels = { [label.project]: project, [markerLabel]: marker };
  await refuseMissingImages(engine, spec);
  for (const name of spec.networks) {
    await engine.docker.createNetwork({ Name: `${project}_${name}`, Labels: labels, CheckDuplicate: true });
  }
  for (const name of spec.volumes) await engine.docker.createVolume({ Name: `${project}_${name}`, Labels: labels });
  for (const service of spec.services) {
    signal.throwIfAborted();
    for (const { service: before, healthy } of service.dependsOn) {
      if (healthy) await untilHealthy(engine, start, before, signal);
    }
    const numbers = Array.from({ length: service.scale }, (_, index) => index + 1);
    await Promise.all(numbers.map((number) => startOne(engine, start, service, number)));
  }
}

async function refuseMissingImages(engine: Engine, spec: ComposeSpec): Promise<void> {
  const [missing] = await missingImages(engine, spec);
  if (missing === undefined) return;
  throw new HarnessError("environment", `the engine has no image ${missing.image}, of the service ${missing.name}`, {
    hint: `pull or build it first: trials fetch nothing (${spec.file})`,
  });
}

/** Services whose images the engine does not have. */
export async function missingImages({ docker }: Engine, { services }: ComposeSpec): Promise<readonly ComposeService[]> {
  const images = await Promise.all(services.map(({ image }) => ifThere(docker.getImage(image).inspect())));
  return services.filter((_, index) => images[index] === undefined);
}

/** Of a container of ours; no other container of the engine has that name. */
export function containerName(project: string, service: string, number: number): string {
  return `${project}-${service}-${number}`;
}

async function startOne(engine: Engine, start: ComposeStart, service: ComposeService, number: number): Promise<void> {
  const { docker } = engine;
  const { project } = start;
  const name = containerName(project, service.name, number);
  const namesTo = start.namesTo?.(service.name, number);
  const networks = service.networks.map((one) => ({
    network: `${project}_${one.name}`,
    names: [service.name, ...one.aliases],
  }));
  const own = namesTo === undefined ? networks : networks.map(({ network }) => ({ network, names: [] }));
  const { HostConfig: config, ...options } = optionsOf(start, service, number, own[0]);
  const HostConfig = { ...config, ...onMachineOf(engine, start, service) };
  const container = await docker.createContainer({ name, ...options, HostConfig });
  // An engine takes one network at creation; the others are joined before it starts.
  for (const more of own.slice(1)) await join(engine, container.id, more);
  await container.start();
  await namesTo?.(container.id, networks);
}

function optionsOf(
  start: ComposeStart,
  service: ComposeService,
  number: number,
  first: NetworkNames | undefined,
): Docker.ContainerCreateOptions {
  const { project, marker, environment, hostPort, portsOf } = start;
  const ports = [...new Set([...service.ports, ...portsOf(service.name, number)])];
  const bindings = ports.map((port) => {
    const HostPort = String(hostPort(service.name, number, port) ?? "");
    return [`${port}/tcp`, [{ HostIp: loopbackHost, HostPort }]] as const;
  });
  return {
    Image: service.image,
    ...(service.command && { Cmd: [...service.command] }),
    ...(service.entrypoint && { Entrypoint: [...service.entrypoint] }),
    Env: Object.entries({ ...service.environment, ...environment }).map(([key, value]) => `${key}=${value}`),
    Labels: {
      ...service.labels,
      [label.project]: project,
      [label.service]: service.name,
      [label.number]: String(number),
      [markerLabel]: marker,
    },
    ExposedPorts: Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}])),
    ...(service.healthcheck && { Healthcheck: healthOf(service.healthcheck) }),
    HostConfig: {
      PortBindings: Object.fromEntries(bindings.map(([port, places]) => [port, [...places]])),
      RestartPolicy: restartOf(start, service),
      Init: service.init,
      Mounts: service.volumes.map(({ name, path, readOnly }) => ({
        Type: "volume",
        Source: `${project}_${name}`,
        Target: path,
        ReadOnly: readOnly,
      })),
      ...(service.tmpfs && { Tmpfs: { ...service.tmpfs } }),
      ...(service.memoryBytes !== undefined && { Memory: service.memoryBytes, MemorySwap: service.memoryBytes }),
      ...(service.cpus !== undefined && { NanoCpus: Math.round(service.cpus * 1e9) }),
      ...(first && { NetworkMode: first.network }),
    },
    ...(first && { NetworkingConfig: { EndpointsConfig: { [first.network]: { Aliases: [...first.names] } } } }),
  };
}

/** What it has of this machine. The engine's socket is where we reach it ourselves. */
function onMachineOf(
  { host }: Engine,
  { folders = [] }: ComposeStart,
  { onMachine, engineSocket }: ComposeService,
): Docker.HostConfig {
  const socket = host.startsWith("unix://") ? host.slice("unix://".length) : engineSocket;
  const binds = folders.map((folder) => `${folder}:${folder}`);
  if (engineSocket !== undefined) binds.push(`${socket}:${engineSocket}`);
  return { Binds: binds, ...(onMachine === true && { NetworkMode: "host", PidMode: "host" }) };
}

function restartOf({ withoutRestarts }: ComposeStart, { restart }: ComposeService): Docker.HostRestartPolicy {
  if (withoutRestarts || restart.name === "no") return { Name: "no" };
  return { Name: restart.name, ...(restart.retries > 0 && { MaximumRetryCount: restart.retries }) };
}

const nsPerMs = 1e6;

function healthOf(check: NonNullable<ComposeService["healthcheck"]>): Docker.HealthConfig {
  return {
    Test: [...check.test],
    ...(check.everyMs !== undefined && { Interval: check.everyMs * nsPerMs }),
    ...(check.timeoutMs !== undefined && { Timeout: check.timeoutMs * nsPerMs }),
    ...(check.startPeriodMs !== undefined && { StartPeriod: check.startPeriodMs * nsPerMs }),
    ...(check.retries !== undefined && { Retries: check.retries }),
  };
}

async function untilHealthy(
  { docker }: Engine,
  { spec, project }: ComposeStart,
  service: string,
  signal: AbortSignal,
): Promise<void> {
  const scale = spec.services.find(({ name }) => name === service)?.scale ?? 1;
  for (let number = 1; number <= scale; number += 1) {
    const name = containerName(project, service, number);
    for (;;) {
      const { State: state } = await docker.getContainer(name).inspect();
      if (state.Health?.Status === "healthy") break;
      if (!state.Running || state.Health === undefined) {
        const why = state.Running ? "has no healthcheck" : `ended (${state.ExitCode}) before it was healthy`;
        throw new HarnessError("environment", `${name} ${why}, and others wait for it`);
      }
      await delay(healthyPollMs, undefined, { signal });
    }
  }
}

/** What a start has left, by its marker: containers, networks and volumes. */
export async function namesWith({ docker }: Engine, marker: string): Promise<readonly string[]> {
  const filters = { label: [`${markerLabel}=${marker}`] };
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Names: [name = ""] }) => `container ${name.replace(/^\//, "")}`),
    ...networks.map(({ Name: name }) => `network ${name}`),
    ...volumes.map(({ Name: name }) => `volume ${name}`),
  ];
}

/** Removes all of it and names what could not be removed; harmless when there is nothing. */
export async function removeCompose(engine: Engine, marker: string): Promise<readonly string[]> {
  const { docker } = engine;
  const filters = { label: [`${markerLabel}=${marker}`] };
  const containers = await docker.listContainers({ all: true, filters });
  // What one of them refuses keeps none of the others: whatever stays is named below.
  await Promise.allSettled(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  for (const { Id: id } of await docker.listNetworks({ filters })) {
    await docker
      .getNetwork(id)
      .remove()
      .catch(() => undefined);
  }
  for (const { Name: name } of (await docker.listVolumes({ filters })).Volumes) {
    await docker
      .getVolume(name)
      .remove()
      .catch(() => undefined);
  }
  return namesWith(engine, marker);
}
