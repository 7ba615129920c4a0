import { expect, test } from "vitest";
import { decide } from "../../../../../../targets/reference-ai-stack/healer/decision/decide.ts";
import type { DecisionContext } from "../../../../../../targets/reference-ai-stack/healer/decision/decide.ts";
import {
  attemptsAt,
  refuseCorrelated,
  refuseSelector,
  waitBefore,
} from "../../../../../../targets/reference-ai-stack/healer/decision/guards.ts";
import type { PastAction } from "../../../../../../targets/reference-ai-stack/healer/decision/guards.ts";
import { createBook } from "../../../../../../targets/reference-ai-stack/healer/pathways/book.ts";
import { refuseDrain } from "../../../../../../targets/reference-ai-stack/healer/pathways/redistribute-traffic.ts";
import { PATHWAYS } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import { tallyOf, withAttempts } from "../../../../../../targets/reference-ai-stack/healer/learning/experience.ts";
import type { Experience } from "../../../../../../targets/reference-ai-stack/healer/learning/experience.ts";
import { policyWith } from "../policy-for-tests.ts";
import type { Scope, Target } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { FaultClass } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";

const REPLICAS = ["embedder", "vector-1", "vector-2", "inference-1", "inference-2", "gateway"].map((replica, n) => ({
  service: replica.replace(/-\d$/, ""),
  replica,
  pid: 100 + n,
  port: 7000 + n,
  weight: 1,
}));
const INFERENCE_1 = { service: "inference", replica: "inference-1" };

function at(service: string, replica: string): Extract<Target, { scope: "replica" }> {
  return { scope: "replica", service, replica };
}

function decideOn(
  name: FaultClass,
  scope: Scope,
  change: Partial<DecisionContext> = {},
  known: Experience = { remedies: {} },
) {
  const diagnosis = { class: name, confidence: 0.9, runnersUp: [], reasons: [] };
  return decide({ id: "i", scope, signals: [] }, diagnosis, {
    now: 100_000,
    replicas: REPLICAS,
    sick: new Set([scope.replica ?? ""]),
    past: [],
    pathways: createBook(PATHWAYS),
    policy: policyWith(),
    dryRun: false,
    flapping: new Map(),
    dependencies: 1,
    found: { "restore-index/peer": null, "restore-index/snapshot": "snapshot", "redistribute-traffic/drain": "from 1" },
    worked: (pathway, means) => tallyOf(known, `${name}@${scope.service}`, pathway, means),
    ...change,
  });
}

test.each([
  ["replica-down", "restart-replica"],
  ["replica-slow", "redistribute-traffic"],
  ["index-damaged", "restore-index"],
  ["demand-surge", "hold"],
  ["unknown", "escalate"],
] as const)("%s is answered by %s, with reasons in words", (name, pathway) => {
  const decision = decideOn(name, INFERENCE_1);
  expect(decision.pathway).toBe(pathway);
  expect(decision.reasons.join(" ")).toContain(name);
});

test("an incident without a replica is never answered by touching all of them", () => {
  expect(decideOn("replica-down", { service: "inference" }).pathway).toBe("escalate");
  expect(refuseSelector(at("inference", ""), REPLICAS)).toContain("never means all");
  expect(refuseSelector(at("inference", "vector-1"), REPLICAS)).toContain("not a replica");
});

test("one sick replica of two does not pull the brake, three of six do, and two of a service of three", () => {
  const brake = (sick: readonly string[], replicas = REPLICAS) =>
    refuseCorrelated(at("vector", "vector-1"), { sick: new Set(sick), replicas });
  expect(brake(["vector-1"])).toBeNull();
  expect(brake(["vector-1", "vector-2"])).toBeNull();
  expect(brake(["vector-1", "vector-2", "embedder"])).toContain("3 of the stack's 6");
  const more = [...REPLICAS, { service: "vector", replica: "vector-3", pid: 1, port: 1, weight: 1 }];
  expect(brake(["vector-1", "vector-2"], more)).toContain("2 of vector's 3");
});

test("traffic is not taken from a replica when nobody well is left to take it", () => {
  const drain = (sick: readonly string[], replicas = REPLICAS) =>
    refuseDrain(at("inference", "inference-1"), { sick: new Set(sick), replicas });
  expect(drain(["inference-1"])).toBeNull();
  expect(drain(["inference-1", "inference-2"])).toContain("no healthy sibling");
  const drained = REPLICAS.map((entry) => (entry.replica === "inference-2" ? { ...entry, weight: 0 } : entry));
  expect(drain([], drained)).toContain("no healthy sibling");
});

