import { expect, it } from "vitest";
import type { ProbedReplica } from "../../../src/core/probe-kind.ts";
import { makeProbes } from "../../../src/probes/table.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

async function look(...replicas: readonly ProbedReplica[]): Promise<unknown> {
  const spec = { kind: "healthy-replicas", name: "replicas.web", service: "web", everyMs: 200, timeoutMs: 300 };
  const access = { replicas: () => replicas, health: () => ({ path: "/health" }) };
  const [probe] = makeProbes([{ ...spec, data: false }], access, 1);
  return probe?.look(new AbortController().signal);
}

it("a replica that answers is not seen where the platform does not say whether it runs; one that is ill is", async () => {
  const { url: address } = await serveForTest((_request, response) => response.end());
  const isRunning = (): Promise<boolean> => Promise.reject(new Error("nobody leads"));
  expect(await look({ replica: "web-1", address, isRunning })).toEqual({ ok: false, reason: "web-1: nobody leads" });
  const well = { replica: "web-1", address, isRunning: async () => true };
  const gone = { replica: "web-2", address: "http://127.0.0.1:1", isRunning };
  expect(await look(well, gone)).toEqual({ ok: true, value: 1, note: "web-2: connection refused" });
});

it("a platform that hangs holds up no look", async () => {
  const { url: address } = await serveForTest((_request, response) => response.end());
  const isRunning = (): Promise<boolean> => new Promise(() => undefined);
  const reason = "web-1: the platform did not say in time whether it runs";
  expect(await look({ replica: "web-1", address, isRunning })).toEqual({ ok: false, reason });
});
