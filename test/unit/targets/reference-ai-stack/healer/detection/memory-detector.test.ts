// What the healer makes of the KV memory of a service's replicas.
import { expect, it } from "vitest";
import { memoryDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/metrics/memory-detector.ts";
import type { MemoryState } from "../../../../../../targets/reference-ai-stack/healer/detection/metrics/memory-detector.ts";
import { MadeServer } from "../../../../../builders/made-server.ts";

interface Now {
  readonly kv: number;
  readonly waiting?: number;
  /** Requests that began anew since the start. */
  readonly preempted?: number;
  readonly weight?: number;
}

class Watched {
  state: MemoryState = memoryDetector.initial;
  at = 0;

  /** Readings twice a second. */
  pass(seconds: number, replicas: Readonly<Record<string, Now>>, lagMs = 500): this {
    for (const until = this.at + seconds * 1000; this.at < until;) {
      this.at += 500;
      const rows = Object.entries(replicas).map(([replica, { weight = 1 }], n) => ({
        service: "inference",
        replica,
        pid: n + 1,
        port: n,
        weight,
      }));
      this.state = memoryDetector.take(this.state, { kind: "roll-call", at: this.at, replicas: rows });
      for (const [replica, { kv, waiting = 0, preempted = 0 }] of Object.entries(replicas)) {
        const server = Object.assign(new MadeServer(), { kv, waiting, running: 4 });
        server.shown.set("vllm:num_preemptions_total", String(preempted));
        const scope = { service: "inference", replica };
        const look = server.seen(this.at, lagMs);
        this.state = memoryDetector.take(this.state, { kind: "metrics", at: this.at, scope, look });
      }
    }
    return this;
  }

  names(): readonly string[] {
    return memoryDetector.signals(this.state).map(({ name, scope }) => `${name} ${scope.replica}`);
  }
}

const full = { kv: 0.97, waiting: 3 };
const room = { kv: 0.1 };

it("memory that is full for two seconds while others wait for it is exhausted, where a sibling has room", () => {
  const watched = new Watched().pass(2, { "inference-1": room, "inference-2": room });
  expect(watched.pass(2, { "inference-1": full, "inference-2": room }).names()).toEqual([]);
  expect(watched.pass(0.5, { "inference-1": full, "inference-2": room }).names()).toEqual(["kv-exhausted inference-1"]);
  expect(memoryDetector.signals(watched.state)[0]?.says).toMatch(/^97 % of its KV memory is held, 80 % or more for 2/);
  expect(watched.pass(0.5, { "inference-1": room, "inference-2": room }).names()).toEqual([]);
});

it("requests that lost their blocks tell the same as requests that wait", () => {
  const watched = new Watched().pass(1, { "inference-1": { kv: 0.95 }, "inference-2": room });
  expect(watched.pass(4, { "inference-1": { kv: 0.95 }, "inference-2": room }).names()).toEqual([]);
  const anew = { kv: 0.95, preempted: 2 };
  expect(watched.pass(1, { "inference-1": anew, "inference-2": room }).names()).toEqual(["kv-exhausted inference-1"]);
});

it.each([
  ["memory that is well used while nobody waits", { "inference-1": { kv: 0.99 }, "inference-2": room }],
  [
    "requests that wait for slots while memory is there",
    { "inference-1": { kv: 0.5, waiting: 9 }, "inference-2": room },
  ],
  ["a service whose replicas are all full", { "inference-1": full, "inference-2": full }],
  ["a replica that takes no traffic any more", { "inference-1": { ...full, weight: 0 }, "inference-2": room }],
  ["the only replica", { "inference-1": full }],
])("%s is no exhausted replica", (_, replicas) => {
  expect(new Watched().pass(20, replicas).names()).toEqual([]);
});

it("waits for twice the age of its readings", () => {
  const replicas = { "inference-1": full, "inference-2": room };
  expect(new Watched().pass(9, replicas, 5000).names()).toEqual([]);
  expect(new Watched().pass(12, replicas, 5000).names()).toEqual(["kv-exhausted inference-1"]);
});

it("is silent on what was dealt with until it has stood for as long again", () => {
  const watched = new Watched().pass(4, { "inference-1": full, "inference-2": room });
  watched.state = memoryDetector.forget(watched.state, "inference-1");
  expect(watched.names()).toEqual([]);
  expect(watched.pass(3, { "inference-1": full, "inference-2": room }).names()).toEqual(["kv-exhausted inference-1"]);
});
