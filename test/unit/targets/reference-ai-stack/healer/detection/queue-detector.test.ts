// What the healer makes of the queues of a service's replicas: too few of them, or more than it needs.
import { expect, it } from "vitest";
import { queueDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/metrics/queue-detector.ts";
import type { QueueState } from "../../../../../../targets/reference-ai-stack/healer/detection/metrics/queue-detector.ts";
import { MadeServer } from "../../../../../builders/made-server.ts";

type Queues = Readonly<Record<string, readonly [running: number, waiting: number]>>;

/** Replicas whose gauges are read twice a second. */
class Queued {
  state: QueueState = queueDetector.initial;
  at = 0;
  readonly servers = new Map<string, MadeServer>();
  /** Those that answer. */
  works = (_replica: string): boolean => true;

  pass(seconds: number, queues: (second: number) => Queues, lagMs = 500): this {
    for (const from = this.at; this.at < from + seconds * 1000;) {
      this.at += 500;
      const now = Object.entries(queues((this.at - from) / 1000));
      const replicas = now.map(([replica], n) => ({ service: "inference", replica, pid: n + 1, port: n, weight: 1 }));
      this.state = queueDetector.take(this.state, { kind: "roll-call", at: this.at, replicas });
      for (const [replica, [running, waiting]] of now) {
        const server = Object.assign(this.servers.get(replica) ?? new MadeServer(), { running, waiting });
        this.servers.set(replica, server);
        if (this.works(replica)) server.serve(1);
        const look = server.seen(this.at, lagMs);
        const scope = { service: "inference", replica };
        this.state = queueDetector.take(this.state, { kind: "metrics", at: this.at, scope, look });
      }
    }
    return this;
  }

  names(): readonly string[] {
    return queueDetector.signals(this.state).map(({ name, scope }) => `${name} ${scope.service}`);
  }
}

const both = (running: number, waiting: number): Queues => ({
  "inference-1": [running, waiting],
  "inference-2": [running, waiting],
});

it("a queue that stands at every replica for 1.5 s and does not drain tells of too few replicas", () => {
  const queued = new Queued().pass(5, () => both(2, 0));
  expect(queued.pass(1.5, (second) => both(2, 6 * second)).names()).toEqual([]);
  expect(queued.pass(0.5, () => both(2, 12)).names()).toEqual(["queue-grows inference"]);
  expect(queueDetector.signals(queued.state)[0]?.says).toMatch(/^24 requests wait at all 2 replicas/);
  expect(queued.pass(0.5, () => both(2, 0)).names()).toEqual([]);
});

it("where nothing at all is done the replicas hang, and more of them are not asked for", () => {
  const hung = new Queued();
  hung.works = () => false;
  expect(hung.pass(20, () => both(2, 20)).names()).toEqual([]);
  // One of the two works: the other one is not what makes users wait.
  hung.works = (replica) => replica === "inference-2";
  expect(hung.pass(2, () => both(2, 20)).names()).toEqual(["queue-grows inference"]);
});

it("a service that stops to do anything takes the queue's word away", () => {
  const queued = new Queued().pass(5, () => both(2, 20));
  expect(queued.names()).toEqual(["queue-grows inference"]);
  queued.works = () => false;
  expect(queued.pass(1, () => both(2, 20)).names()).toEqual(["queue-grows inference"]);
  expect(queued.pass(1, () => both(2, 20)).names()).toEqual([]);
});

it("a full queue is no shorter than it was, and goes on to tell", () => {
  expect(new Queued().pass(20, () => both(2, 32)).names()).toEqual(["queue-grows inference"]);
});

it("a burst that drains, a queue at one replica alone, and one that comes and goes tell of nothing", () => {
  const burst = new Queued().pass(1.5, (second) => both(2, 8 * second));
  for (let second = 0; second < 4; second += 0.5) {
    expect(burst.pass(0.5, () => both(2, 9 - 2 * second)).names(), `${second} s after the burst`).toEqual([]);
  }
  const uneven = { "inference-1": [2, 20], "inference-2": [1, 0] } as const;
  expect(new Queued().pass(10, () => uneven).names()).toEqual([]);
  expect(new Queued().pass(10, (second) => both(2, second % 1 === 0 ? 9 : 0)).names()).toEqual([]);
  expect(new Queued().pass(10, () => both(2, 1)).names()).toEqual([]);
});

it("readings that are old are waited for twice as long as they are old", () => {
  expect(new Queued().pass(7.5, () => both(2, 20), 4000).names()).toEqual([]);
  expect(new Queued().pass(9.5, () => both(2, 20), 4000).names()).toEqual(["queue-grows inference"]);
});

it("a replica that has just joined takes the queue's word away, since nobody waits there", () => {
  const queued = new Queued().pass(3, () => both(2, 20));
  expect(queued.pass(0.5, () => ({ ...both(2, 20), "inference-3": [0, 0] })).names()).toEqual([]);
});

it("a third replica is spare after 60 s in which two would have had half of their slots free, and not before", () => {
  const three = (running: number): Queues => ({ ...both(running, 0), "inference-3": [running, 0] });
  const queued = new Queued().pass(2, () => both(8, 4)).pass(59.5, () => three(2));
  expect(queued.names()).toEqual([]);
  expect(queued.pass(1.5, () => three(2)).names()).toEqual(["capacity-spare inference"]);
  // More than half of the slots of two: the third is needed.
  expect(queued.pass(0.5, () => three(3)).names()).toEqual([]);
  expect(queued.pass(70, () => three(3)).names()).toEqual([]);
});

it("the replicas of the start are never spare, nor any whose slots were never seen full", () => {
  expect(
    new Queued()
      .pass(2, () => both(8, 4))
      .pass(90, () => both(0, 0))
      .names(),
  ).toEqual([]);
  expect(new Queued().pass(90, () => ({ ...both(1, 0), "inference-3": [0, 0] })).names()).toEqual([]);
});
