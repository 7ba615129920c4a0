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
  preferMeans,
  restMs,
} from "../../../../../../targets/reference-ai-stack/healer/learning/experience.ts";

const KIND = "index-damaged@vector";

test("the means that healed more often is preferred; without experience the policy's order holds", () => {
  const prefer = (known: typeof NO_EXPERIENCE) => preferMeans(known, KIND, "restore-index", ["peer", "snapshot"]).means;
  expect(prefer(NO_EXPERIENCE)).toBe("peer");
  const burnt = afterRemedy(NO_EXPERIENCE, KIND, { pathway: "restore-index", means: "peer" }, false);
  expect(prefer(burnt)).toBe("snapshot");
  const mended = [1, 2].reduce(
    (known) => afterRemedy(known, KIND, { pathway: "restore-index", means: "peer" }, true),
    burnt,
  );
  expect(prefer(mended)).toBe("peer");
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
