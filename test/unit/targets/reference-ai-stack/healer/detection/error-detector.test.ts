import { expect, test } from "vitest";
import { errorDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/error-detector.ts";
import type { ErrorState } from "../../../../../../targets/reference-ai-stack/healer/detection/error-detector.ts";
import { seeded } from "../virtual-clock.ts";

/** Looks at one replica every 200 ms, `perLook` answers each, that fail with the chance `failing`. */
function watch(
  state: ErrorState,
  span: { from: number; to: number; stepMs?: number },
  failing: number,
  random: () => number,
): { state: ErrorState; signalAt: number } {
  let signalAt = Infinity;
  let next = state;
  for (let at = span.from; at < span.to; at += span.stepMs ?? 200) {
    const recent = [0, 1].map((n) => ({ seq: at / 100 + n, ms: 20, ok: random() >= failing }));
    const view = { service: "inference", replica: "inference-1", weight: 1, started: 0, waiting: [], recent };
    next = errorDetector.take(next, { kind: "traffic", at, upstreams: [view] });
    if (errorDetector.signals(next).length > 0) signalAt = Math.min(signalAt, at);
  }
  return { state: next, signalAt };
}

test.each([1, 2, 3, 4, 5])(
  "half of the requests failing is seen within 5 s, and not by chance before (seed %i)",
  (seed) => {
    const random = seeded(seed);
    const healthy = watch(errorDetector.initial, { from: 200, to: 600_000 }, 0.005, random);
    expect(healthy.signalAt).toBe(Infinity);
    const broken = watch(healthy.state, { from: 600_000, to: 610_000 }, 0.5, random);
    expect(broken.signalAt - 600_000).toBeLessThanOrEqual(5000);
  },
);

test("a burst that is over is no signal any more, though the long window still holds it", () => {
  const random = seeded(6);
  const { state } = watch(errorDetector.initial, { from: 200, to: 20_000 }, 0, random);
  const burst = watch(state, { from: 20_000, to: 22_000 }, 1, random);
  expect(burst.signalAt).toBeLessThan(22_000);
  const after = watch(burst.state, { from: 22_000, to: 23_200 }, 0, random);
  expect(errorDetector.signals(after.state)).toEqual([]);
});

test("what fails while the looks themselves come late counts for little", () => {
  const healthy = watch(errorDetector.initial, { from: 200, to: 20_000 }, 0, seeded(7)).state;
  /** What one look at nothing but failures holds against the replica, nats; the look before it was at 19.8 s. */
  const heldAt = (at: number): number =>
    watch(healthy, { from: at, to: at + 1 }, 1, seeded(7)).state.replicas.get("inference-1")?.sum ?? 0;
  expect(heldAt(21_000)).toBeGreaterThan(0);
  expect(heldAt(21_000)).toBeLessThan(0.5 * heldAt(20_000));
});

test("what was held against a replica is dropped once it is forgotten", () => {
  const random = seeded(8);
  const { state } = watch(errorDetector.initial, { from: 200, to: 10_000 }, 1, random);
  expect(errorDetector.signals(state)).toHaveLength(1);
  expect(errorDetector.signals(errorDetector.forget(state, "inference-1"))).toEqual([]);
});
