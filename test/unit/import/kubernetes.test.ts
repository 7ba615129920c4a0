import { stringify } from "yaml";
import { beforeAll, describe, expect, it } from "vitest";
import type { Target } from "../../../src/core/target.ts";
import { importers } from "../../../src/import/index.ts";
import type { Imported } from "../../../src/import/imported.ts";
import { intentText } from "../../../src/import/write-intent.ts";
import { lintNewIntent, loadTarget } from "../../../src/run/select.ts";

let target: Target;
beforeAll(async () => {
  target = await loadTarget("reference-ai-stack");
});

const map = new Map([
  ["app=db", "vector"],
  ["app=llm", "inference"],
  ["app=front", "gateway"],
  ["http://shop", "users"],
]);

function read(kind: string, value: unknown): Imported {
  const importer = importers.find((one) => one.kind === kind);
  if (importer === undefined) throw new Error(`no importer of ${kind}`);
  return importer.read(typeof value === "string" ? value : stringify(value), "it.yaml", {
    target,
    map,
    variables: new Map(),
  });
}

const lint = async (imported: Imported): Promise<readonly string[]> => {
  const text = intentText(imported, { target: target.name, from: "it.yaml", rate: "20/s" });
  return (await lintNewIntent(text, "experiments/from/it.yaml")).map(({ found }) => found);
};
const because = ({ notes }: Imported, pointer: string): string =>
  notes
    .filter((note) => note.pointer === pointer)
    .map((note) => `${note.fate}: ${note.because}`)
    .join();

describe("an object of Chaos Mesh", () => {
  const mesh = (kind: string, spec: unknown): unknown => ({
    apiVersion: "chaos-mesh.org/v1alpha1",
    kind,
    metadata: { name: "try" },
    spec,
  });
  const db = { namespaces: ["x"], labelSelectors: { app: "db" } };

  it.each([
    ["one", undefined, { count: 1 }],
    ["all", undefined, { count: "all" }],
    ["fixed", "2", { count: 2 }],
    ["fixed-percent", "50", { share: 0.5 }],
    ["random-max-percent", "50", { share: 0.5 }],
  ])("ends pods by the mode %s", (mode, value, many) => {
    const { disturbances } = read(
      "chaos-mesh",
      mesh("PodChaos", { action: "pod-kill", mode, value, selector: db, duration: "30s" }),
    );
    expect(disturbances).toEqual([{ fault: "process.kill", on: { service: "vector" }, many }]);
  });

  it("that slows a way becomes a slow edge for its time, and lints", async () => {
    const spec = {
      action: "delay",
      mode: "one",
      selector: { labelSelectors: { app: "front" } },
      direction: "to",
      target: { mode: "all", selector: { labelSelectors: { app: "llm" } } },
      delay: { latency: "90ms", jitter: "10ms", correlation: "50" },
      duration: "1m30s",
    };
    const imported = read("chaos-mesh", mesh("NetworkChaos", spec));
    expect(imported.disturbances).toEqual([
      {
        fault: "network.latency",
        on: { from: "gateway", to: "inference" },
        many: { count: 1 },
        params: { latency: "90ms", jitter: "10ms" },
        forMs: 90_000,
      },
    ]);
    expect(because(imported, "/spec/delay/correlation")).toContain("dropped");
    expect(await lint(imported)).toEqual([]);
  });

  it("takes an edge in the direction that the target has it", () => {
    const selector = { labelSelectors: { app: "llm" } };
    const spec = {
      action: "delay",
      mode: "one",
      selector,
      direction: "from",
      target: { selector: { labelSelectors: { app: "front" } } },
      delay: { latency: "1s" },
    };
    expect(read("chaos-mesh", mesh("NetworkChaos", spec)).disturbances[0]?.on).toEqual({
      from: "gateway",
      to: "inference",
    });
  });

  it.each([
    ["StressChaos", { stressors: { cpu: { workers: 1 } } }, "no fault here is like StressChaos"],
    ["NetworkChaos", { action: "loss", selector: db }, "no fault here is like NetworkChaos loss"],
    ["PodChaos", { action: "pod-failure", selector: db }, "no fault here is like PodChaos pod-failure"],
    [
      "PodChaos",
      { action: "pod-kill", mode: "one", selector: { labelSelectors: { app: "other" } } },
      "--map 'app=other=SERVICE'",
    ],
    ["PodChaos", { action: "pod-kill", mode: "fixed", selector: db }, "a value is missing"],
    ["NetworkChaos", { action: "delay", selector: db, delay: { latency: "soon" } }, "no time"],
  ])("%s is dropped with the reason where nothing is like it", (kind, spec, reason) => {
    const imported = read("chaos-mesh", mesh(kind, spec));
    expect(imported.disturbances).toEqual([]);
    expect(because(imported, "/spec")).toContain(reason);
  });

  it.each([["apiVersion: v1\nkind: Pod\n"], ["a: [1"], [""], ["- 1\n"]])("is not %j", (text) => {
    expect(read("chaos-mesh", text).problems[0]?.place).toMatchObject({ file: "it.yaml" });
  });
});

