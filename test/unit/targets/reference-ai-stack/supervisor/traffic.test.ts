import { expect, it } from "vitest";
import { refusalOf } from "../../../../../targets/reference-ai-stack/supervisor/traffic.ts";

const all = ["embedder", "vector-1", "vector-2", "inference-1", "inference-2"].map((replica) => ({
  service: replica.replace(/-\d$/, ""),
  replica,
  weight: 1,
}));
const vector1Drained = all.map((one) => (one.replica === "vector-1" ? { ...one, weight: 0 } : one));

it("lets one replica of a service be drained", () => {
  expect(refusalOf(all, { "inference-1": 0 })).toBeUndefined();
  expect(refusalOf(all, { "inference-1": 0, "vector-2": 0 })).toBeUndefined();
});

it("refuses to drain every replica of a service, at once or one after the other", () => {
  expect(refusalOf(all, { "inference-1": 0, "inference-2": 0 })?.status).toBe(409);
  expect(refusalOf(vector1Drained, { "vector-2": 0 })?.reason).toContain("every replica of vector");
});

it("lets a drained replica be exchanged for its sibling in one step", () => {
  expect(refusalOf(vector1Drained, { "vector-1": 1, "vector-2": 0 })).toBeUndefined();
});

it("refuses replicas it does not know, and a change that names none", () => {
  expect(refusalOf(all, { "inference-9": 0 })?.status).toBe(400);
  expect(refusalOf(all, {})?.status).toBe(400);
});
