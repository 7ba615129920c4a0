import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HarnessError } from "../../../src/core/errors.ts";
import { exportFile } from "../../../src/run/export-file.ts";
import { importFile } from "../../../src/run/import-file.ts";

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
  it.each([
    ["process/replica-kill", new Map<string, string>()],
    ["network/inference-latency", new Map([["gateway-to-inference", "gateway->inference"]])],
  ])("of %s comes back as an intent that lints", async (id, map) => {
    const { out } = await exported(id);
    const back = join(at.folder, "experiments/back/again.yaml");
    const options = { target: "reference-ai-stack", rate: "20/s", out: back, map };
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
