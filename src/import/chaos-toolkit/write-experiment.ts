// An intent as an experiment of Chaos Toolkit: what has a place there, and a list of all that has none. The pitfalls of
// its tolerances are kept away from: one status, no lists, no filters; rollbacks always run.

import { loopbackUrl } from "../../core/addresses.ts";
import { parseDuration } from "../../core/duration.ts";
import type { Disturbance, Intent, Selector } from "../../core/intent.ts";
import type { Target } from "../../core/target.ts";
import { sayLost, type ExportNote, type Say } from "./lost-parts.ts";

export interface Exported {
  /** As it is written, as JSON. */
  readonly experiment: Readonly<Record<string, unknown>>;
  readonly notes: readonly ExportNote[];
  /** How many conditions and actions are left. */
  readonly probes: number;
  readonly actions: number;
}

type Json = Readonly<Record<string, unknown>>;

/** Never throws. Where nothing is left of conditions or disturbances, that stands in the notes. */
export function writeExperiment(intent: Intent, target: Target): Exported {
  const notes: ExportNote[] = [];
  const say: Say = (part, fate, because) => notes.push({ part, fate, because });
  const probes = intent.steady.conditions.flatMap((condition) => probeOf(condition, target, say) ?? []);
  const acts = intent.disturbances.flatMap((disturbance, index) => actOf(disturbance, index, target, say) ?? []);
  sayLost(intent, say);
  const seconds = (ms: number): number => ms / 1000;
  const method = acts.map(({ action }, index) => {
    const pauses = {
      ...(index === 0 && { before: seconds(intent.load.baselineMs) }),
      ...(index === acts.length - 1 && { after: seconds(intent.watchMs) }),
    };
    return { ...action, ...(Object.keys(pauses).length > 0 && { pauses }) };
  });
  const experiment = {
    title: intent.title,
    description: intent.belief,
    tags: [...intent.tags],
    runtime: { rollbacks: { strategy: "always" } },
    configuration: configurationOf(probes, acts),
    "steady-state-hypothesis": { title: "As the intent's steady state", probes: probes.map(({ probe }) => probe) },
    method,
    rollbacks: acts.flatMap(({ rollback }) => rollback ?? []),
    extensions: [
      {
        name: "rebound",
        intent: intent.id,
        needs: needsOf(acts),
        read: "the report of `chaos run --output agent`, not the exit code: that is 0 for a fault that was never injected",
        parts: notes,
      },
    ],
  };
  return { experiment, notes, probes: probes.length, actions: acts.length };
}

interface WrittenProbe {
  readonly probe: Json;
  readonly variable: string;
  readonly service: string;
}

/** Where a service is, is not told by target.yaml: Rebound gives out ports as it starts a stack. */
function variableOf(service: string, what: "url" | "pattern" | "container"): string {
  return `${service.replaceAll(/[^a-z0-9]+/gi, "_")}_${what}`;
}

