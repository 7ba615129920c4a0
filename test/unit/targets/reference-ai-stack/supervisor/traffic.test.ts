import { expect, it } from "vitest";
import type { Member } from "../../../../../targets/reference-ai-stack/common/members.ts";
import { createTraffic, refusalOf } from "../../../../../targets/reference-ai-stack/supervisor/traffic.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";

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

it("routes a service whose replicas all have another way, a newcomer with them, and refuses one that has none", async () => {
  const told: (readonly Member[])[] = [];
  const gateway = await serveForTest((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      told.push((JSON.parse(Buffer.concat(parts).toString()) as { replicas: readonly Member[] }).replicas);
      response.end("{}");
    });
  });
  const alternative = { address: "127.0.0.1:9", latencyMs: 15 };
  const members = all.map((one) => ({
    ...one,
    address: "127.0.0.1:8",
    ...(one.service === "inference" && { alternative }),
  }));
  const traffic = createTraffic({ gatewayPort: gateway.port, supervisorToken: "s3cret", members });
  expect(traffic.pathOf("inference")).toBe("primary");
  expect(await traffic.route("inference", "alternative")).toMatchObject({ ok: true });
  expect(traffic.pathOf("inference")).toBe("alternative");
  await traffic.join({ service: "inference", replica: "inference-3", address: "127.0.0.1:7", alternative, weight: 1 });
  expect(
    told
      .at(-1)
      ?.filter(({ path }) => path === "alternative")
      .map(({ replica }) => replica),
  ).toEqual(["inference-1", "inference-2", "inference-3"]);
  expect(await traffic.route("vector", "alternative")).toMatchObject({
    ok: false,
    status: 409,
    reason: "there is no other way to vector-1, vector-2",
  });
  expect(await traffic.route("nobody", "alternative")).toMatchObject({ ok: false, status: 409 });
});
