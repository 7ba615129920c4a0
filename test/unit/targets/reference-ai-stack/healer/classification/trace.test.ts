// From what is loud to what is sick: down the calls to the deepest sick service, with the changes on the way.
import fc from "fast-check";
import { expect, test } from "vitest";
import { wayDown } from "../../../../../../targets/reference-ai-stack/healer/classification/service-graph.ts";
import {
  pathInWords,
  signalsAtRoot,
  trace,
} from "../../../../../../targets/reference-ai-stack/healer/classification/trace.ts";
import type { Around } from "../../../../../../targets/reference-ai-stack/healer/classification/trace.ts";
import { decide } from "../../../../../../targets/reference-ai-stack/healer/decision/decide.ts";
import type { Change, Scope, Suspicion } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { createBook } from "../../../../../../targets/reference-ai-stack/healer/pathways/book.ts";
import { PATHWAYS } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import type { SignalName } from "../../../../../../targets/reference-ai-stack/healer/signals/table.ts";
import { createFakeStack } from "../fake-stack.ts";
import { policyWith } from "../policy-for-tests.ts";

const NOW = Date.UTC(2030, 0, 1);
/** gateway → agent → vector, and gateway → inference. */
const GRAPH = new Map([
  ["gateway", new Set(["agent", "inference"])],
  ["agent", new Set(["vector"])],
]);

function sick(place: string, name: SignalName): Suspicion {
  const [service = "", number] = place.split("-");
  const scope: Scope = number === undefined ? { service } : { service, replica: place };
  return { scope, signals: [{ name, scope, says: "seen" }] };
}

function traced(loud: Suspicion, standing: readonly Suspicion[], change: Partial<Around> = {}) {
  return trace(loud, { graph: GRAPH, standing: [loud, ...standing], changes: [], now: NOW, ...change });
}

const LOUD = sick("gateway", "errors-high");

test("a loud gateway leads down the calls to the deepest sick service, past one that is sick because of it", () => {
  const evidence = traced(LOUD, [sick("agent-1", "slower-than-siblings"), sick("vector-2", "slower-than-siblings")]);
  expect(evidence.root).toEqual({ service: "vector", replica: "vector-2" });
  expect(evidence.edges).toEqual([
    { from: "gateway", to: "agent" },
    { from: "agent", to: "vector" },
  ]);
  expect(evidence.signals.map(({ scope }) => scope.replica ?? scope.service)).toEqual(["gateway", "vector-2"]);
  expect(signalsAtRoot(evidence).map(({ name }) => name)).toEqual(["slower-than-siblings"]);
  expect(pathInWords(evidence)).toContain("gateway → agent → vector → vector-2");
});

test("what is dead itself is the root, however sick the services are that it calls", () => {
  expect(traced(sick("agent-1", "process-gone"), [sick("vector-1", "process-gone")]).root.replica).toBe("agent-1");
  const middle = traced(LOUD, [sick("agent-1", "process-gone"), sick("vector-1", "slower-than-siblings")]);
  expect(middle.root.replica).toBe("agent-1");
});

test("a sick sibling, a sick caller and a sick service on another way are no root", () => {
  const loud = sick("vector-1", "slower-than-siblings");
  const others = [
    sick("vector-2", "process-gone"),
    sick("gateway", "errors-high"),
    sick("inference-1", "process-gone"),
  ];
  const evidence = traced(loud, others);
  expect(evidence.root.replica).toBe("vector-1");
  expect(evidence.edges.map(({ from, to }) => `${from} ${to}`)).toEqual(["gateway agent", "agent vector"]);
});

test("without a graph the root is where it was seen, and no calls are made up", () => {
  const evidence = traced(LOUD, [sick("vector-1", "process-gone")], { graph: null, changes: null });
  expect(evidence).toMatchObject({ root: { service: "gateway" }, edges: [], changes: [] });
});

test("changes on the way stand on the path, the newest first; old ones and those elsewhere do not", () => {
  const change = (what: string, secondsAgo: number, scope?: Scope): Change => ({
    at: new Date(NOW - secondsAgo * 1000).toISOString(),
    what,
    by: "operator",
    ...(scope && { scope }),
  });
  const evidence = traced(LOUD, [sick("vector-2", "slower-than-siblings")], {
    changes: [
      change("old", 3600, { service: "vector" }),
      change("to the sibling", 5, { service: "vector", replica: "vector-1" }),
      change("to the root", 60, { service: "vector", replica: "vector-2" }),
      change("elsewhere", 5, { service: "inference", replica: "inference-1" }),
      change("on the way", 30, { service: "agent", replica: "agent-1" }),
      change("to all", 90),
    ],
  });
  expect(evidence.changes.map(({ what }) => what)).toEqual(["on the way", "to the root", "to all"]);
  expect(pathInWords(evidence)).toContain("on the way by operator at 2029-12-31T23:59:30.000Z");
});

test("calls in a circle end, and every way down is connected", () => {
  const names = ["a", "b", "c", "d", "e"];
  const name = fc.constantFrom(...names);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { maxLength: 14 }), name, name, (calls, from, to) => {
      const graph = new Map(names.map((one) => [one, new Set(calls.filter(([a]) => a === one).map(([, b]) => b))]));
      const way = wayDown(from, to, graph);
      for (const [index, edge] of (way ?? []).entries()) {
        expect(graph.get(edge.from)?.has(edge.to)).toBe(true);
        expect(edge.from).toBe(index === 0 ? from : way?.[index - 1]?.to);
      }
      if (way !== null && way.length > 0) expect(way.at(-1)?.to).toBe(to);
      const standing = calls.map(([, service]) => ({ scope: { service }, signals: [] }));
      const loud = { scope: { service: from }, signals: [{ name: "errors-high", scope: { service: from }, says: "" }] };
      expect(() => trace(loud, { graph, standing, changes: null, now: NOW })).not.toThrow();
    }),
  );
});

test("who is loud because of somebody below is left alone: the root has a case of its own", () => {
  const evidence = traced(LOUD, [sick("vector-2", "slower-than-siblings")]);
  const diagnosis = { class: "replica-slow", confidence: 0.9, runnersUp: [], reasons: [], evidence };
  const decision = decide({ id: "i", ...LOUD }, diagnosis, {
    now: 0,
    replicas: [],
    sick: new Set(),
    past: [],
    pathways: createBook(PATHWAYS),
    policy: policyWith(),
    dryRun: false,
    flapping: new Map(),
    dependencies: 1,
    found: {},
    worked: () => ({ healed: 0, failed: 0 }),
  });
  expect(decision).toMatchObject({ pathway: "hold", remedy: null, ends: "held" });
  expect(decision.reasons.join()).toContain("vector-2");
});

test("the class comes with its evidence path, on the feed and in the explanation", async () => {
  const stack = createFakeStack({ seed: 1 });
  await stack.pass(10_000);
  stack.changes.push({
    at: stack.clock.wallTime(),
    what: "set-weights vector-2 to 1",
    by: "operator",
    scope: { service: "vector", replica: "vector-2" },
  });
  stack.find("vector-2").damagedShare = 0.3;
  await stack.pass(8000);
  const classified = stack.events.find(({ type }) => type === "classified")?.detail;
  expect(classified?.evidence).toMatchObject({
    root: { service: "vector", replica: "vector-2" },
    edges: [{ from: "gateway", to: "vector" }],
    changes: [{ what: "set-weights vector-2 to 1" }],
  });
  const explanation = stack.explain("inc-1");
  expect(explanation?.evidence).toEqual(classified?.evidence);
  expect(explanation?.path).toContain("evidence path gateway → vector → vector-2; changed there: set-weights");
});
