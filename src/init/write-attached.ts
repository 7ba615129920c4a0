// What target.yaml says of a stack that runs already, in containers of an engine: it is attached to, by the engine's
// own names. Nothing of it is started, told a port, or published.

import { loopbackUrl } from "../core/addresses.ts";
import type { Seen, SeenReplica } from "./seen.ts";
import { capital, guess, printable, quoted } from "./words.ts";

/** Where the first replica is asked. */
export function urlOf({ url, replica }: SeenReplica): string {
  return url ?? loopbackUrl(`{port:${replica}}`);
}

export function attachText(seen: Seen, first: SeenReplica): readonly string[] {
  const { project, stack } = seen;
  const isThere =
    stack === undefined || first.url === undefined
      ? "that all of it is there by then"
      : "that all of it is there by then, and that its task is placed on that node alone";
  return [
    "",
    ...(stack === undefined
      ? [
          "# It runs already: Rebound attaches to it, starts and ends none of it, and breaks containers that others may use.",
          "platform: docker",
          `containers: { project: ${quoted(project ?? "")} }`,
        ]
      : stackText(stack)),
    "start:",
    `  ${guess("it is ready when this answers 200", isThere)}`,
    `  ready: ${urlOf(first)}/health`,
    "  timeout: 60s",
    "  stop_timeout: 15s",
  ];
}

function stackText({ name, addresses, unlabelled }: NonNullable<Seen["stack"]>): readonly string[] {
  return [
    "# It runs already: Rebound attaches to it, starts and ends none of it, and breaks tasks and nodes that others may use.",
    ...(unlabelled.length === 0
      ? []
      : [
          `# It is refused until each service has the label rebound.chaos: allowed (deploy.labels), as ${printable(unlabelled.join(", "))} has not.`,
        ]),
    "platform: swarm",
    `containers: { stack: ${quoted(name)} }`,
    ...(addresses.length === 0
      ? []
      : [
          guess("its nodes, by the manager", "that Rebound may speak to each of them"),
          `addresses: [${addresses.map(quoted).join(", ")}]`,
        ]),
  ];
}

export function attachedEdges({ stack }: Seen): readonly string[] {
  if (stack !== undefined) {
    return ["# A Swarm's names lead through no proxy of ours, so that no edge can be struck.", "edges: []"];
  }
  return [
    guess("none", "which service calls which by its name: each such call is one"),
    "# It needs Linux on x64 and root: a container of ours takes the names of the one that is called over, and gives them back.",
    "# - { from: app, to: database }",
    "edges: []",
  ];
}

export function containerText({ replica, called, says, ports, container = replica }: SeenReplica): readonly string[] {
  const place = container === replica ? "" : `container: ${quoted(container)}, `;
  return [
    `      # Seen: ${printable(called)}; ${printable(says)}; it listens on ${ports.join(", ")}.`,
    `      ${guess(`it does its work at ${ports[0] ?? "it"}`, "that this port is published on its machine")}`,
    `      - { id: ${replica}, ${place}port: ${ports[0] ?? 0} }`,
  ];
}

/** The name under which what the healer does is credited first. */
export const repairOf = ({ stack }: Seen): string => (stack === undefined ? "restart-replica" : "reschedule");

/** Nobody tells of repairs, so that each is known by what it looks like from outside. */
export function pathwaysText(seen: Seen): readonly string[] {
  const { stack, heals, who } = seen;
  const rollsBack = stack?.rollsBack === true;
  return [
    `# ${capital(who)} tells nobody what it notices and does: what it does is known by what it looks like (seen_as).`,
    "feed: none",
    "classes: []",
    "pathways:",
    `  - { name: ${repairOf(seen)}, summary: ${quoted(heals)}, seen_as: restart }`,
    ...(rollsBack
      ? ['  - { name: rollback-update, summary: "Swarm takes an update back that fails.", seen_as: rollback }']
      : []),
    ...(stack === undefined
      ? []
      : [
          "# What the manager itself can switch off, for trials that ask whether it was this that helped.",
          "ablate:",
          "  reschedule: { restart_condition: none }",
          ...(rollsBack ? ["  rollback-update: { failure_action: pause }"] : []),
        ]),
  ];
}
