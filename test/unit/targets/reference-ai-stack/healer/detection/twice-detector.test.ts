// What the healer makes of prompts that it asks a replica twice.
import { expect, it } from "vitest";
import { twiceDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/twice-detector.ts";
import type { Observation } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";

const look = (replica: string, differing: number): Observation => ({
  kind: "twice",
  at: 1,
  scope: { service: "inference", replica },
  view: { asked: 2, differing },
});

function namesAfter(...observations: readonly Observation[]): readonly string[] {
  const state = observations.reduce((before, one) => twiceDetector.take(before, one), twiceDetector.initial);
  return twiceDetector.signals(state).map(({ name, scope }) => `${name} ${scope.replica}`);
}

it("tells of the replica whose answers differ, until a look shows that they do not", () => {
  expect(namesAfter(look("inference-1", 0), look("inference-2", 0))).toEqual([]);
  expect(namesAfter(look("inference-1", 0), look("inference-2", 1))).toEqual(["hit-differs-from-miss inference-2"]);
  expect(namesAfter(look("inference-2", 2), look("inference-2", 0))).toEqual([]);
});

it("tells of a gateway that keeps answers by a name of its own", () => {
  const kept: Observation = { ...look("gateway", 1), scope: { service: "gateway", replica: "gateway" } } as Observation;
  expect(namesAfter(kept)).toEqual(["kept-answer-differs gateway"]);
});

it("holds nothing against a replica that is gone, or whose incident is over", () => {
  const gone: Observation = { kind: "roll-call", at: 2, replicas: [] };
  expect(namesAfter(look("inference-2", 2), gone)).toEqual([]);
  const state = twiceDetector.take(twiceDetector.initial, look("inference-2", 2));
  expect(twiceDetector.signals(twiceDetector.forget(state, "inference-2"))).toEqual([]);
  expect(twiceDetector.signals(twiceDetector.forget(state, "inference-1"))).toHaveLength(1);
});
