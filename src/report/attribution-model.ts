// The comparison of arms as the page shows it: every count and bound with its place in run.json.

import { treatmentArm, ablationArm } from "../core/arms.ts";
import type { Attribution } from "../records/results/attribution.ts";
import { confidenceText } from "../measure/statistics/sequential.ts";
import { decimalText } from "./figures.ts";
import { figure } from "./shown.ts";
import type { Figure } from "./shown.ts";
import { attributionText } from "./wrong-choice.ts";

interface DifferenceModel {
  readonly value: Figure;
  readonly lo: Figure;
  readonly hi: Figure;
}

interface ArmModel {
  readonly arm: string;
  readonly recovered: Figure;
  readonly of: Figure;
  /** Against treatment; null for treatment itself, and where one of both has no trial. */
  readonly difference: DifferenceModel | null;
}

export interface AttributionModel {
  readonly verdict: string;
  readonly says: string;
  readonly confidence: string;
  readonly arms: readonly ArmModel[];
  readonly gain: string | null;
}

/** The model of one attribution, whose place in run.json is `at`. Runs of before the other arms have ablation alone. */
export function attributionModel(attribution: Attribution, at: string): AttributionModel {
  const { treatment, ablation, difference, comparisons } = attribution;
  const others =
    comparisons === undefined
      ? [
          armModel(
            ablationArm,
            { ...ablation, ...(difference && { difference }) },
            { arm: `${at}.ablation`, difference: `${at}.difference` },
          ),
        ]
      : comparisons.map((one, index) => {
          const place = `${at}.comparisons.${index}`;
          return armModel(one.arm, one, { arm: place, difference: `${place}.difference` });
        });
  return {
    verdict: attribution.verdict,
    says: attributionText(attribution),
    confidence: confidenceText(attribution.confidence ?? 0.95),
    arms: [armModel(treatmentArm, treatment, { arm: `${at}.treatment`, difference: "" }), ...others],
    gain: attribution.gain?.says ?? null,
  };
}

function armModel(
  arm: string,
  counts: Pick<Attribution, "difference"> & { readonly recovered: number; readonly of: number },
  paths: { readonly arm: string; readonly difference: string },
): ArmModel {
  const { recovered, of, difference } = counts;
  const point = (name: "value" | "lo" | "hi", value: number): Figure =>
    figure(`${paths.difference}.${name}`, value, decimalText(value));
  return {
    arm,
    recovered: figure(`${paths.arm}.recovered`, recovered, String(recovered)),
    of: figure(`${paths.arm}.of`, of, String(of)),
    difference: difference
      ? { value: point("value", difference.value), lo: point("lo", difference.lo), hi: point("hi", difference.hi) }
      : null,
  };
}
