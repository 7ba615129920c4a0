import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HarnessError } from "../../../src/core/errors.ts";
import { writeExperiment } from "../../../src/import/chaos-toolkit/write-experiment.ts";
import { exportFile } from "../../../src/run/export-file.ts";
import { importFile, type ImportOptions } from "../../../src/run/import-file.ts";
import { choose } from "../../../src/run/select.ts";

const root = resolve(import.meta.dirname, "../../..");
const at = { folder: "" };
beforeEach(async () => {
  at.folder = await mkdtemp(join(tmpdir(), "rebound-export-"));
});
afterEach(() => rm(at.folder, { recursive: true, force: true }));

async function exported(
  id: string,
): Promise<{ lines: readonly string[]; out: string; written: Record<string, unknown> }> {
  const out = join(at.folder, "experiment.json");
  const lines = await exportFile("chaostoolkit", join(root, "experiments", `${id}.yaml`), { out });
  return { lines, out, written: JSON.parse(await readFile(out, "utf8")) as Record<string, unknown> };
}

describe("an intent as an experiment of Chaos Toolkit", () => {
  it.each<[string, Partial<ImportOptions>]>([
    ["process/replica-kill", { var: new Map([["inference_pattern", "inference"]]) }],
    ["network/inference-latency", { map: new Map([["gateway-to-inference", "gateway->inference"]]) }],
  ])("of %s comes back as an intent that lints", async (id, said) => {
    const { out } = await exported(id);
    const back = join(at.folder, "experiments/back/again.yaml");
    const options = { target: "reference-ai-stack", rate: "20/s", out: back, ...said };
    const lines = await importFile("chaostoolkit", out, options);
    expect(lines[0]).toContain("1 disturbance; it lints");
  });

  it("plays its rollbacks always, and asks for one status, never for a list", async () => {
    const { written } = await exported("network/inference-latency");
    expect(written["runtime"]).toEqual({ rollbacks: { strategy: "always" } });
    expect(written["rollbacks"]).toMatchObject([{ provider: { func: "delete_toxic" } }]);
    const { probes } = written["steady-state-hypothesis"] as { probes: { tolerance: unknown }[] };
    expect(probes.map(({ tolerance }) => tolerance)).toEqual(probes.map(() => 200));
    expect(probes.length).toBeGreaterThan(0);
  });

  it("says what it keeps and what it cannot say, in the file and to who asked", async () => {
    const { lines, written } = await exported("process/replica-kill");
    const [extension] = written["extensions"] as { parts: { part: string; fate: string }[] }[];
    const parts = new Map(extension?.parts.map(({ part, fate }) => [part, fate]));
    expect(parts.get("disturb[0] process.kill")).toBe("changed");
    for (const part of ["load", "steady.window", "expect.detected", "expect.recovered.by"])
      expect(parts.get(part)).toBe("dropped");
    expect(lines.length).toBe(parts.size + 1);
    expect(lines.join("\n")).toContain("INFERENCE_PATTERN");
  });

  it("ends nothing that was not named by whoever runs it", async () => {
    const { written } = await exported("process/replica-kill");
    expect(written["configuration"]).toMatchObject({ inference_pattern: { type: "env", key: "INFERENCE_PATTERN" } });
    expect(written["configuration"]).not.toHaveProperty("inference_pattern.default");
    const [act] = written["method"] as { provider: unknown }[];
    expect(act?.provider).toMatchObject({
      path: "pkill",
      arguments: ["-SIGKILL", "-o", "-f", "${inference_pattern}"],
    });
  });

  it("lists how many are hit, how hard, and all else that has no place there", async () => {
    const { intents, targets } = await choose([join(root, "experiments/process/replica-kill.yaml")], {});
    const [[intent], [target]] = [intents, targets];
    if (intent === undefined || target === undefined) throw new Error("the intent is there");
    const on = { service: "inference" };
    const { experiment, notes } = writeExperiment(
      {
        ...intent,
        disturbances: [
          { fault: "process.kill", on: { ...on, count: "all" }, params: { signal: "SIGTERM" } },
          { fault: "process.kill", on: { ...on, share: 0.5 }, params: {} },
          { fault: "container.kill", on: { ...on, count: 1 }, params: {}, feltBy: "gateway" },
          {
            fault: "network.latency",
            on: { ...on, edgeFrom: "gateway", via: "other", share: 0.5 },
            params: { latency: "400ms" },
            level: { intended: "noticeable" },
          },
        ],
        limits: { maxShare: 1 },
        weaknesses: [{ rule: "budget-kept", because: "known", until: "2030-01-01" }],
      },
      target,
    );
    const dropped = notes.filter(({ fate }) => fate === "dropped").map(({ part }) => part);
    for (const part of ["limits", "seed", "load.warmup", "known_weaknesses", "steady.bad_after"])
      expect(dropped).toContain(part);
    expect(dropped.filter((part) => part.startsWith("disturb"))).toEqual([
      "disturb[0].on.count",
      "disturb[2].felt_by",
      "disturb[3].on.share",
      "disturb[3].on.via",
      "disturb[3].level",
    ]);
    const method = experiment["method"] as { provider: { arguments: unknown } }[];
    expect(method.slice(0, 3).map(({ provider }) => provider.arguments)).toEqual([
      ["-SIGTERM", "-o", "-f", "${inference_pattern}"],
      ["-SIGKILL", "-o", "-f", "${inference_pattern}"],
      ["kill", "--signal=SIGKILL", "--", "${inference_container}"],
    ]);
  });

  it.each([
    ["control/placebo", "nothing that disturbs"],
    ["data/index-opened-anew", "nothing that disturbs"],
  ])("is not written of %s, of which too little is left", async (id, says) => {
    await expect(exported(id)).rejects.toThrow(new RegExp(says));
    await expect(readFile(join(at.folder, "experiment.json"))).rejects.toThrow(/ENOENT/);
  });

  it("is refused for another tool, and over a file that is there", async () => {
    await expect(exportFile("litmus", "x.yaml", {})).rejects.toThrow(HarnessError);
    await exported("process/replica-kill");
    await expect(exported("process/replica-kill")).rejects.toThrow(/is there already/);
  });
});
