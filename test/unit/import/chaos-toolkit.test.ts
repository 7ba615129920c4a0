import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ImportOptions } from "../../../src/run/import-file.ts";
import {
  type Came,
  experiment,
  folder,
  imported,
  inFolders,
  noteAt,
  pkill,
  python,
  refusalOf,
  users,
  withProbes,
} from "./small-experiment.ts";

inFolders();

describe("an experiment of Chaos Toolkit becomes an intent that lints", () => {
  it("with its words, its conditions, its harm and its waits", async () => {
    const came = await imported(
      experiment({
        tags: ["Vector DB", "prod"],
        method: [
          { ...pkill, pauses: { before: 12, after: 4 } },
          python("chaostoxi.toxic.actions.create_latency_toxic", { for_proxy: "inf", latency: 300, jitter: 20 }),
          python("chaosaddons.utils.idle.idle_for", { duration: 25 }),
        ],
      }),
      { map: new Map([["inf", "gateway->inference"]]) },
    );
    expect(came.text).toContain('title: "A replica is lost"');
    expect(came.text).toContain('tags: ["vector-db", "prod"]');
    expect(came.text).toContain("baseline: 12s");
    expect(came.text).toContain('users: "users.error_share <= 0.15"');
    expect(came.text).toContain("fault: process.kill\n    on: { replica_of: vector, count: 1 }\n");
    expect(came.text).toContain(
      "fault: network.latency\n    on: { edge: { from: gateway, to: inference }, count: 1 }\n    with: { latency: 300ms, jitter: 20ms }\n    at: 4s\n",
    );
    expect(came.text).toContain("watch: 29s");
    expect(came.text).not.toContain("recovered:");
    expect(came.text).toMatch(/# to decide: Who repairs it/);
  });

  it("and says who repairs what, and by when, where it is told", async () => {
    const came = await imported(experiment(), { pathway: "restart-replica", within: "15s" });
    expect(came.text).toContain("recovered: { within: 15s, by: restart-replica, hold: 5s }");
    expect(came.text).not.toContain("Who repairs it");
  });

  it("written as YAML as well as JSON", async () => {
    const yaml = `title: t\ndescription: d\nsteady-state-hypothesis:\n  probes:\n    - ${JSON.stringify(users)}\nmethod:\n  - ${JSON.stringify(pkill)}\n`;
    expect((await imported(yaml)).text).toContain("process.kill");
  });
});

describe("probes of the hypothesis", () => {
  const http = (url: string, tolerance: unknown): unknown => ({
    name: "p",
    type: "probe",
    tolerance,
    provider: { type: "http", url },
  });

  it.each([
    [
      "an HTTP probe of a service",
      http("http://vector:80/health", 200),
      'p: "replicas.vector >= baseline.replicas.vector"',
    ],
    [
      "any of some statuses",
      http("http://vector/health", [200, 204, 301]),
      'p: "replicas.vector >= baseline.replicas.vector"',
    ],
    ["a range of statuses", http("http://vector/", { type: "range", range: [200, 299] }), "replicas.vector"],
  ])("are kept: %s", async (_, probe, condition) => {
    expect((await imported(withProbes(probe))).text).toContain(condition);
  });

  it.each([
    ["a status that is a failure", http("http://vector/", [200, 503]), "something other than an answer"],
    ["a text", http("http://vector/", "ok"), "something other than an answer"],
    ["an address that nobody knows", http("http://other:1/x", 200), "--map http://other:1=SERVICE"],
    [
      "a number that no probe reads",
      http("http://vector/a", { type: "jsonpath", path: "$.b[0].c", expect: 5 }),
      "pointer: /b/0/c",
    ],
    ["a filter", http("http://vector/a", { type: "jsonpath", path: "$.b[?(@.x)]", expect: 5 }), "more than one number"],
    ["a command", { name: "p", tolerance: 0, provider: { type: "process", path: "curl" } }, "no commands are run here"],
    ["Python", { name: "p", tolerance: true, provider: { type: "python", module: "m", func: "f" } }, "m.f"],
  ])("are dropped with the reason: %s", async (_, probe, because) => {
    const came = await imported(withProbes(users, probe));
    expect(noteAt(came, "/steady-state-hypothesis/probes/1")).toContain("DROPPED");
    expect(noteAt(came, "/steady-state-hypothesis/probes/1")).toContain(because);
  });

  it("read a number where the target has a probe that reads it", async () => {
    const probe = http("http://vector/stats", { type: "jsonpath", path: "$.records", expect: [3] });
    const { problems } = await refusalOf(withProbes(probe));
    expect(problems.map(({ suggestion }) => suggestion).join()).toContain(
      "service: vector, path: /stats, pointer: /records",
    );
  });
});

describe("activities of the method", () => {
  const ofMethod = async (activity: unknown, options: Partial<ImportOptions> = {}): Promise<Came> =>
    imported(experiment({ method: [pkill, activity] }), options);

  it.each([
    [
      "docker kill",
      { type: "process", path: "/usr/bin/docker", arguments: ["kill", "vector"] },
      "replica_of: vector, count: 1 }\n",
    ],
    ["killall", { type: "process", path: "killall", arguments: { "": "vector" } }, "signal: SIGTERM"],
    ["systemctl stop", { type: "process", path: "systemctl", arguments: "stop vector" }, "signal: SIGTERM"],
    [
      "the only replica of a service",
      { type: "process", path: "pkill", arguments: "-KILL embedder" },
      "replica_of: embedder, count: all",
    ],
  ])("are kept: %s", async (_, provider, yaml) => {
    expect((await imported(experiment({ method: [{ name: "a", type: "action", provider }] }))).text).toContain(yaml);
  });

  it("end pods by count, share or all of them", async () => {
    const pods = async (args: unknown): Promise<string> => {
      const method = [python("chaosk8s.pod.actions.terminate_pods", args)];
      return (await imported(experiment({ method }), { map: new Map([["app=db", "vector"]]) })).text;
    };
    expect(await pods({ label_selector: "app=db" })).toContain("on: { replica_of: vector, count: 1 }");
    await rm(join(folder.path, "experiments"), { recursive: true });
    expect(await pods({ label_selector: "app=db", mode: "percentage", qty: 50 })).toContain("share: 0.5");
    await rm(join(folder.path, "experiments"), { recursive: true });
    expect(await pods({ label_selector: "app=db", all: true })).toContain("count: all }\nlimits: { max_share: 1 }");
  });

  it.each([
    ["a request", { name: "a", type: "action", provider: { type: "http", url: "http://x/" } }, "not known here"],
    [
      "a command",
      { name: "a", type: "action", provider: { type: "process", path: "rm", arguments: "-r x" } },
      "no commands",
    ],
    [
      "a pid",
      { name: "a", type: "action", provider: { type: "process", path: "kill", arguments: "-9 4711" } },
      "which service is 4711?",
    ],
    [
      "another toxic",
      python("chaostoxi.toxic.actions.create_toxic", { for_proxy: "i", toxic_type: "slicer" }),
      "toxic slicer",
    ],
    [
      "a toxic of some connections",
      python("chaostoxi.toxic.actions.create_toxic", {
        for_proxy: "i",
        toxic_type: "latency",
        toxicity: 0.5,
        attributes: { latency: 9 },
      }),
      "all its connections",
    ],
    [
      "a proxy that nobody knows",
      python("chaostoxi.toxic.actions.create_latency_toxic", { for_proxy: "i", latency: 9 }),
      "--map i=FROM->TO",
    ],
    ["taking back", python("chaostoxi.toxic.actions.delete_toxic", {}), "by the run itself"],
    ["closed load", python("chaosk6.actions.stress_endpoint", { vus: 9 }), "load.rate"],
    [
      "any other function",
      python("chaosaws.ec2.actions.stop_instance", {}),
      "no fault here is like chaosaws.ec2.actions.stop_instance",
    ],
    ["a look", users, "only recorded there"],
    ["a reference to nothing", { ref: "nobody" }, "nothing has this name"],
  ])("are dropped with the reason: %s", async (_, activity, because) => {
    const came = await ofMethod(activity);
    expect(noteAt(came, "/method/1")).toContain("DROPPED");
    expect(noteAt(came, "/method/1")).toContain(because);
  });

  it("are what a reference names: of equal names the last", async () => {
    const embedder = { ...pkill, provider: { ...pkill.provider, arguments: "-9 embedder" } };
    const came = await imported(
      experiment({ method: [pkill, { ...embedder, pauses: { after: 3 } }, { ref: "kill" }] }),
    );
    expect(came.text).toContain("on: { replica_of: embedder, count: all }\n    at: 3s");
  });

  it("are not done twice at one time: that is a matter of trials", async () => {
    expect(noteAt(await ofMethod({ ref: "kill" }), "/method/1")).toContain("the same once more");
  });
});
