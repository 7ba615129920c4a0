// The whole loop over what servers say of themselves: it acts on a stall that somebody else has seen too, calls a
// person when it is blind or lied to, and stays able to repair what it sees otherwise.
import { expect, test } from "vitest";
import { createFakeStack } from "./fake-stack.ts";
import type { FakeStack } from "./fake-stack.ts";

const REPLICAS = ["inference-1", "inference-2"] as const;

/** A stack whose inference replicas are busy, and its healer, which has seen that for a while. */
async function busy(): Promise<FakeStack> {
  const stack = createFakeStack({ seed: 3 });
  for (const name of REPLICAS) stack.server(name).running = 2;
  await pass(stack, 10);
  expect(stack.said()).toEqual([]);
  return stack;
}

/** Lets `seconds` go by while these replicas get work done. */
async function pass(stack: FakeStack, seconds: number, working: readonly string[] = REPLICAS): Promise<void> {
  for (let n = 0; n < seconds * 2; n += 1) {
    for (const name of working) stack.server(name).serve(2);
    await stack.pass(500);
  }
}

function reasonsOf(stack: FakeStack, type: string): string {
  return stack.events.find((event) => event.type === type)?.detail.reasons.join(" ") ?? "";
}

test("a replica that hangs behind a good health check is restarted, once the gateway has waited for it, too", async () => {
  const stack = await busy();
  stack.find("inference-1").oldestMs = 2500;
  await pass(stack, 4, ["inference-2"]);
  expect(stack.touched).toEqual(["restart inference-1"]);
  expect(stack.events[0]?.incident.scope).toEqual({ service: "inference", replica: "inference-1" });
  expect(reasonsOf(stack, "detected")).toMatch(/stalled: 2 requests under way .* the gateway has waited for an answer/);
  // Made twice a second, and vLLM's gauges are 100 ms old.
  expect(stack.events[0]?.detail.freshMs).toBe(600);
  await pass(stack, 5);
  expect(stack.said().at(-1)).toBe("closed");
});

test("a count that a dead process left behind restarts nobody, for the gateway waits for nothing there", async () => {
  const stack = await busy();
  await pass(stack, 20, ["inference-2"]);
  expect(stack.said()).toEqual([]);
  expect(stack.touched).toEqual([]);
});

test("all replicas that stall at once are nobody's fault among them: a person is called, none is restarted", async () => {
  const stack = await busy();
  for (const name of REPLICAS) stack.find(name).oldestMs = 5000;
  await pass(stack, 8, []);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "escalated"]);
  expect(stack.touched).toEqual([]);
});

test("all replicas whose counts stand still are not reported while the gateway waits for one of them at most", async () => {
  const stack = await busy();
  stack.find("inference-1").oldestMs = 5000;
  await pass(stack, 8, []);
  expect(stack.said()).toEqual([]);
});

test("a stack whose metrics nobody can read is not taken for well: a person is called once, with the reason", async () => {
  const stack = await busy();
  for (const name of REPLICAS) {
    stack.server(name).unreadable = { ok: false, why: "refused", says: "answered 401: a key is needed" };
  }
  await pass(stack, 30);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "escalated"]);
  expect(stack.events[1]?.detail.class).toBe("telemetry-failing");
  expect(reasonsOf(stack, "detected")).toContain("inference-1: answered 401");
  expect(stack.touched).toEqual([]);
});

test("a healer that is blind there still restarts a replica that it finds dead", async () => {
  const stack = await busy();
  for (const name of REPLICAS) {
    stack.server(name).unreadable = { ok: false, why: "unreachable", says: "ECONNREFUSED" };
  }
  await pass(stack, 6);
  expect(stack.said().at(-1)).toBe("escalated");
  stack.find("inference-1").pid = null;
  await pass(stack, 6);
  expect(stack.touched).toEqual(["restart inference-1"]);
  expect(stack.said().at(-1)).toBe("closed");
});

test("a server that lies is not obeyed: its stall restarts nobody, and a person hears of the lie", async () => {
  const stack = await busy();
  stack.find("inference-1").oldestMs = 2500;
  stack.server("inference-1").kv = 37;
  await pass(stack, 12, ["inference-2"]);
  expect(stack.touched).toEqual([]);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "escalated"]);
  expect(reasonsOf(stack, "detected")).toContain("vllm:kv_cache_usage_perc reads 37 as a ratio");
});
