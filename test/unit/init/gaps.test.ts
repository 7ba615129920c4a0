import { describe, expect, it } from "vitest";
import { join } from "node:path";
import type { HarnessError } from "../../../src/core/errors.ts";
import type { FeedSource } from "../../../src/core/feed-source.ts";
import { whyNoRun } from "../../../src/core/may-begin.ts";
import { gapLines, gapsOf, keyGap } from "../../../src/init/gaps.ts";
import { unfitKeys } from "../../../src/run/keys.ts";
import { choose, loadTarget } from "../../../src/run/select.ts";

const missingOf = async (name: string): Promise<readonly string[]> =>
  gapsOf(await loadTarget(name)).map(({ missing }) => missing);

describe("what a target does not tell", () => {
  it("is, of a black box that restarts what ended, all but its wiring", async () => {
    expect(await missingOf("echo-restarting")).toEqual([
      "feed",
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

  it("is not an inventory where an engine is asked who runs where", async () => {
    expect(await missingOf("echo-containers")).not.toContain("inventory");
  });

  it("is, where an engine runs it, nothing that the engine does itself, and nothing that would be refused there", async () => {
    const adds = async (name: string): Promise<string> =>
      gapsOf(await loadTarget(name))
        .map(({ missing, add }) => `${missing}: ${add}`)
        .join("\n");
    expect(await missingOf("echo-containers")).not.toContain("control");
    expect(await missingOf("echo-swarm")).not.toContain("control");
    expect(await adds("echo-swarm")).toMatch(/edges: nothing: a Swarm's names.*node\.cut/);
    expect(await adds("echo-swarm")).toMatch(/unhealed_env: nothing: a Swarm heals/);
    const { ablations: _gone, ...blind } = await loadTarget("echo-swarm");
    expect(gapsOf(blind).find(({ missing }) => missing === "ablate")?.add).toMatch(/restart_condition: none/);
    const { ablationEnv: _env, ablations: _each, ...composed } = await loadTarget("echo-containers");
    expect(gapsOf(composed).find(({ missing }) => missing === "ablation_env")?.add).toContain('restart_policy: "no"');
    const running = { ...(await loadTarget("echo-containers")), containers: { project: "shop" } };
    const { unhealedEnv: _none, ablationEnv: _neither, ablations: _nor, ...project } = running;
    for (const name of ["unhealed_env", "ablation_env"]) {
      expect(gapsOf(project).find(({ missing }) => missing === name)?.add).toMatch(/its compose file instead/);
    }
  });

  it("is what a repair looks like, where nobody tells of it and nothing seen stands for it", async () => {
    const target = await loadTarget("supervisord");
    expect(await missingOf("supervisord")).not.toContain("seen_as of restart-replica");
    const pathways = target.pathways.map(({ seenAs: _gone, ...rest }) => rest);
    const gap = gapsOf({ ...target, pathways }).find(({ missing }) => missing === "seen_as of restart-replica");
    expect(gap?.costs).toMatch(/a repair by it is never known/);
    expect(
      gapsOf({ ...target, pathways, feedUrl: "http://127.0.0.1:1/feed" }).map(({ missing }) => missing),
    ).not.toContain("seen_as of restart-replica");
  });

  it("names the switches of actions where no pathway is declared, and the connections that stand for health", async () => {
    const litellm = await loadTarget("litellm");
    const gaps = gapsOf(litellm);
    expect(gaps.map(({ missing }) => missing)).toEqual(
      expect.arrayContaining(["pathways", "ablation_env", "a health path of database (`health: tcp`)"]),
    );
    const tcp = gaps.find(({ missing }) => missing.includes("tcp"));
    expect(tcp?.costs).toMatch(/a hang is not seen there.*edges to it are refused/);
  });

  it("of a service that no user's request reaches, does not say that users see it", async () => {
    const gap = gapsOf(await loadTarget("echo-restarting")).find(({ missing }) => missing === "probes of stack");
    expect(gap?.costs).toMatch(/no request of users is known to reach it/);
    const { probes, ...target } = await loadTarget("echo-restarting");
    const unseen = gapsOf({ ...target, probes: probes.filter(({ service }) => service !== "back") });
    const both = unseen.find(({ missing }) => missing === "probes of stack and back");
    expect(both?.costs).toMatch(/but through users.*all of stack, which no request/);
  });

  it("speaks of the calls of several services in the plural", async () => {
    const { edges: _gone, ...target } = await loadTarget("echo-restarting");
    const [edge] = (await loadTarget("litellm")).edges;
    if (edge === undefined) throw new Error("litellm has edges");
    const gap = gapsOf({ ...target, edges: [edge] }).find(({ missing }) => missing.startsWith("edges from"));
    expect(gap?.costs).toMatch(/^their calls/);
  });

  it("of a source that tells of alarms alone, is what was done and not what was noticed", async () => {
    const target = await loadTarget("echo-restarting");
    const alerts = {
      kind: "prometheus",
      url: "http://127.0.0.1:9090",
      headers: {},
      everyMs: 1000,
      match: {},
      labels: {},
    };
    const feedSource: FeedSource = { ...alerts, kind: "prometheus", alerts: {}, resolutionMs: 0, names: {} };
    const missing = gapsOf({ ...target, feedSource }).map((gap) => gap.missing);
    expect(missing[0]).toBe("actions on the feed: prometheus tells of alarms alone");
    expect(missing).not.toContain("feed");
  });

  it("is asked of a file by its path as well as of a name", async () => {
    const file = join(import.meta.dirname, "../../../targets/foreign/litellm.target.yaml");
    expect(gapLines(await loadTarget(file))).toEqual(gapLines(await loadTarget("litellm")));
    await expect(loadTarget(`${file}.lost`)).rejects.toThrow("there is no target");
  });

  it("begins with keys that are not set, without their values", async () => {
    const unfit = unfitKeys(await loadTarget("litellm"), { VLLM_API_KEY: "short" });
    const [, first] = gapLines(await loadTarget("litellm"), [keyGap(unfit) ?? []].flat());
    expect(first).toMatch(
      /^missing {2}2 keys .*LITELLM_MASTER_KEY is not set, VLLM_API_KEY has fewer than 8 characters/,
    );
    expect(first).not.toContain("short");
    expect(keyGap([])).toBeUndefined();
  });

  it("is told to people as what is missing, what it costs and what to add", async () => {
    const lines = gapLines(await loadTarget("echo"));
    expect(lines[0]).toBe("echo: 9 gaps, what costs most first.");
    expect(lines.slice(1, 4).map((line) => line.slice(0, 9))).toEqual(["missing  ", "  costs  ", "  add    "]);
  });
});

describe("a target on which nothing can run", () => {
  it("is refused for that alone, before any intent is looked at", async () => {
    const refused = await choose([], { target: "litellm" }).then(
      () => [],
      (thrown: HarnessError) => thrown.problems.map(({ found }) => found),
    );
    expect(refused).toEqual(['no "chaos: allowed" in the target litellm', "no inventory in the target litellm"]);
  });

  it("is not one whose engine knows who runs where", async () => {
    const target = await loadTarget("echo-containers");
    expect(whyNoRun(target)).toEqual([]);
    const { containers: _gone, ...processes } = target;
    expect(whyNoRun(processes).map(({ found }) => found)).toEqual(["no inventory in the target echo-containers"]);
  });
});
