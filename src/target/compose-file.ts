// Reads the compose file that a target names: the services in the order of their starts, or every problem with its
// place.

import { dirname, join } from "node:path";
import type { ComposeService, ComposeSpec } from "../core/containers.ts";
import { messageOf, type CodedProblem } from "../core/errors.ts";
import { schemaProblems } from "../language/schema-problems.ts";
import { readYaml, type YamlSource } from "../language/yaml-source.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import {
  bytesOf,
  composeMs,
  composeSchema,
  engineSocket,
  type ComposeFile,
  type WrittenService,
} from "./compose-schema.ts";
import type { TargetFile } from "./target-schema.ts";

interface ComposeLint {
  readonly spec?: ComposeSpec;
  readonly problems: readonly CodedProblem[];
}

interface Files {
  /** Folder of target.yaml, absolute. */
  readonly dir: string;
  readonly read: (path: string) => string;
}

/** Undefined for a target that names none. `file`: target.yaml as it is shown. */
export function readCompose(
  { containers, start, platform }: TargetFile,
  file: string,
  { dir, read }: Files,
): ComposeLint | undefined {
  // There it is a stack file.
  if (platform === "swarm") return undefined;
  const named = containers?.compose ?? start.compose;
  if (named === undefined) return undefined;
  const path = join(dir, named);
  const shown = join(dirname(file), named);
  try {
    return lintCompose(read(path), { shown, path, onMachine: containers === undefined });
  } catch (thrown) {
    const found = `no file that can be read (${messageOf(thrown)})`;
    return {
      problems: [{ place: { file: shown, line: 1, column: 1 }, code: "RB1101", found, expected: "a compose file" }],
    };
  }
}

interface About {
  /** The file's path in problems. */
  readonly shown: string;
  readonly path: string;
  /** It runs what a command would run: in the machine's network, and it starts the others itself. */
  readonly onMachine: boolean;
}

function lintCompose(text: string, { shown, path, onMachine }: About): ComposeLint {
  const source = readYaml(text, shown);
  if (source.value === undefined) return { problems: source.problems };
  const parsed = composeSchema.safeParse(source.value, { reportInput: true });
  if (!parsed.success) {
    return { problems: [...source.problems, ...schemaProblems(composeSchema, parsed.error.issues, source)] };
  }
  const { data } = parsed;
  const place = onMachine ? notOnMachine(data, source) : onlyOnMachine(data, source);
  const rules = [unknownNames(data, source), forbidden(data, source), neverHealthy(data, source), place];
  const problems = [...source.problems, ...rules.flat()];
  const order = startOrder(parsed.data);
  if (order === undefined) {
    const found = "services that wait for each other";
    problems.push({
      place: source.placeOf(["services"]),
      code: "RB1103",
      found,
      expected: "depends_on without a circle",
    });
  }
  if (order === undefined || problems.length > 0) return { problems };
  const { services, networks = {}, volumes = {} } = parsed.data;
  return {
    problems,
    spec: {
      file: path,
      services: order.map((name) => serviceOf(name, services[name] ?? { image: "" }, source)),
      networks: [...new Set([...Object.keys(networks), ...usesDefault(parsed.data)])],
      volumes: Object.keys(volumes),
    },
  };
}

function usesDefault({ services }: ComposeFile): readonly string[] {
  const uses = Object.values(services).some((one) => one.networks === undefined && one.network_mode === undefined);
  return uses ? ["default"] : [];
}

/** What a service refers to is there. */
function unknownNames({ services, networks = {}, volumes = {} }: ComposeFile, source: YamlSource): CodedProblem[] {
  const problems: CodedProblem[] = [];
  const check = (path: DataPath, noun: string, used: readonly string[], known: readonly string[]): void => {
    for (const name of used.filter((one) => !known.includes(one))) {
      const expected = `a ${noun} of this file: ${known.join(", ") || "it has none"}`;
      problems.push({ place: source.placeOf(path), code: "RB1102", found: `unknown ${noun} "${name}"`, expected });
    }
  };
  for (const [name, service] of Object.entries(services)) {
    const at = (key: string): DataPath => ["services", name, key];
    check(at("networks"), "network", namesOf(service.networks), ["default", ...Object.keys(networks)]);
    check(at("depends_on"), "service", namesOf(service.depends_on), Object.keys(services));
    check(at("volumes"), "volume", namedVolumes(service).map(volumeName), Object.keys(volumes));
  }
  return problems;
}

