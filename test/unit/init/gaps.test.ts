import { describe, expect, it } from "vitest";
import { gapLines, gapsOf } from "../../../src/init/gaps.ts";
import { loadTarget } from "../../../src/run/select.ts";

const missingOf = async (name: string): Promise<readonly string[]> =>
  gapsOf(await loadTarget(name)).map(({ missing }) => missing);

describe("what a target does not tell", () => {
  it("is, of a black box that restarts what ended, all but its wiring", async () => {
    expect(await missingOf("echo-restarting")).toEqual([
      "feed",
      "ablation_env",
      "unhealed_env",
      "probes of stack",
      "a probe of what is inside",
      "edges from or to stack",
      "a second replica of stack and front",
      "documents",
    ]);
  });

  it("is little of the reference stack, which has a feed, an audit, ablation and documents", async () => {
    const missing = await missingOf("reference-ai-stack");
    for (const there of [
      "feed",
      "audit",
      "ablation_env",
      "unhealed_env",
      "documents",
      "edges",
      "control",
      "pathways",
    ]) {
      expect(missing).not.toContain(there);
    }
  });

  it("comes with what it costs: without a feed MTTD is not observed and MTTR stands", async () => {
    const feed = gapsOf(await loadTarget("echo")).find(({ missing }) => missing === "feed");
    expect(feed?.costs).toMatch(/MTTD is not observed.*upper bound.*MTTR stands/);
  });

  it("begins with what keeps a run from being: no leave, no inventory", async () => {
    const { inventoryUrl: _gone, ...target } = await loadTarget("echo");
    expect(
      gapsOf({ ...target, chaosAllowed: false })
        .map(({ missing }) => missing)
        .slice(0, 2),
    ).toEqual(["chaos: allowed", "inventory"]);
  });

  it("names the streams whose right answers nobody can tell, and those alone", async () => {
    const target = await loadTarget("echo");
    const [first, second] = target.streams;
    if (second === undefined || !("method" in second)) throw new Error("echo has two streams of requests");
    const { rightWhenContains: _gone, ...blind } = second;
    const missing = gapsOf({ ...target, streams: [first, blind] }).map((gap) => gap.missing);
    expect(missing).toContain("right_when_contains of hello");
  });

  it("is told to people as what is missing, what it costs and what to add", async () => {
    const lines = gapLines(await loadTarget("echo"));
    expect(lines[0]).toBe("echo: 8 gaps, what costs most first.");
    expect(lines.slice(1, 4).map((line) => line.slice(0, 9))).toEqual(["missing  ", "  costs  ", "  add    "]);
  });
});
