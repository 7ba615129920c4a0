// Harms to a stack in memory that take more than a line.
import type { FakeStack } from "../fake-stack.ts";

/** Documents have the vectors of a model that is there no more, and a person lets them be embedded anew. */
export function misembedded({ find, clock, answer }: FakeStack): void {
  for (const name of ["vector-1", "vector-2"]) find(name).misembedded = 5;
  void clock.sleep(6000).then(() => answer("inc-1", "granted"));
}

/** Nothing comes through by the primary way to inference, and the other leads there. */
export function losesItsWay({ find }: FakeStack): void {
  for (const name of ["inference-1", "inference-2"]) {
    const one = find(name);
    one.failing = true;
    one.paths = [
      { path: "primary", inUse: true, misses: 5, ms: 2, wholeMs: 0 },
      { path: "alternative", inUse: false, misses: 0, ms: 17, wholeMs: 9000 },
    ];
  }
}

/** People restart a replica on purpose, and say so before and until they are done. */
export function underMaintenance({ find, clock }: FakeStack): void {
  const one = find("inference-1");
  one.maintenance = "a planned restart";
  void clock.sleep(500).then(() => void (one.pid = null));
  void clock.sleep(3000).then(() => void (one.pid = 4711));
  void clock.sleep(3500).then(() => delete one.maintenance);
}

/** Somebody guesses at the gateway's door, beside a user who mistypes. */
export function isGuessedAt({ find }: FakeStack): void {
  const calm = { tried: 3, refused: 2, guesses: 2, refusedInAll: 2, blockedMs: 0 };
  find("gateway").sources = [
    { source: "127.0.0.1", ...calm },
    { source: "127.0.0.66", ...calm, tried: 40, refused: 40, guesses: 40, refusedInAll: 40 },
  ];
}
