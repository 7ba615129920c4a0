// The capped CUSUM on a robust z-score, over one series and to both sides: the detector of the loop, without its
// replicas and siblings.
import { cusumStep } from "../../../../targets/reference-ai-stack/healer/detection/capped-cusum.ts";
import { median, robustSigma, slide } from "../../../../targets/reference-ai-stack/healer/detection/robust.ts";
import type { Score } from "../../../../targets/reference-ai-stack/healer/detection/series/series.ts";

export interface RobustCusumRule {
  /** Samples that make up the baseline. */
  readonly baseline: number;
  /** Slack, in sigma. */
  readonly k: number;
  /** Samples above this many sigma count as this many. */
  readonly cap: number;
}

/** Samples after which the baseline's median and spread are taken anew. */
const RENEW = 10;
/** Sums beyond this do not grow: what has lasted that long is known. */
const HIGHEST = 50;

/** The larger of the two sums. */
export function robustCusumScore({ baseline, k, cap }: RobustCusumRule): Score {
  let past: readonly number[] = [];
  let seen = 0;
  let middle = 0;
  let sigma = 0;
  let [up, down] = [0, 0];
  const rule = { k, cap, limit: HIGHEST / 2 };
  return ({ value }) => {
    if (seen % RENEW === 0 && past.length > 0) [middle, sigma] = [median(past), robustSigma(past)];
    seen += 1;
    const judged = past.length >= Math.min(baseline, 60);
    past = slide(past, value, baseline);
    if (!judged) return 0;
    const z = sigma === 0 ? (value === middle ? 0 : Math.sign(value - middle) * cap) : (value - middle) / sigma;
    up = cusumStep(up, z, rule);
    down = cusumStep(down, -z, rule);
    return Math.max(up, down);
  };
}
