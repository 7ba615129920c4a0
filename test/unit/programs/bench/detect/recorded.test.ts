import { expect, it } from "vitest";
import type { Observation } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { scoreRecorded } from "../../../../programs/bench/detect/recorded.ts";
import type { Episode, FaultRecording } from "../../../../programs/record-faults/recording.ts";

const entry = { service: "vector", replica: "vector-1", pid: 7, port: 1 };
const other = { service: "vector", replica: "vector-2", pid: 8, port: 2 };
const pulse = ({ service, replica }: typeof entry, at: number): Observation => ({
  kind: "pulse",
  at,
  scope: { service, replica },
  pulse: { state: "good", ms: 1, says: "health 200" },
});

/** A minute of roll-calls; vector-1 has no process in these spans, ms. */
function minute(gone: readonly (readonly [from: number, to: number])[]): readonly Observation[] {
  const looks: Observation[] = [
    { kind: "roll-call", at: 0, replicas: [entry, other] },
    pulse(entry, 1),
    pulse(other, 1),
  ];
  for (let at = 100; at < 60_000; at += 100) {
    const isGone = gone.some(([from, to]) => at >= from && at < to);
    looks.push({ kind: "roll-call", at, replicas: [{ ...entry, pid: isGone ? null : 7 }, other] });
    if (!isGone) looks.push(pulse(entry, at));
  }
  return looks;
}

function score(seen: readonly Observation[], episodes: readonly Episode[]): ReturnType<typeof scoreRecorded> {
  const recording: FaultRecording = {
    version: 1,
    recordedAt: "",
    commit: "",
    machine: "",
    perSecond: 1,
    busy: [0, 0],
    seen,
    episodes,
  };
  return scoreRecorded(recording);
}

const crash: Episode = { fault: "crash", replica: "vector-1", from: 20_000, to: 30_000, wellAt: 32_000 };

it("times the first suspicion of the replica that was broken, and counts those that were never suspected", () => {
  const later = { ...crash, from: 40_000, to: 50_000, wellAt: 52_000 };
  const { faults, falseAlarms, healthyHours } = score(minute([[20_000, 30_000]]), [crash, later]);
  expect(faults).toEqual([{ fault: "crash", episodes: 2, delays: [100] }]);
  expect(falseAlarms).toEqual([]);
  expect(healthyHours * 3600).toBeCloseTo(59.9 - 24, 1);
});

it("counts a suspicion outside of every fault as false, once for as long as it lasts", () => {
  const { faults, falseAlarms } = score(
    minute([
      [5000, 9000],
      [20_000, 30_000],
    ]),
    [crash],
  );
  expect(falseAlarms).toEqual(["process-gone at vector-1"]);
  expect(faults[0]?.delays).toHaveLength(1);
});

it("neither praises nor blames what another replica is suspected of while something is broken", () => {
  const elsewhere = { ...crash, replica: "vector-2" };
  const { faults, falseAlarms } = score(minute([[20_000, 30_000]]), [elsewhere]);
  expect(faults[0]?.delays).toEqual([]);
  expect(falseAlarms).toEqual([]);
});
