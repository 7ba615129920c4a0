// What must be true of a target of containers, and of one that is none, and the data that follows.

import type { ComposeSpec, ContainerPlace, ContainersSpec } from "../core/containers.ts";
import type { StackSpec } from "../core/stack-spec.ts";
import type { Target } from "../core/target.ts";
import { edgesIn } from "./target-edges.ts";
import type { TargetDraft } from "./target-names.ts";
import type { TargetFile } from "./target-schema.ts";

/** The platforms whose targets name containers. */
const withContainers = "docker";
const withStacks = "swarm";

/** Keys that speak of what the engine knows, or of what containers are not given yet. */
const notOfContainers = ["inventory", "control", "models", "deliveries", "approvals", "learning_env"] as const;

/** Each platform has keys of its own, and none of the other's. */
export function checkContainers(draft: TargetDraft): void {
  const { platform, containers, start } = draft.file;
  const expected = `platform: ${withContainers} or ${withStacks}`;
  if (platform === withStacks) checkStack(draft);
  else if (platform !== withContainers) {
    if (containers !== undefined)
      draft.report(["containers"], { code: "RB1007", found: "containers without it", expected });
    // Without an inventory it can be checked, and is refused when it is to be started.
    if (start.command === undefined)
      draft.report(["start", "command"], {
        code: "RB1007",
        found: 'no "command"',
        expected: `command, or ${expected}`,
      });
  } else checkSource(draft);
  if (platform !== undefined && platform !== "processes" && start.compose !== undefined) {
    const says = "nothing: it stands beside a command, for a stack of this machine's processes";
    draft.report(["start", "compose"], { code: "RB1007", found: "start.compose", expected: says });
  }
  checkPorts(draft, platform === withContainers || platform === withStacks);
  checkEdgeNames(draft, platform === withContainers);
}

/** A name is taken over for everybody who calls it, so that a replica has one edge at most. */
function checkEdgeNames(draft: TargetDraft, inside: boolean): void {
  for (const [index, { address_env: variable }] of draft.file.edges.entries()) {
    if (inside && variable !== undefined) {
      const expected = `nothing: on ${withContainers} callers go on calling the name that they call`;
      draft.report(["edges", index, "address_env"], { code: "RB1016", found: `"${variable}"`, expected });
    }
    if (!inside && variable === undefined) {
      const expected = "address_env: the variable through which the caller is told where to call";
      draft.report(["edges", index], { code: "RB1016", found: 'no "address_env"', expected });
    }
  }
  if (!inside) return;
  const taken = new Map<string, string>();
  for (const { path, from, to } of edgesIn(draft.file)) {
    const other = taken.get(to);
    taken.set(to, other ?? from);
    if (other === undefined || other === from) continue;
    const expected = `one edge to it: its name leads ${other} through the same proxy`;
    draft.report([...path, "from"], { code: "RB1016", found: `a second edge to ${to}, from ${from}`, expected });
  }
}

/** A stack of a Swarm is given no words and no variables. */
function checkStack(draft: TargetDraft): void {
  const { containers, start } = draft.file;
  const says = `nothing: the platform ${withStacks} asks the manager, and does not offer this`;
  const { stack, compose } = containers ?? {};
  if ((stack === undefined) === (compose === undefined) || Object.keys(containers ?? {}).length > 1) {
    const expected = "containers: { stack: NAME }, which runs already, or { compose: FILE }, a stack file";
    draft.report(["containers"], { code: "RB1007", found: "not one of stack and compose", expected });
  }
  for (const key of ["command", "env"] as const) {
    if (start[key] !== undefined) draft.report(["start", key], { code: "RB1007", found: key, expected: says });
  }
  for (const key of [...notOfContainers, "prepare", "ablation_env", "unhealed_env", "settings"] as const) {
    if (draft.file[key] !== undefined) draft.report([key], { code: "RB1007", found: key, expected: says });
  }
  if (draft.file.edges.length > 0)
    draft.report(["edges"], { code: "RB1007", found: "edges", expected: "[]: it offers no edges" });
  for (const [index, { kind }] of draft.file.probes.entries()) {
    const expected = "another kind: a task runs on any node, and a manager runs no command there";
    if (kind === "exec") draft.report(["probes", index, "kind"], { code: "RB1007", found: '"exec"', expected });
  }
}

