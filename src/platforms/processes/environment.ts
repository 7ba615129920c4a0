// What a target's commands are told: templates filled in, and an environment that holds nothing of the harness.

import { loopbackHost } from "../../core/addresses.ts";
import { HarnessError } from "../../core/errors.ts";
import { fillKeys, keysOf } from "../../core/keys.ts";
import type { Target, TargetEdge } from "../../core/target.ts";
import { keyOfOurs } from "../starting/switches.ts";
import { fillTemplate, type TemplateValues } from "../starting/templates.ts";
import { markerVariable } from "./process-table.ts";

/** `node` means the Node that runs the harness: the stack must not depend on what PATH finds first. */
export function fillCommand(command: readonly string[], values: TemplateValues): { file: string; args: string[] } {
  const [file, ...args] = command.map((word) => fillTemplate(word, values));
  if (file === undefined) throw new HarnessError("bad-input", "a target's command is empty");
  return { file: file === "node" ? process.execPath : file, args };
}

/** What npm and we ourselves put there names the harness, its version and its command line. */
const ofTheHarness = /^(REBOUND_|npm_|INIT_CWD$)/i;

/** Our own environment less what is the harness's. */
export function ourEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !ofTheHarness.test(name)) environment[name] = value;
  }
  return environment;
}

/** The target's own values and the marker. */
export function ownEnvironment(
  own: Readonly<Record<string, string>>,
  values: TemplateValues,
  marker: string,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) environment[name] = fillKeys(fillTemplate(value, values), keyOfOurs);
  environment[markerVariable] = marker;
  return environment;
}

/** Both: the target's own values go before. */
export function baseEnvironment(...own: Parameters<typeof ownEnvironment>): Record<string, string> {
  return { ...ourEnvironment(), ...ownEnvironment(...own) };
}

/** The values of all keys that a target names, to be blacked out. */
export function keyValues(target: Target): readonly string[] {
  return keysOf(target).flatMap((name) => keyOfOurs(name) ?? []);
}

/** The variables that carry ports and the tokens of operator and approvers. */
export function wiringOf(target: Target, values: TemplateValues): Record<string, string> {
  const wiring: Record<string, string> = {};
  for (const service of target.services) {
    for (const { id, portEnv } of service.replicas) {
      if (portEnv !== undefined) wiring[portEnv] = String(values.ports?.[id]);
    }
  }
  if (target.control !== undefined && values.token !== undefined) wiring[target.control.tokenEnv] = values.token;
  for (const [index, variable] of (target.approvals?.tokenEnvs ?? []).entries()) {
    const token = values.approvers?.[index];
    if (token !== undefined) wiring[variable] = token;
  }
  return wiring;
}

/** Gives the address that calls on an edge shall go to, or undefined for straight to `upstream` (`host:port`). */
export type EdgeRouter = (edge: TargetEdge, upstream: string) => Promise<string> | undefined;

/** The variables that carry the edges' addresses. */
export async function edgeAddresses(
  target: Target,
  ports: Readonly<Record<string, number>>,
  route: EdgeRouter,
): Promise<Record<string, string>> {
  const addresses: Record<string, string> = {};
  for (const edge of target.edges) {
    const port = ports[edge.to];
    if (port === undefined)
      throw new HarnessError("bad-input", `edge ${edge.from} → ${edge.to} leads to no known replica`);
    const upstream = `${loopbackHost}:${port}`;
    if (edge.addressEnv === undefined) {
      throw new HarnessError("bad-input", `edge ${edge.from} → ${edge.to} names no variable (address_env)`);
    }
    addresses[edge.addressEnv] = (await route(edge, upstream)) ?? upstream;
  }
  return addresses;
}
