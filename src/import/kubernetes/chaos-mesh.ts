// An object of Chaos Mesh (v1alpha1) as an intent: pods that end, and slow ways between them.

import { readYaml } from "../../language/yaml-source.ts";
import { nothingYet, type Asked, type Disturbance, type Imported } from "../imported.ts";
import { edgesBetween, one, readerOf, withUsers, type Reader } from "../reader.ts";
import { field, wordOf } from "../values.ts";
import { goDuration, howMany, onlyEdgeTo, serviceByLabel, whichService } from "./pods.ts";

/** Reads one object. Never throws; a file that is none of Chaos Mesh is a problem. */
export function readChaosMesh(text: string, file: string, asked: Asked): Imported {
  const source = readYaml(text, file);
  if (source.value === undefined) return { ...nothingYet, problems: source.problems };
  const version = wordOf(field(source.value, "apiVersion"));
  const kind = wordOf(field(source.value, "kind"));
  if (!version.startsWith("chaos-mesh.org/")) {
    const found = version === "" ? "no apiVersion" : `the apiVersion ${version}`;
    return {
      ...nothingYet,
      problems: [{ place: source.placeOf(["apiVersion"]), found, expected: "chaos-mesh.org/v1alpha1" }],
    };
  }
  const reader = readerOf(source, asked);
  const spec = field(source.value, "spec");
  const became = becameOf(kind, spec, reader);
  const duration = wordOf(field(spec, "duration"));
  const forMs = duration === "" ? 0 : (goDuration(duration) ?? 0);
  const disturbances = "why" in became ? [] : [{ ...became.disturbance, ...lasting(became.disturbance, forMs) }];
  if ("why" in became) reader.note(["spec"], "dropped", kind, became.why);
  else
    reader.note(
      ["spec"],
      became.changed === "" ? "kept" : "changed",
      kind,
      `as ${became.disturbance.fault}${became.changed}`,
    );
  noteTheRest(spec, kind, reader);
  const name = wordOf(field(field(source.value, "metadata"), "name")) || kind;
  reader.decide("Whether it could turn out false: say who repairs what, and within which time.");
  return {
    ...nothingYet,
    title: `${name} (${kind})`,
    belief: `Users hardly notice ${kind} ${name}, and the stack recovers by itself.`,
    tags: ["chaos-mesh"],
    conditions: withUsers([], reader),
    disturbances,
    undecided: reader.undecided,
    notes: reader.notes,
    problems: [],
  };
}

/** A kill is over at once; what is in place is taken back after its time. */
function lasting({ fault }: Disturbance, forMs: number): Pick<Disturbance, "forMs"> {
  return forMs > 0 && !fault.endsWith(".kill") ? { forMs } : {};
}

interface Edge {
  readonly from: string;
  readonly to: string;
}

type Became = { readonly disturbance: Disturbance; readonly changed: string } | { readonly why: string };

function becameOf(kind: string, spec: unknown, reader: Reader): Became {
  const action = wordOf(field(spec, "action"));
  if (kind === "PodChaos" && (action === "pod-kill" || action === "container-kill")) return ended(spec, action, reader);
  if (kind === "NetworkChaos" && action === "delay") return slowed(spec, reader);
  return { why: `no fault here is like ${[kind, action].filter((word) => word !== "").join(" ")}` };
}

function labelOf(selector: unknown): string {
  const labels = Object.entries(Object(field(selector, "labelSelectors")) as object);
  return labels.map(([key, value]) => `${key}=${wordOf(value)}`).join(",");
}

function ended(spec: unknown, action: string, reader: Reader): Became {
  const label = labelOf(field(spec, "selector"));
  const service = serviceByLabel(label, reader);
  if (service === undefined) return { why: whichService(label) };
  const mode = wordOf(field(spec, "mode"));
  const many = howMany(mode, Number(field(spec, "value")), service, reader);
  if (many === undefined)
    return { why: `how many is mode ${mode || "(none)"}? a value is missing, or it is drawn at random` };
  return {
    disturbance: { fault: "process.kill", on: { service }, many },
    changed: action === "pod-kill" ? ": a replica, not a pod" : "",
  };
}

function slowed(spec: unknown, reader: Reader): Became {
  const [near, far] = [labelOf(field(spec, "selector")), labelOf(field(field(spec, "target"), "selector"))];
  const here = serviceByLabel(near, reader);
  if (here === undefined) return { why: whichService(near) };
  const edge = far === "" ? onlyEdgeTo(here, reader) : edgeBetween(here, serviceByLabel(far, reader), spec, reader);
  if (edge === undefined) {
    return { why: far === "" ? `not one edge alone leads to ${here}` : `there is no edge between ${near} and ${far}` };
  }
  const delay = field(spec, "delay");
  const latencyMs = goDuration(wordOf(field(delay, "latency")));
  const jitterMs = goDuration(wordOf(field(delay, "jitter")) || "0ms") ?? 0;
  if (latencyMs === undefined || latencyMs < 1) return { why: "its latency is no time" };
  const params = { latency: `${latencyMs}ms`, ...(jitterMs > 0 ? { jitter: `${jitterMs}ms` } : {}) };
  reader.decide(`How many replicas of ${edge.to} are behind the slow edge: one was taken.`);
  const changed = ": answers come later by it; there each packet of the direction does";
  return { disturbance: { fault: "network.latency", on: edge, many: one(edge.to, reader.asked), params }, changed };
}

/** `to` is what the selected pods send, `from` what they get; an edge leads from who asks to who answers. */
function edgeBetween(here: string, there: string | undefined, spec: unknown, { asked }: Reader): Edge | undefined {
  if (there === undefined) return undefined;
  const ways: readonly Edge[] = [
    { from: here, to: there },
    { from: there, to: here },
  ];
  const ordered = wordOf(field(spec, "direction")) === "from" ? ways.toReversed() : ways;
  return ordered.find(({ from, to }) => edgesBetween(asked.target).includes(`${from}->${to}`));
}

const read = new Set(["action", "mode", "value", "selector", "duration", "delay", "target", "direction"]);

function noteTheRest(spec: unknown, kind: string, reader: Reader): void {
  for (const key of Object.keys(Object(spec) as object)) {
    if (!read.has(key)) reader.note(["spec", key], "dropped", key, `nothing here is like it in ${kind}`);
  }
  if (kind === "PodChaos" && field(spec, "duration") !== undefined) {
    reader.note(["spec", "duration"], "dropped", "duration", "a kill is over at once");
  }
  if (kind === "NetworkChaos" && field(spec, "mode") !== "one") {
    reader.note(["spec", "mode"], "changed", "mode", "one edge is slowed here, to a replica that the seed picks");
  }
  for (const [path, of] of [
    [["spec", "selector"], field(spec, "selector")],
    [["spec", "target", "selector"], field(field(spec, "target"), "selector")],
  ] as const) {
    for (const key of Object.keys(Object(of) as object)) {
      if (key !== "labelSelectors") reader.note([...path, key], "dropped", key, "only labels are told apart here");
    }
  }
  const delay = field(spec, "delay");
  for (const key of Object.keys(Object(delay) as object)) {
    if (key !== "latency" && key !== "jitter")
      reader.note(["spec", "delay", key], "dropped", key, "not part of a slow edge");
  }
}
