// What a target's commands are told: templates filled in, and an environment that holds nothing of the harness.

import { loopbackHost } from "../../core/addresses.ts";
import { HarnessError } from "../../core/errors.ts";
import { fillKeys, keysOf } from "../../core/keys.ts";
import type { KeyLookup } from "../../core/keys.ts";
import type { Target, TargetEdge } from "../../core/target.ts";
import { markerVariable } from "./process-table.ts";

/** Values of the templates in target.yaml; what is absent may not be used. */
export interface TemplateValues {
  readonly workDir?: string;
  readonly cacheDir?: string;
  readonly token?: string;
  /** Tokens of those who may answer approvals, in the order of `token_envs`. */
  readonly approvers?: readonly string[];
  readonly seed?: number;
  readonly ports?: Readonly<Record<string, number>>;
}

/**
 * Fills `{workDir} {cacheDir} {port:<replica>} {token} {seed}`; other braces stay. Throws "bad-input" on a missing
 * value.
 */
export function fillTemplate(text: string, values: TemplateValues): string {
  return text.replaceAll(/\{(workDir|cacheDir|token|seed|port:[^}]+)\}/g, (whole, name: string) => {
    const value = name.startsWith("port:") ? values.ports?.[name.slice("port:".length)] : plainValue(name, values);
    if (value === undefined) {
      throw new HarnessError("bad-input", `nothing to fill ${whole} with in ${JSON.stringify(text)}`, {
        hint: "see the list of templates in targets/README.md",
      });
    }
    return String(value);
  });
}

function plainValue(name: string, values: TemplateValues): string | number | undefined {
  if (name === "workDir") return values.workDir;
  if (name === "cacheDir") return values.cacheDir;
  return name === "token" ? values.token : values.seed;
}

/** `node` means the Node that runs the harness: the stack must not depend on what PATH finds first. */
export function fillCommand(command: readonly string[], values: TemplateValues): { file: string; args: string[] } {
  const [file, ...args] = command.map((word) => fillTemplate(word, values));
  if (file === undefined) throw new HarnessError("bad-input", "a target's command is empty");
  return { file: file === "node" ? process.execPath : file, args };
}

/** What npm and we ourselves put there names the harness, its version and its command line. */
const ofTheHarness = /^(REBOUND_|npm_|INIT_CWD$)/i;

/** Our own environment less what is the harness's, plus the target's own values and the marker. */
export function baseEnvironment(
  own: Readonly<Record<string, string>>,
  values: TemplateValues,
  marker: string,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !ofTheHarness.test(name)) environment[name] = value;
  }
  for (const [name, value] of Object.entries(own)) environment[name] = fillKeys(fillTemplate(value, values), keyOfOurs);
  environment[markerVariable] = marker;
  return environment;
}

/** The value of a key that a target names, from our own environment. */
const keyOfOurs: KeyLookup = (name) => process.env[name];

/** The values of all keys that a target names, to be blacked out. */
export function keyValues(target: Target): readonly string[] {
  return keysOf(target).flatMap((name) => keyOfOurs(name) ?? []);
}

/** The variables that carry ports and the tokens of operator and approvers. */
export function wiringOf(target: Target, values: TemplateValues): Record<string, string> {
  const wiring: Record<string, string> = {};
  for (const service of target.services) {
    for (const replica of service.replicas) wiring[replica.portEnv] = String(values.ports?.[replica.id]);
  }
  if (target.control !== undefined && values.token !== undefined) wiring[target.control.tokenEnv] = values.token;
  for (const [index, variable] of (target.approvals?.tokenEnvs ?? []).entries()) {
    const token = values.approvers?.[index];
    if (token !== undefined) wiring[variable] = token;
  }
  return wiring;
}

/** What the plan ablates and what the user has ablated by hand, together; a user's value is never taken away. */
export function ablationOf(target: Target, ablated: readonly string[]): Record<string, string> {
  if (target.ablationEnv === undefined) {
    if (ablated.length === 0) return {};
    throw new HarnessError("bad-input", `target ${target.name} cannot ablate ${ablated.join(", ")}`, {
      hint: "target.yaml needs ablation_env for an ablation arm",
    });
  }
  const byHand = (process.env[target.ablationEnv] ?? "").split(",").map((name) => name.trim());
  const all = [...new Set([...byHand, ...ablated])].filter((name) => name !== "");
  return all.length === 0 ? {} : { [target.ablationEnv]: all.join(",") };
}

/** Switches the healer off when the plan asks for it. */
export function unhealedOf(target: Target, unhealed: boolean): Record<string, string> {
  if (!unhealed) return {};
  if (target.unhealedEnv !== undefined) return { [target.unhealedEnv]: "1" };
  throw new HarnessError("bad-input", `target ${target.name} cannot start without its healer`, {
    hint: "target.yaml needs unhealed_env for an unhealed arm",
  });
}

/** Where the healer keeps what it learns. */
export function learningOf(target: Target, folder: string | undefined): Record<string, string> {
  if (folder === undefined) return {};
  if (target.learningEnv !== undefined) return { [target.learningEnv]: folder };
  throw new HarnessError("bad-input", `target ${target.name} cannot be given what it has learned`, {
    hint: "target.yaml needs learning_env for a second occurrence",
  });
}

/** The variables that carry the target's settings: as they are chosen, else their defaults. Throws "bad-input". */
export function settingsOf(target: Target, chosen: Readonly<Record<string, string>>): Record<string, string> {
  const known = new Map(Object.entries(target.settings ?? {}));
  const picks = new Map(Object.entries(chosen));
  const stray = [...picks.keys()].find((name) => !known.has(name));
  if (stray !== undefined) throw noSetting(target, `no setting "${stray}"`, [...known.keys()]);
  const entries = [...known].map(([name, { env, values, byDefault }]) => {
    const pick = picks.get(name) ?? byDefault;
    const value = new Map(Object.entries(values)).get(pick);
    if (value === undefined) throw noSetting(target, `no value "${pick}" of the setting ${name}`, Object.keys(values));
    return [env, value.value] as const;
  });
  return Object.fromEntries(entries);
}

function noSetting({ name, file }: Target, found: string, known: readonly string[]): HarnessError {
  return new HarnessError("bad-input", `target ${name} has ${found}`, {
    hint: `${file} has: ${known.join(", ") || "none"}`,
  });
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
    addresses[edge.addressEnv] = (await route(edge, upstream)) ?? upstream;
  }
  return addresses;
}
