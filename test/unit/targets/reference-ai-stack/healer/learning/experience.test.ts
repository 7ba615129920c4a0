import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMemory } from "../../../../../../targets/reference-ai-stack/healer/learning/experience-file.ts";
import {
  NO_EXPERIENCE,
  afterRemedy,
  afterSuspicion,
  isKnown,
  restMs,
  tallyOf,
} from "../../../../../../targets/reference-ai-stack/healer/learning/experience.ts";

const KIND = "index-damaged@vector";

test("what was tried is counted by kind of incident, pathway and means", () => {
  const peer = { pathway: "restore-index", means: "peer" };
  const burnt = afterRemedy(NO_EXPERIENCE, KIND, peer, false);
  const mended = [1, 2].reduce((known) => afterRemedy(known, KIND, peer, true), burnt);
  expect(tallyOf(mended, KIND, "restore-index", "peer")).toEqual({ healed: 2, failed: 1 });
  expect(tallyOf(mended, KIND, "restore-index", "snapshot")).toEqual({ healed: 0, failed: 0 });
  expect(tallyOf(mended, "index-damaged@other", "restore-index", "peer")).toEqual({ healed: 0, failed: 0 });
});

test("noise that keeps coming back unconfirmed rests longer, up to a limit, and a confirmation ends that", () => {
  const noise = (times: number) =>
    Array.from({ length: times }).reduce<typeof NO_EXPERIENCE>(
      (known) => afterSuspicion(known, "slow@x", false),
      NO_EXPERIENCE,
    );
  expect([1, 2, 3, 9].map((times) => restMs(noise(times), "slow@x"))).toEqual([1000, 2000, 4000, 4000]);
  const confirmed = afterSuspicion(noise(9), "slow@x", true);
  expect(restMs(confirmed, "slow@x")).toBe(1000);
  expect([isKnown(noise(9), "slow@x"), isKnown(confirmed, "slow@x")]).toEqual([false, true]);
});

test("what was learned outlives the process, and a spoilt file means no experience", () => {
  const folder = mkdtempSync(join(tmpdir(), "memory-"));
  const file = join(folder, "healer", "experience.json");
  openMemory(file).learn((known) => afterSuspicion(known, "slow@x", true));
  expect(isKnown(openMemory(file).read(), "slow@x")).toBe(true);
  writeFileSync(file, '{"remedies": 3}');
  expect(openMemory(file).read()).toEqual(NO_EXPERIENCE);
  rmSync(folder, { recursive: true });
});
