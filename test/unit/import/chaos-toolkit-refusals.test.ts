import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  experiment,
  folder,
  imported,
  inFolders,
  noteAt,
  python,
  refusalOf,
  said,
  users,
  withProbes,
} from "./small-experiment.ts";

inFolders();

describe("variables", () => {
  const slow = (latency: unknown): unknown =>
    python("chaostoxi.toxic.actions.create_latency_toxic", { for_proxy: "inf", latency });
  const map = new Map([["inf", "gateway->inference"]]);

  it("keep their type when they stand alone, and are texts within a text", async () => {
    const came = await imported(
      experiment({ title: "Slow by $ms ($$1)", configuration: { ms: 250 }, method: [slow("${ms}")] }),
      { map },
    );
    expect(came.text).toContain("latency: 250ms");
    expect(came.text).toContain('title: "Slow by 250 ($1)"');
  });

  it("of the environment have their default, or what the command line says, and are never read", async () => {
    const configuration = { ms: { type: "env", key: "PATH", default: 90 } };
    const text = experiment({ configuration, method: [slow("${ms}")] });
    expect((await imported(text, { map })).text).toContain("latency: 90ms");
    await rm(join(folder.path, "experiments"), { recursive: true });
    expect((await imported(text, { map, var: new Map([["ms", 70]]) })).text).toContain("latency: 70ms");
  });

  it("without a value drop what uses them; so do secrets", async () => {
    const secrets = { group: { token: { type: "env", key: "TOKEN" } } };
    const asks = { ...users, provider: { ...users.provider, headers: { authorization: "${token}" } } };
    const came = await imported(experiment({ secrets, "steady-state-hypothesis": { probes: [users, asks] } }));
    expect(noteAt(came, "/steady-state-hypothesis/probes/1")).toContain("token: a variable without a value");
    expect(noteAt(came, "/secrets/group")).toContain("never read");
  });

  it("that nobody declared are refused", async () => {
    const refusal = await refusalOf(experiment({ configuration: { rate: 1 } }), { var: new Map([["rte", 2]]) });
    expect(said(refusal)).toContain('--var rte; did you mean "rate"?');
  });
});

describe("what stands beside", () => {
  it("is listed, each with pointer and reason", async () => {
    const came = await imported(
      experiment({
        contributions: { reliability: "high" },
        extensions: [{ name: "x" }],
        controls: [{ name: "c" }],
        runtime: { rollbacks: { strategy: "never" }, hypothesis: { strategy: "before-method-only" } },
        rollbacks: [{ name: "back", type: "action", provider: { type: "process", path: "true" } }],
      }),
    );
    for (const pointer of ["/contributions", "/extensions", "/controls/0", "/rollbacks/0"]) {
      expect(noteAt(came, pointer)).toContain("DROPPED");
    }
    expect(noteAt(came, "/runtime")).toContain("NEVER WANTED THAT");
    expect(noteAt(came, "/runtime")).toContain("before-method-only");
  });
});

describe("what is no experiment is refused, with its place, and nothing is written", () => {
  it.each([
    ["a misspelt hypothesis", experiment({ "steady-state-hypotesis": {} }), '"steady-state-hypothesis"'],
    ["a misspelt way back", experiment({ rollback: [] }), '"rollbacks"'],
    ["a misspelt tolerance", withProbes({ ...users, tollerance: 200 }), '"tolerance"'],
    ["no method", JSON.stringify({ title: "t", description: "d" }), "method"],
    ["no experiment at all", "[1, 2]", "not a map"],
    ["an empty file", "", "empty file"],
    ["half a file", '{"title": "t", "method": [', ""],
  ])("such as %s", async (_, text, names) => {
    const refusal = await refusalOf(text);
    expect(refusal.code).toBe("bad-input");
    expect(refusal.problems[0]?.place?.line).toBeGreaterThan(0);
    expect(said(refusal)).toContain(names);
    await expect(readFile(join(folder.path, "experiments/from/it.yaml"))).rejects.toThrow(/ENOENT/);
  });

  it("where nothing is left that disturbs, or no condition: with all that was dropped", async () => {
    const request = { name: "a", type: "action", provider: { type: "http", url: "http://x/" } };
    expect(said(await refusalOf(experiment({ method: [request] })))).toMatch(/nothing that disturbs[^]*\/method\/0/);
    expect(said(await refusalOf(withProbes()))).toContain("no condition");
  });

  it("where the command line names what the target has not", async () => {
    const map = new Map([["x", "vectr"]]);
    expect(said(await refusalOf(experiment(), { map }))).toContain('--map x=vectr; did you mean "vector"?');
    expect(said(await refusalOf(experiment(), { pathway: "restart-replica" }))).toContain("--pathway alone");
    expect(said(await refusalOf(experiment(), { pathway: "restart-replic", within: "1s" }))).toContain("did you mean");
  });

  it("where a file lies already", async () => {
    await imported(experiment());
    expect((await refusalOf(experiment())).message).toContain("is there already");
  });

  it("where what came of it would not lint", async () => {
    const pods = python("chaosk8s.pod.actions.terminate_pods", { label_selector: "vector", qty: 9 });
    expect((await refusalOf(experiment({ method: [pods] }))).message).toContain("no sound intent");
  });
});
