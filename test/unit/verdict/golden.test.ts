import { describe, expect, it } from "vitest";
import { measureTrial } from "../../builders/measured.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { stories, truths } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";

describe("a simulated trial", () => {
  for (const [name, truth] of Object.entries(truths)) {
    const named = [...(truth.fail ?? []), ...(truth.unclear ?? [])].join(", ");
    it(`“${name}” is ${truth.outcome}${named === "" ? "" : ` by ${named}`}`, () => {
      const record = tell(stories[name as StoryName]);
      const { outcome, findings } = judgeTrial(record, measureTrial(record));
      const having = (wanted: string): string[] =>
        findings.filter((finding) => finding.outcome === wanted).map((finding) => finding.rule);
      expect(
        { outcome, fail: having("fail"), unclear: having("inconclusive") },
        JSON.stringify(findings, null, 1),
      ).toEqual({
        outcome: truth.outcome,
        fail: truth.fail ?? [],
        unclear: truth.unclear ?? [],
      });
      const decisive = findings.filter((finding) => finding.outcome !== "pass").map((finding) => finding.says);
      if (truth.says !== undefined) expect(decisive.join(" | ")).toMatch(truth.says);
    });
  }
});