describe("a ChaosEngine of Litmus", () => {
  const engine = (name: string, env: Readonly<Record<string, string>>, probe: readonly unknown[] = []): unknown => ({
    apiVersion: "litmuschaos.io/v1alpha1",
    kind: "ChaosEngine",
    metadata: { name: "try" },
    spec: {
      appinfo: { appns: "x", applabel: "app=db", appkind: "deployment" },
      chaosServiceAccount: "sa",
      experiments: [
        {
          name,
          spec: { probe, components: { env: Object.entries(env).map(([key, value]) => ({ name: key, value })) } },
        },
      ],
    },
  });

  it("deletes a share of pods once, says what it leaves out, and lints", async () => {
    const imported = read(
      "litmus",
      engine("pod-delete", { PODS_AFFECTED_PERC: "50", CHAOS_INTERVAL: "10", FORCE: "true" }),
    );
    expect(imported.disturbances).toMatchObject([
      { fault: "process.kill", on: { service: "vector" }, many: { share: 0.5 } },
    ]);
    expect(because(imported, "/spec/experiments/0")).toContain("changed: as process.kill: once");
    expect(because(imported, "/spec/experiments/0/spec/components/env/1")).toContain("dropped");
    expect(because(imported, "/spec/chaosServiceAccount")).toContain("dropped");
    expect(await lint(imported)).toEqual([]);
  });

  it("takes no percentage, and 0, for one pod, as the tool does", () => {
    expect(read("litmus", engine("pod-delete", { PODS_AFFECTED_PERC: "" })).disturbances[0]?.many).toEqual({
      count: 1,
    });
    expect(read("litmus", engine("pod-delete", { PODS_AFFECTED_PERC: "0" })).disturbances[0]?.many).toEqual({
      count: 1,
    });
  });

  it("slows the only edge to a service, by what the tool takes when it is told nothing", () => {
    const { disturbances } = read("litmus", engine("pod-network-latency", { TOTAL_CHAOS_DURATION: "60" }));
    expect(disturbances).toEqual([
      expect.objectContaining({
        fault: "network.latency",
        on: { from: "gateway", to: "vector" },
        params: { latency: "2000ms" },
        forMs: 60_000,
      }),
    ]);
  });

  it("keeps probes that ask for an answer", () => {
    const get = (responseCode: string): unknown => ({ method: { get: { criteria: "==", responseCode } } });
    const imported = read(
      "litmus",
      engine("pod-delete", {}, [
        { name: "ask", type: "httpProbe", "httpProbe/inputs": { url: "http://shop/a", ...(get("200") as object) } },
        { name: "well", type: "httpProbe", "httpProbe/inputs": { url: "http://vector/h", ...(get("204") as object) } },
        { name: "down", type: "httpProbe", "httpProbe/inputs": { url: "http://vector/h", ...(get("503") as object) } },
        { name: "cmd", type: "cmdProbe" },
      ]),
    );
    expect(imported.conditions).toEqual([
      { name: "ask", expression: "users.error_share <= 0.15" },
      { name: "well", expression: "replicas.vector >= baseline.replicas.vector" },
    ]);
    expect(because(imported, "/spec/experiments/0/spec/probe/2")).toContain("other than one status");
    expect(because(imported, "/spec/experiments/0/spec/probe/3")).toContain("no cmdProbe is run here");
  });

  it("drops what nothing here is like", () => {
    const imported = read("litmus", engine("pod-memory-hog", {}));
    expect(because(imported, "/spec/experiments/0")).toContain("no fault here is like pod-memory-hog");
    expect(read("litmus", "kind: ChaosResult\n").problems[0]?.found).toContain("ChaosResult");
  });
});
