import { expect, test } from "vitest";
import { dependenciesIn, touchedBy } from "../../../../../../targets/reference-ai-stack/healer/orchestration/cone.ts";
import { createFakeStack } from "../fake-stack.ts";
import { overlap } from "../../../../../../targets/reference-ai-stack/healer/decision/reach.ts";
import type { Remedy, Target, UpstreamView } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";

const upstream = (service: string, replica: string): UpstreamView => ({
  service,
  replica,
  weight: 1,
  started: 0,
  recent: [],
  waiting: [],
});
const dependencies = dependenciesIn([
  upstream("embedder", "embedder"),
  upstream("vector", "vector-1"),
  upstream("vector", "vector-2"),
  upstream("inference", "inference-1"),
]);
const replica = (service: string, name: string): Target => ({ scope: "replica", service, replica: name });
const remedy = (target: Target, found?: string): Remedy => ({
  pathway: "restart-replica",
  target,
  means: "restart",
  ...(found !== undefined && { found }),
});
const meet = (a: Remedy, b: Remedy): boolean =>
  touchedBy(a, dependencies).some((one) => touchedBy(b, dependencies).some((other) => overlap(one, other)));

test("the gateway is not repaired beside what it calls, and replicas beside each other are", () => {
  const [gateway, vector1, vector2, inference] = [
    remedy(replica("gateway", "gateway")),
    remedy(replica("vector", "vector-1")),
    remedy(replica("vector", "vector-2")),
    remedy(replica("inference", "inference-1")),
  ];
  expect([meet(gateway, vector1), meet(inference, gateway)]).toEqual([true, true]);
  expect([meet(vector1, vector2), meet(vector1, inference)]).toEqual([false, false]);
});

test("a peer is not repaired while another copies from it", () => {
  const copies = remedy(replica("vector", "vector-1"), "vector-2");
  expect(meet(copies, remedy(replica("vector", "vector-2")))).toBe(true);
});

test("a service of a chain holds all behind it, in a circle too, and never twice", () => {
  const chain = new Map([
    ["a", new Set(["b"])],
    ["b", new Set(["c", "a"])],
  ]);
  expect(touchedBy(remedy({ scope: "service", service: "a" }), chain)).toEqual([
    { scope: "service", service: "a" },
    { scope: "service", service: "b" },
    { scope: "service", service: "c" },
  ]);
  expect(touchedBy(remedy({ scope: "stack" }), chain)).toEqual([{ scope: "stack" }]);
});

test.each([
  [
    "traces show what it calls",
    new Map([["inference", new Set(["embedder"])]]),
    "inference-1",
    ["inference-1", "embedder"],
  ],
  ["nobody could say who calls whom", null, "inference-1", ["inference-1"]],
] as const)("a remedy has for itself what its target depends on: %s", async (_what, graph, name, wanted) => {
  const stack = createFakeStack({ seed: 5, graph });
  await stack.pass(10_000);
  const held: unknown[] = [];
  stack.hands.hears = () => void held.push(...stack.leases());
  stack.find(name).pid = null;
  for (let ms = 0; ms < 20_000 && held.length === 0; ms += 100) await stack.pass(100);
  const targets = (held as { targets: { service: string; replica?: string }[] }[]).flatMap((lease) => lease.targets);
  expect(targets.map(({ service, replica }) => replica ?? service)).toEqual(wanted);
});
