// An experiment of Chaos Toolkit (JSON or YAML) as an intent. Nothing of it is run, no environment and no secret read.

import { suggestName } from "../../core/nearest.ts";
import { schemaProblems } from "../../language/schema-problems.ts";
import type { DataPath } from "../../language/yaml-nodes.ts";
import { readYaml } from "../../language/yaml-source.ts";
import { leastBaselineMs, nothingYet } from "../imported.ts";
import type { Asked, Condition, Disturbance, Imported } from "../imported.ts";
import { readerOf, withUsers, type Reader } from "../reader.ts";
import { disturbanceOf, type Became } from "./actions.ts";
import { conditionOf } from "./hypothesis.ts";
import { experimentSchema, type Activity, type Experiment } from "./shape.ts";
import { substitute } from "./substitute.ts";
import { field, slug, wordOf } from "../values.ts";

/** Reads one experiment. Never throws; what is wrong in the tool's own terms is in `problems`. */
export function readExperiment(text: string, file: string, asked: Asked): Imported {
  const source = readYaml(text, file);
  const parsed = experimentSchema.safeParse(source.value, { reportInput: true });
  const problems = [...source.problems];
  if (source.value !== undefined && !parsed.success) {
    problems.push(...schemaProblems(experimentSchema, parsed.error.issues, source));
  }
  if (problems.length > 0 || !parsed.success) return { ...nothingYet, problems };
  const reader = readerOf(source, asked);
  const variables = variablesOf(parsed.data, reader);
  const strange = [...asked.variables.keys()].filter((name) => !(name in (parsed.data.configuration ?? {})));
  const odd = strange.map((name) => ({
    place: source.placeOf(["configuration"]),
    found: `--var ${name}`,
    expected: "a name of the configuration",
    suggestion: suggestName(name, Object.keys(parsed.data.configuration ?? {})) ?? "only declared names have values",
  }));
  if (odd.length > 0) return { ...nothingYet, problems: odd };
  const inPlace = placedBy(variables, reader);
  noteTheRest(parsed.data, reader);
  const told = conditionsOf(parsed.data, inPlace, reader);
  const conditions = told.length === 0 ? [] : withUsers(told, reader);
  const method = methodOf(parsed.data, inPlace, reader);
  reader.decide("Whether it could turn out false: say who repairs what, and within which time.");
  return {
    title: wordOf(substitute(parsed.data.title, variables).value),
    belief: parsed.data.description === "" ? parsed.data.title : parsed.data.description,
    tags: tagsOf(parsed.data, reader),
    conditions,
    ...method,
    undecided: reader.undecided,
    notes: reader.notes,
    problems: [],
  };
}

/** Values of the configuration by name: literals, what was asked for, defaults of the environment. */
function variablesOf({ configuration = {} }: Experiment, reader: Reader): ReadonlyMap<string, unknown> {
  const known = new Map<string, unknown>();
  for (const [name, written] of Object.entries(configuration)) {
    const path = ["configuration", name];
    const type = field(written, "type");
    if (reader.asked.variables.has(name)) known.set(name, reader.asked.variables.get(name));
    else if (type === "env" && field(written, "default") !== undefined) {
      known.set(name, field(written, "default"));
      reader.note(path, "changed", name, "its default was taken: no environment is read; --var sets another value");
    } else if (type === "env") reader.note(path, "dropped", name, `no environment is read: --var ${name}=VALUE`);
    else if (type === "probe") reader.note(path, "dropped", name, `no probe is run for a value: --var ${name}=VALUE`);
    else known.set(name, written);
  }
  return known;
}

type InPlace = <T>(activity: T, path: DataPath) => T | undefined;

/** Puts variables in; an activity with a name that nothing is known of is dropped, since a secret may be meant. */
function placedBy(variables: ReadonlyMap<string, unknown>, reader: Reader): InPlace {
  return (part, path) => {
    const { value, unknown } = substitute(part, variables);
    if (unknown.length === 0) return value as typeof part;
    const names = [...new Set(unknown)].join(", ");
    reader.note(path, "dropped", names, "a variable without a value; secrets are never read");
    return undefined;
  };
}

/** `ref`: the last of that name, of the method and then the hypothesis. */
function resolved(activity: Activity, { method, "steady-state-hypothesis": hypothesis }: Experiment): Activity {
  if (activity.ref === undefined) return activity;
  return [...method, ...(hypothesis?.probes ?? [])].findLast(({ name }) => name === activity.ref) ?? activity;
}

function conditionsOf(experiment: Experiment, inPlace: InPlace, reader: Reader): Condition[] {
  const probes = experiment["steady-state-hypothesis"]?.probes ?? [];
  const found = probes.flatMap((written, index) => {
    const path = ["steady-state-hypothesis", "probes", index];
    const probe = inPlace(resolved(written, experiment), path);
    if (probe === undefined) return [];
    noteBeside(probe, path, reader);
    return conditionOf(probe, path, reader) ?? [];
  });
  return [...new Map(found.map((condition) => [condition.expression, condition])).values()];
}

type Method = Pick<Imported, "disturbances" | "baselineMs" | "settleMs">;