test("the wait doubles with every attempt and the replica is left alone for ten seconds whatever the reason", () => {
  const x = at("x", "x");
  const y = at("y", "y");
  const past = (ms: number, signature = "down@x") => ({ at: ms, target: x, signature });
  const wait = (target: Target, signature: string, done: readonly PastAction[], now: number) =>
    waitBefore(target, attemptsAt(signature, done, now), done, now);
  expect(wait(x, "down@x", [], 50_000)).toBe(0);
  expect(wait(x, "down@x", [past(50_000)], 51_000)).toBe(9000);
  expect(wait(x, "down@x", [past(50_000), past(60_000)], 61_000)).toBe(19_000);
  expect(wait(x, "slow@x", [past(50_000)], 51_000)).toBe(9000);
  expect(wait(y, "down@y", [past(50_000)], 51_000)).toBe(0);
});

test("after three attempts a person is called, and old ones are forgiven", () => {
  const past = [70_000, 80_000, 95_000].map((ms) => ({
    at: ms,
    target: at("inference", "inference-1"),
    signature: "replica-down@inference-1",
  }));
  expect(decideOn("replica-down", INFERENCE_1, { past }).pathway).toBe("escalate");
  expect(decideOn("replica-down", INFERENCE_1, { past: past.slice(1) }).pathway).toBe("restart-replica");
  expect(attemptsAt("replica-down@inference-1", past, 3_600_000)).toHaveLength(3);
  expect(attemptsAt("replica-down@inference-1", past, 3_695_001)).toEqual([]);
});

test("attackers who were each turned away are no attempts at the next one; those who were not are", () => {
  const found = { "block-source/by address": "127.0.0.9" };
  const gateway = { service: "gateway" };
  const block = (ms: number, healed?: boolean): PastAction => ({
    at: ms,
    target: { scope: "service", service: "gateway" },
    signature: "brute-force@gateway",
    pathway: "block-source",
    ...(healed !== undefined && { healed }),
  });
  const healed = [58_000, 66_000, 74_000, 82_000, 90_000, 98_000].map((ms) => block(ms, true));
  const next = decideOn("brute-force", gateway, { found, past: healed });
  expect(next).toMatchObject({ pathway: "block-source", waitMs: 8000 });
  expect(next.reasons.join(" ")).toContain("attempt 1 of 3");
  const inVain = [block(58_000, false), block(66_000), block(74_000, false)];
  expect(decideOn("brute-force", gateway, { found, past: inVain })).toMatchObject({ pathway: "escalate" });
  const twice = decideOn("brute-force", gateway, { found, past: [...inVain.slice(1), block(98_000, true)] });
  expect(twice).toMatchObject({ pathway: "block-source", waitMs: 8000 });
});

test("an index comes from the good peer, from the snapshot without one, and from what worked better before", () => {
  const scope = { service: "vector", replica: "vector-1" };
  expect(decideOn("index-damaged", scope, { found: { "restore-index/peer": "vector-2" } }).remedy).toMatchObject({
    means: "peer",
    found: "vector-2",
  });
  expect(decideOn("index-damaged", scope).remedy).toMatchObject({ means: "snapshot" });
  const burnt = withAttempts({ remedies: {} }, "index-damaged@vector", [{ way: "restore-index/peer", healed: false }]);
  const both = { "restore-index/peer": "vector-2", "restore-index/snapshot": "snapshot" };
  const decision = decideOn("index-damaged", scope, { found: both }, burnt);
  expect(decision.remedy).toMatchObject({ means: "snapshot", found: "snapshot" });
});

test("an index is made anew from the records where no copy of it is good, and only there", () => {
  const scope = { service: "vector", replica: "vector-1" };
  const none = { "restore-index/peer": null, "restore-index/snapshot": null };
  const decision = decideOn("index-damaged", scope, { found: { ...none, "rebuild-from-records/records": "records" } });
  expect(decision).toMatchObject({ pathway: "rebuild-from-records", tier: "medium", remedy: { target: scope } });
  expect(decideOn("index-damaged", scope, { found: none }).pathway).toBe("escalate");
});
