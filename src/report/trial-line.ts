// One trial on the page of its run: what it came to, what speaks against it, and the way to its own page.

import type { TrialDigest } from "../core/digest.ts";
import { stayedBroken } from "../verdict/stayed-broken.ts";
import { choiceWords } from "./choice.ts";
import { disturbanceText } from "./claims.ts";
import { spanText } from "./figures.ts";
import { folderName } from "./paged.ts";
import { trialReasons } from "./reasons.ts";
import type { ReasonLine } from "./reasons.ts";
import { badge, figure } from "./shown.ts";
import type { Badge, Figure } from "./shown.ts";
import { trialHref } from "./trial-place.ts";
import type { TrialPlace } from "./trial-place.ts";
import { recoveryWords } from "./words.ts";

export interface TrialLine {
  readonly id: string;
  readonly name: string;
  /** Empty: it has no page. */
  readonly href: string;
  /** By which its page is asked for. */
  readonly folder: string;
  readonly open: boolean;
  readonly badge: Badge;
  readonly recovery: string;
  /** Which remedy was chosen, whatever came of it; empty where that is not the question. */
  readonly choice: string;
  readonly disturbed: string;
  readonly ablated: string;
  readonly seed: number;
  readonly times: readonly { readonly name: string; readonly figure: Figure }[];
  readonly reasons: readonly ReasonLine[];
  /** What did not pass. */
  readonly against: readonly { readonly rule: string; readonly says: string; readonly badge: Badge }[];
  /** How many rules were content, in words. */
  readonly content: string;
}

/** The model of one trial's line, which leads to its page where it has one. */
export function trialLine(trial: TrialDigest, { id, path, open }: TrialPlace, hasPage: boolean): TrialLine {
  const { plan, facts, verdict } = trial;
  const times = (["mttd", "mttr", "ttm"] as const).map((key) => ({
    name: key.toUpperCase(),
    figure: figure(`${path}.facts.${key}`, facts[key], spanText(facts[key])),
  }));
  const against = verdict.findings.flatMap((finding) =>
    finding.outcome !== "pass" && "says" in finding
      ? [{ rule: finding.rule, says: finding.says, badge: badge(finding.outcome) }]
      : [],
  );
  const passed = verdict.findings.filter(({ outcome }) => outcome === "pass").length;
  return {
    id,
    name: `${plan.arm}-${plan.index}`,
    href: hasPage ? trialHref(plan) : "",
    folder: folderName(plan),
    open,
    badge: badge(verdict.outcome),
    recovery: stayedBroken(trial) ?? recoveryWords[facts.recovery],
    choice: choiceWords(trial),
    disturbed: plan.disturbances.map(disturbanceText).join(", ") || "nothing",
    ablated: plan.ablated.join(", "),
    seed: plan.seed,
    times,
    reasons: trialReasons(facts),
    against,
    content: `${passed} of ${verdict.findings.length} rules were content.`,
  };
}