/** Waits before the first harm are its baseline, those after the last one the time to settle. */
function methodOf(experiment: Experiment, inPlace: InPlace, reader: Reader): Method {
  const disturbances: (Disturbance & { atMs: number })[] = [];
  let baselineMs = 0;
  let sinceMs = 0;
  const wait = (ms: number): void => {
    if (disturbances.length === 0) baselineMs += ms;
    else sinceMs += ms;
  };
  for (const [index, written] of experiment.method.entries()) {
    const path = ["method", index];
    const activity = inPlace(resolved(written, experiment), path);
    if (activity === undefined) continue;
    noteBeside(activity, path, reader);
    wait(pause(activity, "before"));
    const became = actOf(activity, path, { reader, before: disturbances, atMs: sinceMs });
    if (became !== undefined && "disturbance" in became) disturbances.push({ ...became.disturbance, atMs: sinceMs });
    else if (became !== undefined && "waitMs" in became) wait(became.waitMs);
    wait(pause(activity, "after"));
  }
  const lastMs = disturbances.at(-1)?.atMs ?? 0;
  const settleMs = sinceMs - lastMs;
  return {
    disturbances,
    baselineMs: Math.max(leastBaselineMs, baselineMs),
    ...(settleMs > 0 ? { settleMs } : {}),
  };
}

function pause({ pauses }: Activity, which: "before" | "after"): number {
  const seconds = Number(pauses?.[which] ?? 0);
  return seconds > 0 ? seconds * 1000 : 0;
}

interface Acts {
  readonly reader: Reader;
  readonly before: readonly Disturbance[];
  readonly atMs: number;
}

function actOf(activity: Activity, path: DataPath, { reader, before, atMs }: Acts): Became | undefined {
  const { name = activity.ref ?? "an activity", provider } = activity;
  const drop = (because: string): undefined => reader.note(path, "dropped", name, because) as undefined;
  if (provider === undefined) return drop("nothing has this name, or it has no provider");
  if (activity.type === "probe") return drop("it is only recorded there; here probes look all the time");
  const became = disturbanceOf(provider, reader);
  if ("why" in became) return drop(became.why);
  if ("waitMs" in became) reader.note(path, "kept", name, "a wait");
  else {
    const { disturbance, changed } = became;
    const written = JSON.stringify({ ...disturbance, atMs });
    if (before.some((one) => JSON.stringify(one) === written))
      return drop("the same once more: --trials repeats all of it");
    const as = `as ${disturbance.fault}`;
    reader.note(
      path,
      changed === undefined ? "kept" : "changed",
      name,
      changed === undefined ? as : `${as}: ${changed}`,
    );
  }
  return became;
}

/** Parts of an activity that change nothing here, and would have there. */
function noteBeside(activity: Activity, path: DataPath, reader: Reader): void {
  const why = {
    background: "disturbances stand side by side here anyway, and their order is in time",
    controls: "no hooks are run here",
    dry: "nothing here is like it",
    timeout: "it is unused there, too",
    secrets: "secrets are never read",
    configuration: "nothing here is like it",
  } as const;
  for (const [key, because] of Object.entries(why)) {
    if (activity[key as keyof typeof why] !== undefined) reader.note([...path, key], "dropped", key, because);
  }
  const { provider } = activity;
  if (provider?.type !== "http") return;
  for (const key of ["headers", "arguments", "max_retries", "expected_status", "verify_tls"] as const) {
    const because = "probes of target.yaml ask, by what stands there";
    if (provider[key] !== undefined) reader.note([...path, "provider", key], "dropped", key, because);
  }
}

/** Everything beside the hypothesis and the method, a line each. */
function noteTheRest(experiment: Experiment, reader: Reader): void {
  const drop = (path: DataPath, because: string): void =>
    reader.note(path, "dropped", String(path.at(-1) ?? ""), because);
  const strategy = wordOf(field(field(experiment.runtime, "rollbacks"), "strategy") ?? "default");
  const asks = wordOf(field(field(experiment.runtime, "hypothesis"), "strategy") ?? "default");
  if (experiment.runtime !== undefined) {
    const never = strategy === "never" ? " THIS EXPERIMENT NEVER WANTED THAT: look whether it may be taken back." : "";
    reader.note(
      ["runtime"],
      "changed",
      "runtime",
      `conditions are watched all the time (there: ${asks}), and what was done is always taken back (there: ${strategy}).${never}`,
    );
  }
  for (const key of ["contributions", "extensions", "dry"] as const) {
    if (experiment[key] !== undefined) drop([key], "nothing here is like it");
  }
  for (const group of Object.keys(experiment.secrets ?? {})) drop(["secrets", group], "secrets are never read");
  for (const index of (experiment.controls ?? []).keys()) drop(["controls", index], "no hooks are run here");
  for (const [index, { name = "a rollback" }] of (experiment.rollbacks ?? []).entries()) {
    reader.note(["rollbacks", index], "dropped", name, "what was done is taken back by the run itself");
  }
}

function tagsOf({ tags = [] }: Experiment, reader: Reader): string[] {
  const slugs = tags.map(slug);
  for (const [index, tag] of tags.entries()) {
    const made = slugs[index] ?? "";
    if (made === "") reader.note(["tags", index], "dropped", tag, "no letter or digit is left of it");
    else if (made !== tag) reader.note(["tags", index], "changed", tag, `as ${made}`);
  }
  return [...new Set(slugs.filter((tag) => tag !== ""))];
}
