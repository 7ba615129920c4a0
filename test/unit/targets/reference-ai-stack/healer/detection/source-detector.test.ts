import { expect, it } from "vitest";
import { runDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/detector.ts";
import { sourceDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/source-detector.ts";
import type { SourceView } from "../../../../../../targets/reference-ai-stack/healer/telemetry/read-sources.ts";

const calm = { source: "127.0.0.66", tried: 0, refused: 0, guesses: 0, refusedInAll: 0, blockedMs: 0 };

function saidOf(...sources: readonly Partial<SourceView>[]): readonly string[] {
  const running = runDetector(sourceDetector);
  running.take({ kind: "sources", at: 0, sources: sources.map((one) => ({ ...calm, ...one })) });
  return running.signals().map(({ name, scope, says }) => `${name} ${scope.service}: ${says}`);
}

it("hears who guesses, the worst first, and names the gateway as the place", () => {
  expect(
    saidOf({ tried: 12, refused: 12, guesses: 12 }, { source: "127.0.0.67", tried: 90, refused: 80, guesses: 80 }),
  ).toEqual([
    "log-ins-guessed gateway: from 127.0.0.67 came 80 different wrong log-ins within 4 s, right ones of 10 accounts, and 1 more like it",
  ]);
});

it.each([
  ["a user who mistypes a few times", { tried: 5, refused: 4, guesses: 4 }],
  ["eleven guesses", { tried: 11, refused: 11, guesses: 11 }],
  ["a program that sends one old password again and again", { tried: 200, refused: 200, guesses: 1 }],
  ["many users behind one address, of whom some mistype", { tried: 100, refused: 20, guesses: 20 }],
  ["three quarters wrong behind one address", { tried: 100, refused: 75, guesses: 75 }],
  ["one that is turned away already", { tried: 40, refused: 40, guesses: 40, blockedMs: 30_000 }],
])("says nothing of %s", (_, source) => {
  expect(saidOf(source)).toEqual([]);
});

it("hears of it again once the block is over, and forgets it with the incident", () => {
  const running = runDetector(sourceDetector);
  const guessing = { ...calm, tried: 40, refused: 40, guesses: 40 };
  const look = (blockedMs: number): void =>
    running.take({ kind: "sources", at: 0, sources: [{ ...guessing, blockedMs }] });
  look(10);
  expect(running.signals()).toEqual([]);
  look(0);
  expect(running.signals()).toHaveLength(1);
  running.forget("vector-1");
  expect(running.signals()).toHaveLength(1);
  running.forget(null);
  expect(running.signals()).toEqual([]);
});
