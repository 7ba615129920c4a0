// An intent as an experiment of Chaos Toolkit: what has a place there, and a list of all that has none. The pitfalls of
// its tolerances are kept away from: one status, no lists, no filters; rollbacks always run.

import { loopbackUrl } from "../../core/addresses.ts";
import { isTreatment } from "../../core/arms.ts";
import { formatDuration, parseDuration } from "../../core/duration.ts";
import type { Disturbance, Intent } from "../../core/intent.ts";
import type { Target } from "../../core/target.ts";

/** What became of one part of an intent. */
interface ExportNote {
  readonly part: string;
  readonly fate: "kept" | "changed" | "dropped";
  readonly because: string;
}

export interface Exported {
  /** As it is written, as JSON. */
  readonly experiment: Readonly<Record<string, unknown>>;
  readonly notes: readonly ExportNote[];
  /** How many conditions and actions are left. */
  readonly probes: number;
  readonly actions: number;
}

type Say = (part: string, fate: ExportNote["fate"], because: string) => void;
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
function variableOf(service: string): string {
  return `${service.replaceAll(/[^a-z0-9]+/gi, "_")}_url`;
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
  const variable = variableOf(service);
  const provider = { type: "http", url: `\${${variable}}${path}`, timeout: 5 };
  // One status: a list of two would be a range there, or none, by what the probe returns.
  return { probe: { type: "probe", name, tolerance: 200, provider }, variable, service };
}

interface WrittenAct {
  readonly action: Json;
  readonly rollback?: Json;
  readonly needs?: string;
}

function actOf(disturbance: Disturbance, index: number, target: Target, say: Say): WrittenAct | undefined {
  const { fault, on, params, timing } = disturbance;
  const part = `disturb[${index}] ${fault}`;
  if (timing !== undefined) {
    say(part, "dropped", "when it begins or ends by itself cannot be said: a method is one list, played once");
    return undefined;
  }
  if (fault === "network.latency" && on?.edgeFrom !== undefined) return slowed({ part, on, params }, say);
  const isOrder = fault === "container.kill";
  if ((fault === "process.kill" || isOrder) && on !== undefined && on.edgeFrom === undefined) {
    return ended({ part, service: on.service, byEngine: isOrder || target.containers !== undefined }, say);
  }
  say(part, "dropped", "no action without an extension of your own does this");
  return undefined;
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

function ended(
  { part, service, byEngine }: { part: string; service: string; byEngine: boolean },
  say: Say,
): WrittenAct {
  say(
    part,
    "changed",
    byEngine
      ? `put the container's name in place of ${service}`
      : `the oldest process whose command names ${service}, not one by the seed`,
  );
  const provider = byEngine
    ? { type: "process", path: "docker", arguments: `kill ${service}`, timeout: 10 }
    : { type: "process", path: "pkill", arguments: `-9 -o -f ${service}`, timeout: 10 };
  return { action: { type: "action", name: `end ${service}`, provider } };
}

function configurationOf(probes: readonly WrittenProbe[], acts: readonly WrittenAct[]): Json {
  const places = probes.map(({ variable, service }) => [
    variable,
    { type: "env", key: variable.toUpperCase(), default: `http://${service}` },
  ]);
  const proxy = acts.some(({ needs }) => needs !== undefined)
    ? [["toxiproxy_url", { type: "env", key: "TOXIPROXY_URL", default: loopbackUrl(8474) }]]
    : [];
  return Object.fromEntries([...places, ...proxy]) as Json;
}

function needsOf(acts: readonly WrittenAct[]): readonly string[] {
  const extensions = new Set(acts.flatMap(({ needs }) => needs ?? []));
  return ["chaostoolkit >= 1.21", "Python >= 3.12", ...extensions];
}

/** What nothing there is like. */
function sayLost({ arms, expect, abortIf, load, steady, trials, operator, settings, again }: Intent, say: Say): void {
  const { detected, recovered, budget, never, heldFire } = expect;
  const lost: readonly (readonly [string, boolean, string])[] = [
    [
      "arms",
      arms.some((arm) => !isTreatment(arm)),
      "the same without the repair is not run: nothing proves which repair did it",
    ],
    ["load", true, `no requests are sent: bring ${load.ratePerSecond}/s of your own`],
    [
      "steady.window",
      true,
      `nothing looks all the time: a breach that heals leaves no trace (windows of ${formatDuration(steady.windowMs)} here)`,
    ],
    ["expect.detected", detected !== undefined, "nobody hears what the healer says"],
    [
      "expect.recovered.by",
      recovered !== undefined,
      `who repaired is not asked; that it is well is asked once, ${formatDuration(recovered?.withinMs ?? 0)} after`,
    ],
    ["expect.recovered.hold", recovered !== undefined, "one look at the end cannot see a relapse"],
    ["expect.hold_fire", heldFire, "what the healer does is not seen"],
    ["expect.again", again !== undefined, "there is no second time"],
    ["expect.budget", budget !== undefined, "requests are not counted"],
    ["expect.never", never.length > 0, "nothing looks in between"],
    ["abort_if", abortIf !== undefined, "write it as a control of chaosaddons.controls.safeguards"],
    ["trials", trials > 1, `it runs once, not ${trials} times`],
    ["operator", operator !== undefined, "nobody answers the healer's questions"],
    ["settings", settings !== undefined, "the stack is started by you"],
  ];
  for (const [part, isThere, because] of lost) if (isThere) say(part, "dropped", because);
}
