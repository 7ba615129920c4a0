// Whether a replica lacks documents of a sibling's: held against it only over a time in which neither changed.
import { describe, expect, it } from "vitest";
import { holdingsDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/holdings-detector.ts";
import type { HeldPart } from "../../../../../../targets/reference-ai-stack/healer/telemetry/vector-views.ts";

type Look = readonly [replica: string, at: number, ...parts: HeldPart[]];

const part = (digest: string, there: number): HeldPart => ({ digest, there });

function stateAfter(looks: readonly Look[]): typeof holdingsDetector.initial {
  let state = holdingsDetector.initial;
  for (const [replica, at, ...parts] of looks) {
    state = holdingsDetector.take(state, { kind: "holdings", scope: { service: "vector", replica }, parts, at });
  }
  return state;
}

/** Who is said to lack something after these looks. */
function lacking(looks: readonly Look[]): readonly (string | undefined)[] {
  return holdingsDetector.signals(stateAfter(looks)).map(({ scope }) => scope.replica);
}

const seconds = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => 1000 * (from + n));

describe("a replica that has other documents than its sibling", () => {
  it("is named once both have stood so for long enough, and the fuller one, too: it may have missed deletions", () => {
    const looks = (to: number) =>
      seconds(0, to).flatMap((at): Look[] => [
        ["vector-1", at, part("a", 9), part("x", 4)],
        ["vector-2", at + 100, part("b", 8), part("x", 4)],
      ]);
    expect(lacking(looks(2))).toEqual([]);
    expect(lacking(looks(3))).toEqual(["vector-1", "vector-2"]);
    const signal = holdingsDetector.signals(stateAfter(looks(3))).at(1);
    expect(signal?.says).toBe("1 of 2 parts of its documents are other than those of vector-1");
  });

  it("is not named as long as documents keep coming to that part of either", () => {
    const looks = seconds(0, 20).flatMap((at): Look[] => [
      ["vector-1", at, part(`a${at}`, at)],
      ["vector-2", at + 100, part("b", 8)],
    ]);
    expect(lacking(looks)).toEqual([]);
  });

  it("is found by a part that stands, though others change with each look", () => {
    const looks = seconds(0, 4).flatMap((at): Look[] => [
      ["vector-1", at, part(`a${at}`, at), part("x", 4)],
      ["vector-2", at + 100, part(`b${at}`, at), part("y", 3)],
    ]);
    expect(lacking(looks)).toEqual(["vector-1", "vector-2"]);
  });

  it("is not judged by a look that is older than what the sibling has taken since", () => {
    // The second was not seen after the write.
    const looks: Look[] = [
      ["vector-2", 0, part("before", 8)],
      ["vector-2", 3000, part("before", 8)],
      ...seconds(3, 20).map((at): Look => ["vector-1", at + 100, part("after", 9)]),
    ];
    expect(lacking(looks)).toEqual([]);
  });

  it("has nothing held against it once it has the same, was forgotten, or has left", () => {
    const apart = seconds(0, 3).flatMap((at): Look[] => [
      ["vector-1", at, part("a", 9)],
      ["vector-2", at, part("b", 8)],
    ]);
    expect(lacking([...apart, ["vector-2", 4000, part("a", 9)]])).toEqual([]);
    const state = stateAfter(apart);
    expect(holdingsDetector.signals(holdingsDetector.forget(state, "vector-2"))).toEqual([]);
    const replicas = [{ service: "vector", replica: "vector-1", pid: 1, port: 1 }];
    expect(holdingsDetector.signals(holdingsDetector.take(state, { kind: "roll-call", at: 5000, replicas }))).toEqual(
      [],
    );
  });
});
