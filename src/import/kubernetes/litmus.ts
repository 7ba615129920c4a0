// A ChaosEngine of Litmus (v1alpha1) as an intent. Its experiments are told by variables, whose values are texts.

import type { DataPath } from "../../language/yaml-nodes.ts";
import { readYaml } from "../../language/yaml-source.ts";
import { nothingYet, type Asked, type Condition, type Disturbance, type Imported } from "../imported.ts";
import { answering, readerOf, withUsers, type Reader } from "../reader.ts";
import { field, wordOf } from "../values.ts";
import { howMany, onlyEdgeTo, serviceByLabel, whichService } from "./pods.ts";

/** What Litmus' pod-network-latency takes when it is told nothing, ms. */
const usualLatencyMs = 2000;

/** Reads one ChaosEngine. Never throws; a file that is none is a problem. */
export function readLitmus(text: string, file: string, asked: Asked): Imported {
  const source = readYaml(text, file);
  if (source.value === undefined) return { ...nothingYet, problems: source.problems };
  const [kind, version] = [wordOf(field(source.value, "kind")), wordOf(field(source.value, "apiVersion"))];
  if (kind !== "ChaosEngine" || !version.startsWith("litmuschaos.io/")) {
    const found = `${kind || "no kind"} of ${version || "no apiVersion"}`;
    return {
      ...nothingYet,
      problems: [{ place: source.placeOf(["kind"]), found, expected: "ChaosEngine of litmuschaos.io/v1alpha1" }],
    };
  }
  const reader = readerOf(source, asked);
  const spec = field(source.value, "spec");
  const label = wordOf(field(field(spec, "appinfo"), "applabel"));
  const experiments = listOf(field(spec, "experiments"));
  const parts = experiments.map((one, index) => readOne(one, ["spec", "experiments", index], { label, reader }));
  for (const key of Object.keys(Object(spec) as object)) {
    const isRead = key === "experiments" || key === "appinfo";
    if (!isRead) reader.note(["spec", key], "dropped", key, "nothing here is like it");
  }
  for (const key of Object.keys(Object(field(spec, "appinfo")) as object)) {
    if (key !== "applabel") reader.note(["spec", "appinfo", key], "dropped", key, "only labels are told apart here");
  }
  reader.decide("Whether it could turn out false: say who repairs what, and within which time.");
  const name = wordOf(field(field(source.value, "metadata"), "name")) || "a ChaosEngine";
  return {
    ...nothingYet,
    title: `${name} (${experiments.map((one) => wordOf(field(one, "name"))).join(", ")})`,
    belief: `Users hardly notice ${name}, and the stack recovers by itself.`,
    tags: ["litmus"],
    conditions: withUsers(
      parts.flatMap(({ conditions }) => conditions),
      reader,
    ),
    disturbances: parts.flatMap(({ disturbance }) => disturbance ?? []),
    undecided: reader.undecided,
    notes: reader.notes,
    problems: [],
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

interface Around {
  readonly label: string;
  readonly reader: Reader;
}

interface One {
  readonly disturbance?: Disturbance;
  readonly conditions: readonly Condition[];
}

function readOne(experiment: unknown, path: DataPath, { label, reader }: Around): One {
  const name = wordOf(field(experiment, "name"));
  const components = field(field(experiment, "spec"), "components");
  const env = new Map(
    listOf(field(components, "env")).map((pair) => [wordOf(field(pair, "name")), wordOf(field(pair, "value"))]),
  );
  const conditions = listOf(field(field(experiment, "spec"), "probe")).flatMap(
    (probe, index) => conditionOf(probe, [...path, "spec", "probe", index], reader) ?? [],
  );
  const service = serviceByLabel(label, reader);
  const became = service === undefined ? { why: whichService(label) } : disturbed(name, service, { env, reader });
  if ("why" in became) {
    reader.note(path, "dropped", name || "an experiment", became.why);
    return { conditions };
  }
  const { used, changed, ...disturbance } = became;
  reader.note(path, changed === "" ? "kept" : "changed", name, `as ${disturbance.fault}${changed}`);
  for (const [index, key] of [...env.keys()].entries()) {
    const at = [...path, "spec", "components", "env", index];
    if (!used.includes(key)) reader.note(at, "dropped", key, "it has no place here");
  }
  return { disturbance, conditions };
}

type Disturbed =
  | (Disturbance & { readonly used: readonly string[]; readonly changed: string })
  | { readonly why: string };

interface Told {
  readonly env: ReadonlyMap<string, string>;
  readonly reader: Reader;
}

function disturbed(name: string, service: string, { env, reader }: Told): Disturbed {
  const percent = Number(env.get("PODS_AFFECTED_PERC") ?? 0);
  // No percentage, or 0, is one pod there.
  const many = percent > 0 ? howMany("percent", percent, service, reader) : howMany("one", 1, service, reader);
  if (many === undefined) return { why: "more than all pods is no share" };
  if (name === "pod-delete") {
    const changed = ": once, where it deletes again at each CHAOS_INTERVAL; --trials repeats all of it";
    return { fault: "process.kill", on: { service }, many, used: ["PODS_AFFECTED_PERC"], changed };
  }
  if (name === "container-kill") {
    const signal = env.get("SIGNAL") ?? "SIGKILL";
    return {
      fault: "process.kill",
      on: { service },
      many,
      params: { signal },
      used: ["PODS_AFFECTED_PERC", "SIGNAL"],
      changed: "",
    };
  }
  if (name !== "pod-network-latency") return { why: `no fault here is like ${name}` };
  const edge = onlyEdgeTo(service, reader);
  if (edge === undefined) return { why: `not one edge alone leads to ${service}` };
  const latency = Number(env.get("NETWORK_LATENCY") ?? usualLatencyMs);
  const jitter = Number(env.get("JITTER") ?? 0);
  const seconds = Number(env.get("TOTAL_CHAOS_DURATION") ?? 0);
  if (!(latency >= 1)) return { why: "its latency is no time in milliseconds" };
  return {
    fault: "network.latency",
    on: edge,
    many,
    params: { latency: `${latency}ms`, ...(jitter > 0 ? { jitter: `${jitter}ms` } : {}) },
    ...(seconds > 0 ? { forMs: seconds * 1000 } : {}),
    used: ["PODS_AFFECTED_PERC", "NETWORK_LATENCY", "JITTER", "TOTAL_CHAOS_DURATION"],
    changed: ": answers come later by it; there each packet does",
  };
}

/** An httpProbe that asks for an answer; its URL is a service or `users` by `--map`, or by its host. */
function conditionOf(probe: unknown, path: DataPath, reader: Reader): Condition | undefined {
  const name = wordOf(field(probe, "name")) || "a probe";
  const drop = (because: string): undefined => {
    reader.note(path, "dropped", name, because);
  };
  for (const key of ["mode", "runProperties"]) {
    if (field(probe, key) !== undefined)
      reader.note([...path, key], "changed", key, "conditions are watched all the time");
  }
  const type = wordOf(field(probe, "type"));
  if (type !== "httpProbe") return drop(`no ${type || "such probe"} is run here`);
  const inputs = field(probe, "httpProbe/inputs");
  const [url, get] = [wordOf(field(inputs, "url")), field(field(inputs, "method"), "get")];
  const isWell = wordOf(field(get, "criteria")) === "==" && /^[23]\d\d$/.test(wordOf(field(get, "responseCode")));
  if (!isWell) return drop("it asks for something other than one status between 200 and 399");
  return answering(url, name, path, reader);
}
