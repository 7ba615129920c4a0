// What the healer's state remembers of incidents, as a graph and in words; over its own death, too.
import { expect, test } from "vitest";
import {
  historyInWords,
  knowledgeOf,
} from "../../../../../../targets/reference-ai-stack/healer/knowledge/knowledge-graph.ts";
import { healthBelow } from "../../../../../../targets/reference-ai-stack/healer/classification/service-graph.ts";
import { createPastActions } from "../../../../../../targets/reference-ai-stack/healer/durable/past-actions.ts";
import { createFakeStack } from "../fake-stack.ts";
import { createMemoryState } from "../memory-state.ts";
import { createVirtualClock } from "../virtual-clock.ts";

const target = { scope: "replica", service: "vector", replica: "vector-1" } as const;

function remembered() {
  const state = createMemoryState();
  const past = createPastActions(state, createVirtualClock());
  const tried = { incident: "inc-1", pathway: "restore-index" };
  past.note("inc-1 1", target, "index-damaged@vector-1", { ...tried, attempt: 1, means: "peer" });
  past.ended("inc-1 1", false);
  past.note("inc-1 2", target, "index-damaged@vector-1", { ...tried, attempt: 2, means: "snapshot" });
  past.ended("inc-1 2", true);
  past.note("old", target, "index-damaged@vector-1");
  past.ended("never noted", true);
  return createPastActions(state, createVirtualClock()).list();
}

test("an incident leads to its class, its place and what was tried, each with what came of it", () => {
  const { nodes, edges } = knowledgeOf(remembered());
  expect(nodes.map(({ id }) => id).toSorted()).toEqual([
    "class:index-damaged",
    "incident:inc-1",
    "pathway:restore-index",
    "replica:vector-1",
    "service:vector",
  ]);
  const from = "incident:inc-1";
  expect(edges).toContainEqual({ from, kind: "was", to: "class:index-damaged" });
  expect(edges).toContainEqual({ from, kind: "at", to: "replica:vector-1" });
  expect(edges).toContainEqual({ from: "replica:vector-1", kind: "of", to: "service:vector" });
  const answers = edges.filter(({ kind }) => kind === "answered-by").map(({ means, healed }) => [means, healed]);
  expect(answers).toEqual([
    ["peer", false],
    ["snapshot", true],
  ]);
});

test("what was tried before is told by class and service, and nothing where nothing was", () => {
  const past = remembered();
  expect(historyInWords(past, "index-damaged", "vector")).toBe(
    "before, against index-damaged at vector: restore-index by peer healed 0 of 1, restore-index by snapshot healed 1 of 1",
  );
  expect(historyInWords(past, "replica-down", "vector")).toBeNull();
  expect(historyInWords(past, "index-damaged", "inference")).toBeNull();
});

test("a second incident of a kind names what helped against the first, after a restart of the healer", async () => {
  const stack = createFakeStack({ seed: 1 });
  await stack.pass(10_000);
  stack.find("vector-1").pid = null;
  await stack.pass(10_000);
  stack.killHealer();
  stack.startHealer();
  await stack.pass(10_000);
  stack.find("vector-2").pid = null;
  await stack.pass(10_000);
  const decided = stack.events.filter(({ type }) => type === "decided").map(({ detail }) => detail.reasons.join());
  expect(decided[0]).not.toContain("before, against");
  expect(decided[1]).toContain("before, against replica-down at vector: restart-replica by restart healed 1 of 1");
});

test("the health of what a service depends on is the share of those services without a sick replica", () => {
  const graph = new Map([["gateway", new Set(["vector", "inference"])]]);
  const replicas = ["vector-1", "vector-2", "inference-1"].map((replica) => ({
    service: replica.replace(/-\d$/, ""),
    replica,
    pid: 1,
    port: 1,
  }));
  const health = (service: string, sick: readonly string[]) =>
    healthBelow(service, graph, { replicas, sick: new Set(sick) });
  expect([
    health("gateway", []),
    health("gateway", ["vector-2"]),
    health("gateway", ["vector-1", "inference-1"]),
  ]).toEqual([1, 0.5, 0]);
  expect(health("vector", ["inference-1"])).toBe(1);
});
