import { expect, it } from "vitest";
import { FACULTIES } from "../../../../../targets/reference-ai-stack/healer/faculties.ts";
import type { Suspicion } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { trustsTheHealthPath } from "../../../../../targets/reference-ai-stack/sabotage/trusts-the-health-path.ts";
import { createVirtualClock } from "../healer/virtual-clock.ts";

/** What a healer with the defect suspects where an honest one suspects this. */
function suspected(...honest: readonly Suspicion[]): readonly Suspicion[] {
  const createDetection: typeof FACULTIES.createDetection = () => ({
    ...FACULTIES.createDetection(),
    take: () => honest,
  });
  const faculties = trustsTheHealthPath.healer?.faculties?.({ ...FACULTIES, createDetection }, createVirtualClock());
  return faculties?.createDetection().take([]) ?? [];
}

const of = (service: string, replica: string, ...names: readonly string[]): Suspicion => {
  const scope = { service, replica };
  return { scope, signals: names.map((name) => ({ name, scope, says: "" })) };
};

it("believes of a model's replica only that it is gone or answers nobody, and all of any other", () => {
  expect(suspected(of("inference", "inference-1", "completes-nothing", "stalled"))).toEqual([]);
  const gone = of("inference", "inference-1", "process-gone");
  expect(suspected(of("inference", "inference-1", "process-gone", "stalled"))).toEqual([gone]);
  const damaged = of("vector", "vector-1", "self-retrieval-low");
  expect(suspected(damaged)).toEqual([damaged]);
});