/** Ports of containers in the machine's network are published by nobody. */
function onlyOnMachine({ services }: ComposeFile, source: YamlSource): CodedProblem[] {
  return Object.entries(services).flatMap(([name, service]) =>
    (["network_mode", "pid"] as const).flatMap((key) => {
      if (service[key] === undefined) return [];
      const place = source.placeOf(["services", name, key]);
      return [
        {
          place,
          code: "RB1104",
          found: `${key}: ${service[key]}`,
          expected: "nothing: it may stand under start.compose alone",
        },
      ];
    }),
  );
}

/** One service, which is told its ports and folders as a command of this machine would be. */
function notOnMachine({ services }: ComposeFile, source: YamlSource): CodedProblem[] {
  const names = Object.keys(services);
  const code = "RB1104" as const;
  const many = { place: source.placeOf(["services"]), code, found: names.join(", "), expected: "one service" };
  const wrong = Object.entries(services).flatMap(([name, service]) => {
    const lacking = (["network_mode", "pid"] as const).filter((key) => service[key] === undefined);
    const beyond = (["ports", "networks", "scale"] as const).filter((key) => service[key] !== undefined);
    return [
      ...lacking.map((key) => ({ key: [], found: `no ${key}`, expected: `${key}: host, as start.compose needs it` })),
      ...beyond.map((key) => ({ key: [key], found: key, expected: "nothing: it is in the machine's network" })),
    ].map(({ key, ...problem }) => ({ place: source.placeOf(["services", name, ...key]), code, ...problem }));
  });
  return names.length === 1 ? wrong : [many, ...wrong];
}

function namedVolumes({ volumes = [] }: WrittenService): readonly string[] {
  return volumes.filter((one) => !one.startsWith(engineSocket));
}

/** Whoever waits until a service is healthy needs one that says when it is. */
function neverHealthy({ services }: ComposeFile, source: YamlSource): CodedProblem[] {
  return Object.entries(services).flatMap(([name, { depends_on: waits }]) =>
    Object.entries(Array.isArray(waits) || waits === undefined ? {} : waits).flatMap(([other, { condition }]) => {
      const { healthcheck: { test } = { test: undefined } } = services[other] ?? {};
      if (condition !== "service_healthy" || services[other] === undefined) return [];
      if (test !== undefined && test[0] !== "NONE") return [];
      const place = source.placeOf(["services", name, "depends_on", other, "condition"]);
      const expected = `a healthcheck of ${other} in this file, or service_started: one of its image is not read`;
      return [{ place, code: "RB1103", found: `service_healthy of ${other}, which has no healthcheck`, expected }];
    }),
  );
}

/** What its owner forbids by a label is not started, whatever target.yaml allows. */
function forbidden({ services }: ComposeFile, source: YamlSource): CodedProblem[] {
  return Object.entries(services).flatMap(([name, { labels }]) => {
    const value = pairs(labels)["rebound.chaos"] ?? "allowed";
    if (value === "allowed") return [];
    const key = Array.isArray(labels) ? labels.findIndex((one) => one.startsWith("rebound.chaos")) : "rebound.chaos";
    const place = source.placeOf(["services", name, "labels", key], "key");
    const expected = "no such label, or allowed: its owner must change it";
    return [{ place, code: "RB1105", found: `rebound.chaos: ${value}, of the service ${name}`, expected }];
  });
}

function namesOf(written: readonly string[] | Readonly<Record<string, unknown>> | undefined): readonly string[] {
  if (written === undefined) return [];
  return Array.isArray(written) ? (written as readonly string[]) : Object.keys(written);
}

function volumeName(written: string): string {
  return written.slice(0, written.indexOf(":"));
}

