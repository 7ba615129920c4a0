// What is worth telling of a trial while it runs.
import { expect, test } from "vitest";
import type { RunEvent } from "../../../src/records/run-events.ts";
import { tellTrial } from "../../../src/run/tell-trial.ts";
import { basePlan } from "../../builders/simulated-trial.ts";

test("a class is told with the path that led to it", () => {
  const told: RunEvent[] = [];
  const take = tellTrial(basePlan, (event) => void told.push(event));
  const scope = { service: "vector", replica: "vector-2" };
  const evidence = {
    root: scope,
    signals: [{ name: "hash-differs", scope, says: "seen" }],
    edges: [{ from: "gateway", to: "vector" }],
    changes: [{ at: "", what: "set-weights vector-2 to 1", by: "operator" }],
  };
  const claim = { type: "classified", id: "1", time: "", incident: "i", scope, class: "index-damaged", reasons: [] };
  take({ kind: "claim", at: 100, claim: { ...claim, type: "classified", evidence } });
  take({ kind: "claim", at: 200, claim: { ...claim, type: "classified" } });
  const said = told.flatMap((event) => (event.kind === "claim" ? [event.says] : []));
  expect(said).toEqual([
    "index-damaged, path hash-differs: gateway → vector, root vector-2, after set-weights vector-2 to 1 by operator",
    "index-damaged",
  ]);
});

test("what is told since the injection counts from the verdict's own t0, as an engine told of it", () => {
  const told: RunEvent[] = [];
  const take = tellTrial(basePlan, (event) => void told.push(event));
  const evidence = { confirmed: true, expected: "gone", seen: "it is gone" };
  const fault = { kind: "fault", disturbance: 0 } as const;
  take({ ...fault, step: "applying", at: 5_000 });
  const engine = { by: "engine", event: "die", lo: 5_100, hi: 5_101 } as const;
  take({ ...fault, step: "confirmed", at: 5_600, harmFrom: 5_040, evidence, told: engine });
  const scope = { service: "vector", replica: "vector-2" };
  take({ kind: "claim", at: 6_100, claim: { type: "detected", id: "1", time: "", incident: "i", scope, reasons: [] } });
  expect(told.flatMap((event) => (event.kind === "claim" ? [event.since] : []))).toEqual([1_000]);
  expect(told.flatMap((event) => (event.kind === "note" ? [event.says] : []))).toEqual([
    "confirmed +0.5 s: it is gone",
  ]);
});
