import { expect, test } from "vitest";
import { backendDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/backend-detector.ts";
import type { BackendState } from "../../../../../../targets/reference-ai-stack/healer/detection/backend-detector.ts";
import type { Ending, UpstreamView } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { seeded } from "../virtual-clock.ts";

type How = (random: () => number) => Ending["how"];
const whole: How = () => "whole";
const broken =
  (share: number): How =>
  (random) =>
    random() < share ? "broken" : "whole";
const throttled: How = () => "throttled";

interface Span {
  readonly from: number;
  readonly to: number;
  readonly random: () => number;
}

/** Looks every 200 ms at two replicas that end two exchanges each in that time, so or so. */
function watch(state: BackendState, { from, to, random }: Span, ends: readonly [How, How]) {
  let next = state;
  const seen = new Map<string, number>();
  for (let at = from; at < to; at += 200) {
    const upstreams = ends.map((how, index): UpstreamView => {
      const endings = [0, 1].map((n) => ({ seq: at / 100 + n, how: how(random) }));
      const replica = `inference-${index + 1}`;
      return { service: "inference", replica, weight: 1, started: 0, waiting: [], recent: [], endings };
    });
    next = backendDetector.take(next, { kind: "traffic", at, upstreams });
    for (const { name, scope } of backendDetector.signals(next)) {
      const key = `${name} ${scope.replica}`;
      if (!seen.has(key)) seen.set(key, at);
    }
  }
  return { state: next, seen };
}

test.each([1, 2, 3, 4, 5])(
  "half of one replica's answers cut is seen, and nothing before by chance (seed %i)",
  (seed) => {
    const random = seeded(seed);
    const healthy = watch(backendDetector.initial, { from: 200, to: 600_000, random }, [broken(0.002), broken(0.002)]);
    expect([...healthy.seen]).toEqual([]);
    const { seen } = watch(healthy.state, { from: 600_000, to: 610_000, random }, [broken(0.5), whole]);
    expect([...seen.keys()]).toEqual(["fails-unlike-siblings inference-1"]);
    expect((seen.get("fails-unlike-siblings inference-1") ?? Infinity) - 600_000).toBeLessThanOrEqual(5000);
  },
);

test("what all replicas of a service fail is no trouble of one of them", () => {
  const random = seeded(6);
  const { state } = watch(backendDetector.initial, { from: 200, to: 20_000, random }, [whole, whole]);
  const { seen } = watch(state, { from: 20_000, to: 40_000, random }, [broken(0.5), broken(0.5)]);
  expect([...seen]).toEqual([]);
});

test("a replica that turns requests away is told apart from one that fails", () => {
  const random = seeded(7);
  const { state } = watch(backendDetector.initial, { from: 200, to: 20_000, random }, [whole, whole]);
  const { seen } = watch(state, { from: 20_000, to: 30_000, random }, [throttled, whole]);
  expect([...seen.keys()]).toEqual(["turns-away inference-1"]);
});

test("nothing is held against a drained replica, nor against one that was forgotten", () => {
  const random = seeded(8);
  const { state } = watch(backendDetector.initial, { from: 200, to: 20_000, random }, [whole, whole]);
  const failing = watch(state, { from: 20_000, to: 30_000, random }, [broken(1), whole]).state;
  expect(backendDetector.signals(failing)).toHaveLength(1);
  expect(backendDetector.signals(backendDetector.forget(failing, "inference-1"))).toEqual([]);
});
