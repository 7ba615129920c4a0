// Reads the stack file that a target on a Swarm names: its services, or every problem with its place.

import { dirname, join } from "node:path";
import type { StackPolicy, StackService, StackSpec } from "../core/stack-spec.ts";
import { messageOf, type CodedProblem } from "../core/errors.ts";
import { schemaProblems } from "../language/schema-problems.ts";
import { readYaml, type YamlSource } from "../language/yaml-source.ts";
import { pairs, plain } from "./compose-file.ts";
import { composeMs } from "./compose-schema.ts";
import { stackSchema, type StackFile, type WrittenStackService } from "./stack-schema.ts";
import type { TargetFile } from "./target-schema.ts";

interface StackLint {
  readonly spec?: StackSpec;
  readonly problems: readonly CodedProblem[];
}

/** Undefined for a target that names none. `file`: target.yaml as it is shown; `dir`: its folder, absolute. */
export function readStack(
  { containers, platform }: TargetFile,
  file: string,
  { dir, read }: { readonly dir: string; readonly read: (path: string) => string },
): StackLint | undefined {
  const named = containers?.compose;
  if (platform !== "swarm" || named === undefined) return undefined;
  const path = join(dir, named);
  const shown = join(dirname(file), named);
  try {
    return lintStack(read(path), shown, path);
  } catch (thrown) {
    const found = `no file that can be read (${messageOf(thrown)})`;
    return {
      problems: [{ place: { file: shown, line: 1, column: 1 }, code: "RB1101", found, expected: "a stack file" }],
    };
  }
}

function lintStack(text: string, shown: string, path: string): StackLint {
  const source = readYaml(text, shown);
  if (source.value === undefined) return { problems: source.problems };
  const parsed = stackSchema.safeParse(source.value, { reportInput: true });
  if (!parsed.success) {
    return { problems: [...source.problems, ...schemaProblems(stackSchema, parsed.error.issues, source)] };
  }
  const { services, networks = {} } = parsed.data;
  const problems = [...source.problems, ...unknownNetworks(parsed.data, source), ...forbidden(parsed.data, source)];
  if (problems.length > 0) return { problems };
  const usesDefault = Object.values(services).some((one) => one.networks === undefined);
  const spec = {
    file: path,
    services: Object.entries(services).map(([name, written]) => serviceOf(name, written, source)),
    networks: [...new Set([...Object.keys(networks), ...(usesDefault ? ["default"] : [])])],
  };
  return { problems, spec };
}

function unknownNetworks({ services, networks = {} }: StackFile, source: YamlSource): CodedProblem[] {
  const known = ["default", ...Object.keys(networks)];
  return Object.entries(services).flatMap(([name, { networks: used = [] }]) =>
    used.flatMap((network, index) => {
      if (known.includes(network)) return [];
      const place = source.placeOf(["services", name, "networks", index]);
      return [
        {
          place,
          code: "RB1102",
          found: `unknown network "${network}"`,
          expected: `a network of this file: ${known.join(", ")}`,
        },
      ];
    }),
  );
}

/** What its owner forbids by a label is not started, whatever target.yaml allows. */
function forbidden({ services }: StackFile, source: YamlSource): CodedProblem[] {
  return Object.entries(services).flatMap(([name, { deploy: { labels } = {} }]) => {
    const value = pairs(labels)["rebound.chaos"] ?? "allowed";
    if (value === "allowed") return [];
    const place = source.placeOf(["services", name, "deploy", "labels"]);
    const expected = "no such label, or allowed: its owner must change it";
    return [{ place, code: "RB1105", found: `rebound.chaos: ${value}, of the service ${name}`, expected }];
  });
}

function serviceOf(name: string, written: WrittenStackService, source: YamlSource): StackService {
  const { image, command, entrypoint, environment, ports = [], networks = ["default"], deploy = {} } = written;
  const { restart_policy: restart, update_config: update, rollback_config: rollback } = deploy;
  const textAt = (key: string): string | undefined => source.textAt(["services", name, "environment", key]);
  return {
    name,
    image: plain(image),
    replicas: deploy.replicas ?? 1,
    ...(entrypoint && { entrypoint: entrypoint.map(plain) }),
    ...(command && { command: command.map(plain) }),
    environment: pairs(environment, textAt),
    labels: pairs(deploy.labels),
    ports: ports.map(({ target: inside, published }) => ({ inside, ...(published !== undefined && { published }) })),
    networks: networks.map((network) => ({ name: network, aliases: [] })),
    endpoint: deploy.endpoint_mode ?? "vip",
    constraints: (deploy.placement?.constraints ?? []).map((one) => one.replace(/\s*(==|!=)\s*/, "$1")),
    init: written.init ?? false,
    ...(written.stop_grace_period !== undefined && { stopGraceMs: composeMs(written.stop_grace_period) }),
    restart: {
      condition: restart?.condition ?? "any",
      ...(restart?.delay !== undefined && { delayMs: composeMs(restart.delay) }),
      ...(restart?.max_attempts !== undefined && { attempts: restart.max_attempts }),
    },
    ...(update && { update: policyOf(update) }),
    ...(rollback && { rollback: policyOf(rollback) }),
  };
}

type WrittenPolicy = NonNullable<NonNullable<WrittenStackService["deploy"]>["update_config"]>;

function policyOf({ parallelism, delay, monitor, order, failure_action: onFailure }: WrittenPolicy): StackPolicy {
  return {
    parallelism: parallelism ?? 1,
    ...(delay !== undefined && { delayMs: composeMs(delay) }),
    ...(monitor !== undefined && { monitorMs: composeMs(monitor) }),
    ...(onFailure !== undefined && { onFailure }),
    ...(order !== undefined && { order }),
  };
}
