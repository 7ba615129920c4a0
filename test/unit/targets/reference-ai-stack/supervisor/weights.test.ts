import { expect, it } from "vitest";
import { refusalOf } from "../../../../../targets/reference-ai-stack/supervisor/weights.ts";

const all = { "vector-1": 1, "vector-2": 1, "inference-1": 1, "inference-2": 1 };

it("lets one replica of a service be drained", () => {
  expect(refusalOf(all, { "inference-1": 0 })).toBeUndefined();
  expect(refusalOf(all, { "inference-1": 0, "vector-2": 0 })).toBeUndefined();
});

it("refuses to drain every replica of a service, at once or one after the other", () => {
  expect(refusalOf(all, { "inference-1": 0, "inference-2": 0 })?.status).toBe(409);
  expect(refusalOf({ ...all, "vector-1": 0 }, { "vector-2": 0 })?.reason).toContain("every replica of vector");
});

it("lets a drained replica be exchanged for its sibling in one step", () => {
  expect(refusalOf({ ...all, "vector-1": 0 }, { "vector-1": 1, "vector-2": 0 })).toBeUndefined();
});

it("refuses replicas it does not know, and a change that names none", () => {
  expect(refusalOf(all, { "inference-9": 0 })?.status).toBe(400);
  expect(refusalOf(all, {})?.status).toBe(400);
});
