// Targets of containers for tests with an engine.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ComposeService } from "../../src/core/containers.ts";
import type { Target } from "../../src/core/target.ts";
import { lintTargetText } from "../../src/target/lint-target.ts";
import { targetReader } from "../builders/target-reader.ts";
import { nodeImage, type TestEngine } from "./engine.ts";
import { projectRoot } from "./rebound-process.ts";

/** targets/echo-containers as its target.yaml says. */
export function echoContainers(): Target {
  const dir = join(projectRoot, "targets/echo-containers");
  const file = join(dir, "target.yaml");
  const { target, problems } = lintTargetText(readFileSync(file, "utf8"), file, targetReader(dir));
  if (target === undefined) throw new Error(JSON.stringify(problems));
  return target;
}

const server = `require("node:http").createServer((_request, response) => response.end("ok")).listen(8080)`;
/** Answers `ok` at port 8080. */
const serverCommand: readonly string[] = ["node", "-e", server];
/** Answers so, and keeps a processor busy for nine tenths of the time. */
export const busyCommand: readonly string[] = [
  "node",
  "-e",
  `setInterval(() => { const until = Date.now() + 90; while (Date.now() < until); }, 100); ${server}`,
];
/** Answers so, and goes on when it is told to end. */
export const stubbornCommand: readonly string[] = ["node", "-e", `process.on("SIGTERM", () => {}); ${server}`];

/** One container with one server, which is the replica `vec`; nobody heals it unless `how` says so. */
export function oneContainer(how: Partial<ComposeService> = {}): Target {
  const vec: ComposeService = {
    name: "vec",
    image: nodeImage,
    scale: 1,
    command: serverCommand,
    environment: {},
    labels: {},
    ports: [],
    networks: [{ name: "default", aliases: [] }],
    volumes: [],
    restart: { name: "no", retries: 0 },
    dependsOn: [],
    init: true,
    ...how,
  };
  const { inventoryUrl: _none, ...echo } = echoContainers();
  const container = { service: "vec", number: 1, port: 8080 };
  const [stream] = echo.streams;
  const url = "http://127.0.0.1:{port:vec}/";
  return {
    ...echo,
    name: "one-container",
    start: { ...echo.start, readyUrl: url },
    containers: { compose: { file: "compose.yaml", services: [vec], networks: ["default"], volumes: [] } },
    services: [{ name: "vec", healthPath: "/", replicas: [{ id: "vec", container }] }],
    streams: [{ ...stream, url }] as unknown as Target["streams"],
    probes: [],
  };
}

export interface ComposedWith {
  readonly host?: Readonly<Record<string, unknown>>;
  readonly command?: readonly string[];
  readonly image?: string;
}

/**
 * The id of a container of the service `vec` as compose would have made it, in the network `PROJECT_default`; `host`:
 * what else its HostConfig says; `command`: instead of a server that ends when it is told to.
 */
export async function composedIn(
  { docker }: TestEngine,
  project: string,
  labels: Record<string, string>,
  { host = {}, command = serverCommand, image = nodeImage }: ComposedWith = {},
): Promise<string> {
  const network = `${project}_default`;
  const container = await docker.createContainer({
    Image: image,
    Cmd: [...command],
    Labels: {
      "com.docker.compose.project": project,
      "com.docker.compose.service": "vec",
      "com.docker.compose.container-number": "1",
      ...labels,
    },
    ExposedPorts: { "8080/tcp": {} },
    HostConfig: {
      Init: true,
      NetworkMode: network,
      PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "0" }] },
      ...host,
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: ["vec"] } } },
  });
  onTestFinished(() => container.remove({ force: true }).catch(() => undefined));
  await container.start();
  return container.id;
}

/** The target of such a container: the project runs already, and no user asks at its port. */
export function runningIn(project: string): Target {
  const one = oneContainer();
  const streams = one.streams.map((stream) => ({ ...stream, url: "http://127.0.0.1:1/" }));
  return { ...one, containers: { project }, streams } as unknown as Target;
}
