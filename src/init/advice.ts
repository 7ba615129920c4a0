// What to write into a target.yaml, where that depends on what runs the stack: an engine offers other things than a
// command, and what runs already is given nothing.

import type { ContainersSpec } from "../core/containers.ts";

/** Absent: a stack of processes, which a command starts. */
type RunsBy = ContainersSpec | undefined;

const noVariables =
  "nothing to a project that runs already; its compose file instead (`containers: { compose: FILE }`), which each trial starts anew";

/** How calls between services are named. */
export function edgesBy(containers: RunsBy): string {
  if (containers?.stack !== undefined) {
    return "nothing: a Swarm's names lead through no proxy of ours; `node.cut` is offered";
  }
  const each =
    containers === undefined ? "the variable that names its address" : "its caller and whom it calls by name";
  return `\`edges\`, the calls between services, each with ${each}`;
}

/** How what a pathway does is switched off. */
export function switchBy(containers: RunsBy): string {
  if (containers?.stack !== undefined) {
    return "`ablate` by pathway: `restart_condition: none`, or `failure_action: pause`";
  }
  if (containers?.project !== undefined) return noVariables;
  const byPathway =
    "`ablation_env`, a variable that lists pathways whose action shall do nothing, or `ablate`, by pathway";
  return containers === undefined
    ? byPathway
    : `${byPathway}: \`restart_policy: "no"\` for what the engine starts again`;
}

/** How the stack is had without its healer. */
export function withoutHealerBy(containers: RunsBy): string {
  if (containers?.stack !== undefined) {
    return "nothing: a Swarm heals its own tasks, and what it can switch off is named by pathway under `ablate`";
  }
  if (containers?.project !== undefined) return noVariables;
  return "`unhealed_env`, a variable that starts the stack without its healer";
}