/** Undefined where services wait for each other. */
function startOrder({ services }: ComposeFile): readonly string[] | undefined {
  const open = new Map(Object.entries(services));
  const order: string[] = [];
  while (open.size > 0) {
    const free = [...open].filter(([, one]) => namesOf(one.depends_on).every((name) => !open.has(name)));
    if (free.length === 0) return undefined;
    for (const [name] of free) {
      order.push(name);
      open.delete(name);
    }
  }
  return order;
}

function serviceOf(name: string, written: WrittenService, source: YamlSource): ComposeService {
  const { image, scale = 1, command, entrypoint, environment, labels, ports = [] } = written;
  const textIn = (key: string) => (entry: string) => source.textAt(["services", name, key, entry]);
  const [restart = "no", retries = "0"] = (written.restart ?? "no").split(":");
  return {
    name,
    image: plain(image),
    scale,
    ...(entrypoint && { entrypoint: entrypoint.map(plain) }),
    ...(command && { command: command.map(plain) }),
    environment: pairs(environment, textIn("environment")),
    labels: pairs(labels, textIn("labels")),
    ports: ports.map((port) => Number(String(port).replace("/tcp", "").split(":").at(-1))),
    networks: written.network_mode === undefined ? networksOf(written.networks) : [],
    volumes: namedVolumes(written).map((volume) => {
      const [, path = "", mode] = volume.split(":");
      return { name: volumeName(volume), path, readOnly: mode === "ro" };
    }),
    ...(written.tmpfs && { tmpfs: Object.fromEntries(written.tmpfs.map((one) => splitAt(one, ":"))) }),
    ...(written.healthcheck && { healthcheck: healthOf(written.healthcheck) }),
    restart: { name: restart, retries: Number(retries) },
    dependsOn: namesOf(written.depends_on).map((service) => {
      const waits = Array.isArray(written.depends_on) ? undefined : written.depends_on?.[service];
      return { service, healthy: waits?.condition === "service_healthy" };
    }),
    init: written.init ?? false,
    ...(written.network_mode !== undefined && { onMachine: true as const }),
    ...(written.volumes?.some((one) => one.startsWith(engineSocket)) === true && { engineSocket }),
    ...(written.mem_limit !== undefined && { memoryBytes: bytesOf(written.mem_limit) }),
    ...(written.cpus !== undefined && { cpus: Number(written.cpus) }),
  };
}

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + 1)];
}

function networksOf(written: WrittenService["networks"]): ComposeService["networks"] {
  if (written === undefined) return [{ name: "default", aliases: [] }];
  if (Array.isArray(written)) return written.map((name) => ({ name, aliases: [] }));
  return Object.entries(written).map(([name, how]) => ({ name, aliases: how?.aliases ?? [] }));
}

function healthOf(written: NonNullable<WrittenService["healthcheck"]>): NonNullable<ComposeService["healthcheck"]> {
  const { test, interval, timeout, start_period: start, retries } = written;
  return {
    test: typeof test === "string" ? ["CMD-SHELL", plain(test)] : test.map(plain),
    ...(interval !== undefined && { everyMs: composeMs(interval) }),
    ...(timeout !== undefined && { timeoutMs: composeMs(timeout) }),
    ...(start !== undefined && { startPeriodMs: composeMs(start) }),
    ...(retries !== undefined && { retries }),
  };
}

/**
 * A label without a value is an empty one; of the environment the schema lets none through. A number stays as it is
 * written: 1.10, 010 and 1e3 are not 1.1, 10 and 1000.
 */
export function pairs(
  written: WrittenService["labels"],
  textAt: (key: string) => string | undefined = () => undefined,
): Readonly<Record<string, string>> {
  if (written === undefined) return {};
  const entries = Array.isArray(written)
    ? written.map((line) => [line.split("=")[0] ?? "", line.replace(/^[^=]*=?/, "")] as const)
    : Object.entries(written).map(([key, value]) => {
        const text = value === null ? "" : String(value);
        return [key, typeof value === "number" ? (textAt(key) ?? text) : text] as const;
      });
  return Object.fromEntries(entries.map(([key, value]) => [key, plain(value)]));
}

export function plain(written: string): string {
  return written.replaceAll("$$", "$");
}
