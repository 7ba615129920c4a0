import { expect, it } from "vitest";
import { FACULTIES } from "../../../../../targets/reference-ai-stack/healer/faculties.ts";
import type { Signal, Suspicion } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { takesSilenceForHealth } from "../../../../../targets/reference-ai-stack/sabotage/takes-silence-for-health.ts";
import { createVirtualClock } from "../healer/virtual-clock.ts";

const scope = { service: "inference" };

/** What a healer with the defect suspects where an honest one suspects this. */
function suspected(...honest: readonly Suspicion[]): readonly Suspicion[] {
  const createDetection: typeof FACULTIES.createDetection = () => ({
    ...FACULTIES.createDetection(),
    take: () => honest,
  });
  const faculties = takesSilenceForHealth.healer?.faculties?.({ ...FACULTIES, createDetection }, createVirtualClock());
  return faculties?.createDetection().take([]) ?? [];
}

it("drops the loss of telemetry, and nothing else that stands beside it", () => {
  const [lost, lies] = ["telemetry-lost", "telemetry-implausible"].map((name): Signal => ({ name, scope, says: "" }));
  if (lost === undefined || lies === undefined) throw new Error("no signals");
  expect(suspected({ scope, signals: [lost] })).toEqual([]);
  expect(suspected({ scope, signals: [lost, lies] })).toEqual([{ scope, signals: [lies] }]);
  expect(suspected({ scope, signals: [lies] })).toEqual([{ scope, signals: [lies] }]);
});