function probeOf(
  { name, expression }: Intent["steady"]["conditions"][number],
  target: Target,
  say: Say,
): WrittenProbe | undefined {
  const part = `steady.where.${name}`;
  const replicas = /^([\w.-]+) *(?:>=|==) *baseline\.([\w.-]+)$/.exec(expression);
  const probe = target.probes.find((one) => one.name === replicas?.[1] && replicas[1] === replicas[2]);
  if (probe?.kind === "healthy-replicas") {
    const path = target.services.find((one) => one.name === probe.service)?.healthPath ?? "/";
    say(part, "changed", `one look at the health path of ${probe.service} before, and one after`);
    return asking({ name, service: probe.service, path });
  }
  if (/^users\.error_share *<=? *[\d.]+$/.test(expression)) {
    const [first] = target.streams;
    if ("source" in first || first.method !== "GET" || /\{(?!port:)/.test(first.url)) {
      say(part, "dropped", "users ask with a body or with rows of a dataset, of which a probe has none");
      return undefined;
    }
    const path = first.url.replace(/^https?:\/\/[^/]+/, "") || "/";
    say(
      part,
      "changed",
      "one request before and one after must be answered with 200, in place of a share in each window",
    );
    return asking({ name, service: "users", path });
  }
  say(part, "dropped", `no probe without an extension gives ${expression}`);
  return undefined;
}

function asking({ name, service, path }: { name: string; service: string; path: string }): WrittenProbe {
  const variable = variableOf(service, "url");
  const provider = { type: "http", url: `\${${variable}}${path}`, timeout: 5 };
  // One status: a list of two would be a range there, or none, by what the probe returns.
  return { probe: { type: "probe", name, tolerance: 200, provider }, variable, service };
}

interface WrittenAct {
  readonly action: Json;
  readonly rollback?: Json;
  readonly needs?: string;
  /** Whoever runs it says by this what is hit: it has no default, since a guess could hit anybody's. */
  readonly variable?: string;
}

function actOf(disturbance: Disturbance, index: number, target: Target, say: Say): WrittenAct | undefined {
  const { fault, on, params, timing } = disturbance;
  const part = `disturb[${index}] ${fault}`;
  if (timing !== undefined) {
    say(part, "dropped", "when it begins or ends by itself cannot be said: a method is one list, played once");
    return undefined;
  }
  const slows = fault === "network.latency" && on?.edgeFrom !== undefined;
  const isOrder = fault === "container.kill";
  const ends = (fault === "process.kill" || isOrder) && on !== undefined && on.edgeFrom === undefined;
  const act = slows
    ? slowed({ part, on, params }, say)
    : ends
      ? ended({ part, on, params, byEngine: isOrder || target.containers !== undefined }, say)
      : undefined;
  if (act !== undefined && on !== undefined)
    sayOfSites(disturbance, { part: `disturb[${index}]`, on, slows, target }, say);
  if (!slows && !ends) say(part, "dropped", "no action without an extension of your own does this");
  return act;
}

interface Sites {
  readonly part: string;
  readonly on: Selector;
  /** A slow proxy slows all that is behind it; what ends, ends one. */
  readonly slows: boolean;
  readonly target: Target;
}

/** What there is to say of who is hit, and how hard, that an action has no place for. */
function sayOfSites({ level, feltBy }: Disturbance, { part, on, slows, target }: Sites, say: Say): void {
  const all = target.services.find(({ name }) => name === on.service)?.replicas.length ?? 1;
  const asked = on.count === "all" ? all : (on.count ?? Math.max(1, Math.floor((on.share ?? 0) * all)));
  const hit = slows ? all : 1;
  if (asked !== hit) {
    const because = `${hit} of ${on.service} is hit by the action, not ${asked} of ${all}`;
    say(`${part}.on.${on.share === undefined ? "count" : "share"}`, "dropped", because);
  }
  if (on.via !== undefined) say(`${part}.on.via`, "dropped", "the way is that of the proxy which you set up");
  if (level !== undefined) say(`${part}.level`, "dropped", "no dose is found there: it hits as hard as it is written");
  if (feltBy !== undefined) say(`${part}.felt_by`, "dropped", "who repaired is not asked");
}

interface Slowed {
  readonly part: string;
  readonly on: NonNullable<Disturbance["on"]>;
  readonly params: Disturbance["params"];
}

/** Given as written or as read: a text such as 400ms, or ms. */
function msIn(value: unknown): number | undefined {
  return typeof value === "string" ? parseDuration(value) : typeof value === "number" ? value : undefined;
}

function slowed({ part, on, params }: Slowed, say: Say): WrittenAct | undefined {
  const latency = msIn(params["latency"]);
  if (latency === undefined) {
    say(part, "dropped", "it has no latency that can be read");
    return undefined;
  }
  const jitter = msIn(params["jitter"]);
  const proxy = `${on.edgeFrom}-to-${on.service}`;
  const toxic = "rebound-latency";
  const python = (func: string, args: Json): Json => ({
    type: "python",
    module: "chaostoxi.toxic.actions",
    func,
    arguments: args,
  });
  const args = { for_proxy: proxy, toxic_name: toxic, latency, ...(jitter !== undefined && { jitter }) };
  say(part, "changed", `at the proxy ${proxy}, which you set up; it slows each replica behind it`);
  return {
    action: { type: "action", name: `slow ${proxy}`, provider: python("create_latency_toxic", args) },
    rollback: {
      type: "action",
      name: `unslow ${proxy}`,
      provider: python("delete_toxic", { for_proxy: proxy, toxic_name: toxic }),
    },
    needs: "chaostoolkit-toxiproxy",
  };
}

interface Ended {
  readonly part: string;
  readonly on: Selector;
  readonly params: Disturbance["params"];
  readonly byEngine: boolean;
}

function ended({ part, on: { service }, params, byEngine }: Ended, say: Say): WrittenAct {
  const signal = typeof params["signal"] === "string" ? params["signal"] : "SIGKILL";
  const variable = variableOf(service, byEngine ? "container" : "pattern");
  const place = variable.toUpperCase();
  say(
    part,
    "changed",
    byEngine
      ? `the container that you name in the environment as ${place}, not one by the seed`
      : `the oldest process of the machine that matches the pattern which you set in the environment as ${place}, be it anybody's or chaos itself, not one by the seed; \`pgrep -a -f\` lists what matches`,
  );
  // A list: a text would go through a shell, whose own command line has the pattern.
  const provider = byEngine
    ? { path: "docker", arguments: ["kill", `--signal=${signal}`, "--", `\${${variable}}`] }
    : { path: "pkill", arguments: [`-${signal}`, "-o", "-f", `\${${variable}}`] };
  return {
    action: { type: "action", name: `end ${service}`, provider: { type: "process", ...provider, timeout: 10 } },
    variable,
  };
}

function configurationOf(probes: readonly WrittenProbe[], acts: readonly WrittenAct[]): Json {
  const places = probes.map(({ variable, service }) => [
    variable,
    { type: "env", key: variable.toUpperCase(), default: `http://${service}` },
  ]);
  const asked = acts.flatMap(({ variable }) =>
    variable === undefined ? [] : [[variable, { type: "env", key: variable.toUpperCase() }]],
  );
  const proxy = acts.some(({ needs }) => needs !== undefined)
    ? [["toxiproxy_url", { type: "env", key: "TOXIPROXY_URL", default: loopbackUrl(8474) }]]
    : [];
  return Object.fromEntries([...places, ...asked, ...proxy]) as Json;
}

function needsOf(acts: readonly WrittenAct[]): readonly string[] {
  const extensions = new Set(acts.flatMap(({ needs }) => needs ?? []));
  return ["chaostoolkit >= 1.21", "Python >= 3.12", ...extensions];
}
