// A small target and a sound intent on it, for tests that change one thing.

import { loadChange } from "../../src/faults/load/load-change.ts";
import { HarnessError } from "../../src/core/errors.ts";
import type { Problem } from "../../src/core/errors.ts";
import type { Target } from "../../src/core/target.ts";
import type { FaultTable, IntentContext } from "../../src/intent/draft.ts";
import { probeKinds } from "../../src/probes/table.ts";

/** A target with two replicas of one service, three of another, a healer, and probes fast and slow. */
export const shop: Target = {
  name: "shop",
  dir: "/nowhere/targets/shop",
  file: "targets/shop/target.yaml",
  summary: "A shop.",
  platform: "processes",
  chaosAllowed: true,
  start: { command: ["true"], env: {}, timeoutMs: 1000, readyUrl: "http://127.0.0.1:1/ready", stopTimeoutMs: 1000 },
  services: [
    { name: "gateway", healthPath: "/health", replicas: [{ id: "gateway", portEnv: "GATEWAY_PORT" }] },
    {
      name: "inference",
      healthPath: "/health",
      replicas: [
        { id: "inference-1", portEnv: "INFERENCE_1_PORT" },
        { id: "inference-2", portEnv: "INFERENCE_2_PORT" },
      ],
    },
    {
      name: "vector",
      healthPath: "/health",
      replicas: [1, 2, 3, 4, 5].map((n) => ({ id: `vector-${n}`, portEnv: `VECTOR_${n}_PORT` })),
    },
  ],
  edges: [
    { from: "gateway", to: "inference-1", addressEnv: "GATEWAY_TO_INFERENCE_1" },
    { from: "gateway", to: "inference-2", addressEnv: "GATEWAY_TO_INFERENCE_2" },
    { from: "gateway", to: "vector-1", addressEnv: "GATEWAY_TO_VECTOR_1" },
  ],
  inventoryUrl: "http://127.0.0.1:1/inventory",
  streams: [{ name: "chat", method: "GET", url: "http://127.0.0.1:1/", headers: {}, body: null, stream: "whole" }],
  probes: [
    {
      kind: "healthy-replicas",
      name: "replicas.inference",
      service: "inference",
      everyMs: 200,
      timeoutMs: 1000,
      data: false,
    },
    {
      kind: "self-retrieval",
      name: "recall.vector",
      service: "vector",
      samplePath: "/sample",
      searchPath: "/search",
      sample: 24,
      everyMs: 1000,
      timeoutMs: 1000,
      data: false,
    },
    {
      kind: "http-json",
      name: "records.vector",
      service: "vector",
      path: "/manifest",
      pointer: "/records",
      combine: "min",
      everyMs: 500,
      timeoutMs: 1000,
      data: true,
    },
  ],
  feedUrl: "http://127.0.0.1:1/events",
  classes: ["replica-down", "replica-slow", "index-damaged"],
  pathways: [
    { name: "restart-replica", summary: "Restarts." },
    { name: "redistribute-traffic", summary: "Moves traffic.", tier: "low", weight: 2 },
  ],
  ablationEnv: "NOOP",
  unhealedEnv: "ALONE",
};

/** The same without a healer. */
function unhealed(): Target {
  const { feedUrl: _feed, ablationEnv: _ablation, unhealedEnv: _alone, ...rest } = shop;
  return { ...rest, name: "plain", classes: [], pathways: [] };
}

function parseLatency(input: unknown): unknown {
  const params = new Map(Object.entries(input ?? {}));
  const problems = [...params.keys()]
    .filter((key) => key !== "latency")
    .map((key) => ({ found: `${key}: unknown`, expected: "parameters of network.latency: latency" }));
  if (!params.has("latency"))
    problems.push({ found: "no latency", expected: "parameters of network.latency: latency" });
  if (problems.length > 0) throw new HarnessError("bad-input", "network.latency", { problems });
  return input;
}

/** Faults as the linter sees them. */
const faultTable: FaultTable = new Map([
  ["network.latency", { needs: ["edge"] as const, acts: "edge" as const, parse: parseLatency }],
  ["process.kill", { needs: ["process"] as const, acts: "replica" as const, parse: (input: unknown) => input }],
  [
    "model.rollout",
    { needs: [], acts: "replica", mayBeBenign: true, sharesRequests: true, parse: (input: unknown) => input },
  ],
  ["nothing", { needs: [], acts: "nowhere", harmless: true, parse: (input: unknown) => input }],
  ["load.change", { needs: ["load"], acts: "load", parse: (input: unknown) => loadChange.parse(input) }],
]);

/** The world of these tests. */
export const context: IntentContext = {
  targets: new Map([
    ["shop", shop],
    ["plain", unhealed()],
  ]),
  faultTable,
  probeKinds,
  offers: (target, { service, edgeFrom }) => [
    "process",
    ...(edgeFrom === undefined ? [] : (["edge"] as const)),
    ...(target.probes.some((probe) => probe.kind === "self-retrieval" && probe.service === service)
      ? (["files", "vectors", "backups"] as const)
      : []),
  ],
};

/** An intent without a problem. Line numbers in tests count in this text. */
export const soundIntent = `version: 1
title: One slow inference replica
belief: It gets better.
target: shop
tags: [smoke, network]
seed: 7
trials: 2
arms: [treatment, ablation]
load: { arrival: constant, rate: 20/s, slow_over: 400ms, timeout: 5s, warmup: 1500ms, baseline: 4s }
steady:
  window: 500ms
  bad_after: 2
  where:
    users-answered: users.error_share <= 0.1
    users-fast: "users.slow_share <= max(0.15, baseline.users.slow_share + 0.1)"
    inference-whole: replicas.inference == baseline.replicas.inference
disturb:
  - fault: network.latency
    on: { edge: { from: gateway, to: inference }, count: 1 }
    with: { latency: 400ms }
expect:
  detected: { within: 10s, as: [replica-slow] }
  recovered: { within: 15s, by: redistribute-traffic, hold: 3s }
  budget: { slo: 0.95, max_burn: 12 }
  never:
    total-outage: users.error_share > 0.9
`;

/** A sound control on the same target. */
export const soundControl = `version: 1
title: Nothing happens
belief: Nothing happens.
target: shop
arms: [placebo]
load: { rate: 20/s, slow_over: 400ms, timeout: 5s, warmup: 1500ms, baseline: 4s }
steady:
  window: 500ms
  where:
    users-answered: users.error_share <= 0.1
disturb:
  - fault: nothing
expect:
  hold_fire: true
watch: 10s
`;

/** Problems that quote a word of the file, but whose place is not where that word stands. */
export function misplaced(text: string, problems: readonly Problem[]): readonly Problem[] {
  const lines = text.split("\n");
  return problems.filter(({ place, found }) => {
    const word = /"([^"]+)"(?: again)?$/.exec(found)?.[1];
    // What is missing, and an edge between two words, stand nowhere.
    if (word === undefined || !place || /^no |^neither |→/.test(found)) return false;
    const there = lines[place.line - 1]?.slice(place.column - 1) ?? "";
    return !there.replace(/^["']/, "").startsWith(word) && !there.includes(`{port:${word}}`);
  });
}
