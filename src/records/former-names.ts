// Names of fields that earlier builds wrote, so that their run folders stay readable. Fields whose names are chosen by
// users (probes, parameters) are never renamed.

type Names = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, unknown>>;

const planNames: Names = { sparesNone: "takesWholeService" };
const factNames: Names = { blindLooks: "blindSamples", lookNotes: "sampleNotes", deeds: "actions" };
const sampleNames: Names = { looks: "samples" };

/** plan.json by today's names; what is no plan is left as it is, for its schema to refuse. */
export function planByTodaysNames(plan: unknown): unknown {
  return within(renamed(plan, planNames), "disturbances", (all) => eachOf(all, disturbanceByTodaysNames));
}

/** What changes nothing; older plans do not say so of it. */
const harmless = "nothing";

/** A change of load is a fault, and what does nothing is called harmless. */
function disturbanceByTodaysNames(disturbance: unknown): unknown {
  if (!isObject(disturbance)) return disturbance;
  const { type, times, fault } = disturbance;
  if (type === "load") {
    const site = { service: "", replica: "" };
    return { type: "fault", fault: "load.change", site, seed: 0, params: { times } };
  }
  return fault === harmless && disturbance["harmless"] !== true ? { ...disturbance, harmless: true } : disturbance;
}

/** A line of timeline.jsonl. */
export function eventByTodaysNames(event: unknown): unknown {
  switch (isObject(event) ? event["kind"] : undefined) {
    case "load-change":
      return confirmedLoad(event as Fields);
    case "inventory":
      return changesByInstance(within(event, "inventory", replicasByInstance));
    case "stack-survey":
      return within(event, "survey", (survey) => replicasByInstance(processesByInstance(survey)));
    case "machine-survey":
      return within(event, "survey", processesByInstance);
    case "pressure":
      return within(event, "look", (look) =>
        within(look, "target", (target) => within(target, "waits", (waits) => eachOf(waits, byInstance))),
      );
    default:
      return event;
  }
}

/**
 * A line of undo.jsonl. What `process.kill` ended was written as a pid and its start. What is a platform's did not name
 * the platform, since there was one. The handle of a stack called it its kind.
 */
export function undoByTodaysNames(line: unknown): unknown {
  return within(line, "entry", (entry) =>
    ofPlatform(within(within(entry, "undo", byInstance), "handle", handleByPlatform)),
  );
}

/** The platform of all stacks before platforms had names. */
const onlyPlatform = "processes";

function ofPlatform(entry: unknown): unknown {
  if (!isObject(entry)) return entry;
  const { kind, marker, path, prefix, apiUrl } = entry;
  const words: Readonly<Record<string, string>> = {
    process: `processes of ${String(marker)}`,
    directory: `work folder ${String(path)}`,
    proxies: `proxies ${String(prefix)}* of ${String(apiUrl)}`,
  };
  const what = typeof kind === "string" && Object.hasOwn(words, kind) ? words[kind] : undefined;
  return what === undefined ? entry : { kind: "platform", platform: onlyPlatform, what, way: entry };
}

function handleByPlatform(handle: unknown): unknown {
  if (!isObject(handle) || Object.hasOwn(handle, "platform")) return handle;
  const { kind: platform = onlyPlatform, ...rest } = handle;
  return { platform, ...rest };
}

function replicasByInstance(holder: unknown): unknown {
  return within(holder, "replicas", (replicas) => eachOf(replicas, byInstance));
}

function processesByInstance(survey: unknown): unknown {
  return within(survey, "processes", (processes) => eachOf(processes, byInstance));
}

function changesByInstance(event: unknown): unknown {
  return within(event, "changes", (changes) =>
    eachOf(changes, (change) => {
      if (!isObject(change) || change["field"] !== "pid") return change;
      const { before, after } = change;
      return { ...change, field: "instance", before: instanceOfPid(before), after: instanceOfPid(after) };
    }),
  );
}

/** Instances were pids, and where it was known their start. What has a pid and no instance is of such a build. */
function byInstance(holder: unknown): unknown {
  if (!isObject(holder) || !Object.hasOwn(holder, "pid") || Object.hasOwn(holder, "instance")) return holder;
  const { pid, startTime, ...rest } = holder;
  return { ...rest, instance: instanceOfPid(pid, startTime) };
}

/** As the platform of processes writes it (platforms/processes/instance.ts); what is no pid is left to be refused. */
function instanceOfPid(pid: unknown, startTime?: unknown): unknown {
  if (typeof pid !== "number") return pid;
  return typeof startTime === "string" ? `pid ${pid}/${startTime}` : `pid ${pid}`;
}

/** `load-change` is a confirmed fault, which took effect at its very instant. */
function confirmedLoad({ at, disturbance, times }: Fields): unknown {
  const evidence = {
    confirmed: true,
    expected: `requests are due ${String(times)} times as often`,
    seen: "ordered, by the word of an earlier build, which kept no proof",
  };
  return { kind: "fault", at, disturbance, step: "confirmed", evidence, harmFrom: at };
}

/** run.json by today's names; what is no run is left as it is, for its schema to refuse. */
export function runByTodaysNames(run: unknown): unknown {
  return within(run, "intents", (intents) =>
    eachOf(intents, (intent) => within(intent, "trials", (trials) => eachOf(trials, trialByTodaysNames))),
  );
}

/** One entry of it, or the whole of verdict.json; itself where nothing of it has a former name. */
export function trialByTodaysNames(trial: unknown): unknown {
  return within(within(trial, "plan", planByTodaysNames), "facts", factsByTodaysNames);
}

function factsByTodaysNames(facts: unknown): unknown {
  const named = renamed(facts, factNames);
  return ["blindSamples", "sampleNotes"].reduce((so, field) => within(so, field, samplesByTodaysNames), named);
}

/** By probe, whose names are the users' own. */
function samplesByTodaysNames(probes: unknown): unknown {
  if (!isObject(probes)) return probes;
  const named = Object.entries(probes).map(([probe, found]) => [probe, renamed(found, sampleNames)] as const);
  return named.every(([probe, found]) => found === probes[probe]) ? probes : Object.fromEntries(named);
}

/** Keys in their order; where today's name is there too, the former one stays and is refused. */
function renamed(value: unknown, names: Names): unknown {
  if (!isObject(value)) return value;
  const nameOf = (key: string): string => {
    const name = Object.hasOwn(names, key) ? names[key] : undefined;
    return name === undefined || Object.hasOwn(value, name) ? key : name;
  };
  const keys = Object.keys(value);
  return keys.every((key) => nameOf(key) === key)
    ? value
    : Object.fromEntries(keys.map((key) => [nameOf(key), value[key]]));
}

function within(value: unknown, key: string, change: (child: unknown) => unknown): unknown {
  if (!isObject(value) || !Object.hasOwn(value, key)) return value;
  const child = change(value[key]);
  return child === value[key] ? value : { ...value, [key]: child };
}

function eachOf(value: unknown, change: (child: unknown) => unknown): unknown {
  if (!Array.isArray(value)) return value;
  const all = value.map((child: unknown) => change(child));
  return all.every((child, n) => child === value[n]) ? value : all;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
