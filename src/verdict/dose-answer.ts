// What a trial says of its dose: whether the recovery broke.

import type { TrialDigest } from "../core/digest.ts";
import type { SweepTrial } from "../records/sweep.ts";
import { decidingFinding } from "./judge-trial.ts";
import { isAbout } from "./rule-table.ts";

/** What follows from a trial, and the finding that decided, as `rule — sentence`. */
type DoseAnswerOf = Pick<SweepTrial, "answer" | "why">;

/**
 * broke: the verdict is fail. held: it is pass. unfelt: it could not be told whether it recovered because the steady
 * state was never left, and all else was in order. untold: everything else, residue among it.
 */
export function doseAnswer({ facts, verdict }: Pick<TrialDigest, "facts" | "verdict">): DoseAnswerOf {
  if (verdict.outcome === "pass") return { answer: "held", why: "" };
  const against = decidingFinding(verdict.findings.map((one) => ({ says: "", restsOn: [], ...one })));
  const why = against === undefined ? verdict.outcome : `${against.rule} — ${against.says}`;
  if (verdict.outcome === "fail") return { answer: "broke", why };
  const isUnfelt =
    verdict.outcome === "inconclusive" &&
    facts.recovery === "not-disturbed" &&
    verdict.findings.every(
      (finding) =>
        finding.outcome === "pass" ||
        isAbout(finding, "detection", "classification", "evidence", "recovery", "patience", "pathway", "honesty"),
    );
  return { answer: isUnfelt ? "unfelt" : "untold", why };
}
