// Files of other tools with one part replaced by anything: read without an error of ours, and what is written lints.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Target } from "../../../src/core/target.ts";
import { importers } from "../../../src/import/index.ts";
import { intentText } from "../../../src/import/write-intent.ts";
import { readYaml } from "../../../src/language/yaml-source.ts";
import { loadTarget } from "../../../src/run/select.ts";

let target: Target;
beforeAll(async () => {
  target = await loadTarget("reference-ai-stack");
});

const http = { type: "http", url: "http://vector/health" };
const samples: Readonly<Record<string, unknown>> = {
  chaostoolkit: {
    title: "t",
    description: "d",
    tags: ["a"],
    configuration: { ms: { type: "env", key: "MS", default: 90 } },
    "steady-state-hypothesis": {
      title: "h",
      probes: [
        { name: "p", type: "probe", tolerance: [200, 204], provider: http },
        { name: "q", type: "probe", tolerance: { type: "jsonpath", path: "$.a", expect: [1] }, provider: http },
      ],
    },
    method: [
      { name: "k", type: "action", provider: { type: "process", path: "pkill", arguments: ["-9", "vector"] } },
      {
        name: "s",
        type: "action",
        pauses: { after: 3 },
        provider: {
          type: "python",
          module: "chaostoxi.toxic.actions",
          func: "create_toxic",
          arguments: { for_proxy: "e", toxic_type: "latency", attributes: { latency: "${ms}" } },
        },
      },
    ],
    rollbacks: [],
  },
  "chaos-mesh": {
    apiVersion: "chaos-mesh.org/v1alpha1",
    kind: "NetworkChaos",
    metadata: { name: "n" },
    spec: {
      action: "delay",
      mode: "one",
      selector: { labelSelectors: { app: "inference" } },
      target: { selector: { labelSelectors: { app: "gateway" } } },
      delay: { latency: "10ms" },
      duration: "30s",
    },
  },
  litmus: {
    apiVersion: "litmuschaos.io/v1alpha1",
    kind: "ChaosEngine",
    spec: {
      appinfo: { applabel: "app=vector" },
      experiments: [
        {
          name: "pod-delete",
          spec: {
            components: { env: [{ name: "PODS_AFFECTED_PERC", value: "50" }] },
            probe: [{ name: "p", type: "httpProbe", "httpProbe/inputs": { url: "http://vector/" } }],
          },
        },
      ],
    },
  },
};

const counted = { metricSource: { type: "Prometheus", spec: { query: "requests_total" } } };
const slo = {
  apiVersion: "openslo/v1",
  kind: "SLO",
  metadata: { name: "n" },
  spec: {
    service: "shop",
    timeWindow: [{ duration: "30d" }],
    indicator: { metadata: { name: "i" }, spec: { ratioMetric: { good: counted, total: counted } } },
    objectives: [{ target: 0.9 }],
  },
};

/** Every place of a value, from the root. */
function placesIn(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  if (value === null || typeof value !== "object") return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? replaced(item, rest, by) : item));
  return Object.fromEntries(
    Object.entries(Object(value) as object).map(([name, inner]) => [
      name,
      name === key ? replaced(inner, rest, by) : inner,
    ]),
  );
}

describe.each(importers)("any file of the kind $kind", (importer) => {
  it("is read, or has problems with places, and what is written is YAML", () => {
    const sample = importer.kind === "openslo" ? slo : samples[importer.kind];
    const map = new Map([
      ["e", "gateway->inference"],
      ["shop", "users"],
    ]);
    const told = { parts: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...placesIn(sample)), fc.jsonValue({ maxDepth: 2 }), (place, by) => {
        const text = JSON.stringify(replaced(sample, place, by));
        const read = importer.read(text, "a.json", { target, map, variables: new Map() });
        for (const { place: where } of read.problems) expect(where).toMatchObject({ file: "a.json" });
        if (read.problems.length > 0) told.refused += 1;
        else {
          told.parts += importer.isSteadyOnly ? read.conditions.length : read.disturbances.length;
          const written = intentText(read, { target: target.name, from: "a.json", rate: "20/s" });
          expect(readYaml(written, "it.yaml").problems).toEqual([]);
        }
      }),
      { numRuns: 400, seed: 20 },
    );
    expect(told.parts).toBeGreaterThan(30);
    expect(told.refused).toBeGreaterThan(3);
  });
});