function checkSource(draft: TargetDraft): void {
  const { containers, start, prepare } = draft.file;
  const says = `nothing: the platform ${withContainers} asks the engine, and does not offer this`;
  const isOne = (containers?.compose === undefined) !== (containers?.project === undefined);
  if (!isOne || containers?.stack !== undefined) {
    const found = containers === undefined ? "no containers" : "not one of compose and project";
    draft.report(["containers"], {
      code: "RB1007",
      found,
      expected: "containers: { compose: FILE }, or { project: NAME }",
    });
  }
  if (start.command !== undefined)
    draft.report(["start", "command"], { code: "RB1007", found: "a command", expected: says });
  if (start.env !== undefined) draft.report(["start", "env"], { code: "RB1007", found: "env", expected: says });
  if (prepare !== undefined) draft.report(["prepare"], { code: "RB1007", found: "prepare", expected: says });
  checkTold(draft);
  for (const key of notOfContainers) {
    if (draft.file[key] !== undefined) draft.report([key], { code: "RB1007", found: key, expected: says });
  }
  if (containers?.project === undefined) return;
  for (const key of ["ablation_env", "ablate", "unhealed_env", "settings"] as const) {
    if (draft.file[key] === undefined) continue;
    const expected = "nothing: a project that runs already is given no variables";
    draft.report([key], { code: "RB1007", found: `${key} beside containers.project`, expected });
  }
}

/** Sources that lie beside the stack's processes, and values that only those are given. */
function checkTold(draft: TargetDraft): void {
  const { feed, ablate } = draft.file;
  if (typeof feed === "object" && (feed.kind === "log" || feed.kind === "webhook")) {
    const expected = `alertmanager, prometheus or none on ${withContainers}: no log of a container is a file here, and no container reaches the loopback address`;
    draft.report(["feed", "kind"], { code: "RB1007", found: feed.kind, expected });
  }
  for (const [pathway, { env = {} }] of Object.entries(ablate ?? {})) {
    for (const [name, value] of Object.entries(env)) {
      const found = /\{(?!env:)[^}]*\}/.exec(value)?.[0];
      if (found === undefined) continue;
      draft.report(["ablate", pathway, "env", name], {
        code: "RB1004",
        found,
        expected: `a value without it: ${withContainers} fills in none`,
      });
    }
  }
}

function checkPorts(draft: TargetDraft, inside: boolean): void {
  const [key, other, words] = inside
    ? (["port", "port_env", "port: the port that its container listens on"] as const)
    : (["port_env", "port", "port_env: the variable through which it is told its port"] as const);
  for (const [s, { replicas }] of draft.file.services.entries()) {
    for (const [r, replica] of replicas.entries()) {
      const path = ["services", s, "replicas", r];
      if (replica[key] === undefined) draft.report(path, { code: "RB1007", found: `no "${key}"`, expected: words });
      if (replica[other] !== undefined)
        draft.report([...path, other], { code: "RB1007", found: other, expected: words });
      if (!inside && replica.container !== undefined) {
        draft.report([...path, "container"], {
          code: "RB1007",
          found: "container",
          expected: `platform: ${withContainers}`,
        });
      }
    }
  }
}

/** Every replica has its container in the compose file, or its slot in the stack file. */
export function checkPlaces(
  draft: TargetDraft,
  composed: readonly { readonly name: string; readonly scale: number }[],
): void {
  for (const [s, { replicas }] of draft.file.services.entries()) {
    for (const [r, replica] of replicas.entries()) {
      const { service, number } = placeOf(replica);
      const scale = composed.find(({ name }) => name === service)?.scale ?? 0;
      if (number >= 1 && number <= scale) continue;
      const key = replica.container === undefined ? "id" : "container";
      const known = composed.map(({ name, scale: most }) => `${name}-1${most > 1 ? ` to ${name}-${most}` : ""}`);
      const expected = `a container of the compose file: ${known.join(", ")}`;
      draft.report(["services", s, "replicas", r, key], { code: "RB1003", found: `"${replica[key] ?? ""}"`, expected });
    }
  }
}

type Written = TargetFile["services"][number]["replicas"][number];

/** `web-2` is the second container of the service `web`; `web` is its first. */
function placeOf({ id, container = id }: Pick<Written, "id" | "container">): Omit<ContainerPlace, "port"> {
  const [, service = container, number = "1"] = /^(.+)-(\d+)$/.exec(container) ?? [];
  return { service, number: Number(number) };
}

export function replicaOf(written: Written): Target["services"][number]["replicas"][number] {
  const { id, port_env: portEnv, port } = written;
  return {
    id,
    ...(portEnv !== undefined && { portEnv }),
    ...(port !== undefined && { container: { ...placeOf(written), port } }),
  };
}

/** Where it is told who runs where, or which containers do. */
export function sourceOf(
  { inventory, containers }: TargetFile,
  { compose, deploy }: { readonly compose: ComposeSpec | undefined; readonly deploy: StackSpec | undefined },
): Pick<Target, "inventoryUrl" | "containers"> {
  const { project, stack } = containers ?? {};
  const spec: ContainersSpec = {
    ...(project !== undefined && { project }),
    ...(stack !== undefined && { stack }),
    ...(compose && { compose }),
    ...(deploy && { deploy }),
  };
  return { ...(inventory !== undefined && { inventoryUrl: inventory }), ...(containers && { containers: spec }) };
}
