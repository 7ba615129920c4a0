// The scorecard as the page shows it: three figures side by side, and one bar for each pathway that falls from 100 to
// what is left.

import { counted, shareBoundText } from "../core/text.ts";
import type { PathwayScore, Scorecard, ScoreTerm } from "../records/results/scorecard.ts";
import {
  isTold,
  lossText,
  missingText,
  pointsText,
  provenText,
  termNames,
  unrecoveredText,
  unshownText,
} from "./scorecard-text.ts";
import { figure } from "./shown.ts";
import type { Figure } from "./shown.ts";

export interface ScorecardModel {
  readonly score: (ScoreModel & { readonly over: Figure }) | null;
  readonly coverage: {
    readonly withEvidence: Figure;
    readonly declared: Figure;
    readonly missing: string;
  };
  readonly freshness: {
    readonly fresh: Figure;
    readonly declared: Figure;
    readonly withinDays: number;
    readonly says: string;
    readonly read: string;
    readonly unread: readonly string[];
  };
  readonly pathways: readonly PathwayModel[];
}

interface PathwayModel {
  readonly name: string;
  readonly target: string;
  readonly tier: string;
  readonly says: string;
  readonly score: ScoreModel | null;
  readonly held: { readonly held: Figure; readonly of: Figure; readonly proves: Figure } | null;
  readonly evidence: string;
  readonly waterfall: WaterfallModel | null;
  readonly losses: readonly { readonly points: Figure | null; readonly says: string }[];
  readonly uncounted: readonly string[];
}

/** What is proven is the number; what was earned beyond it is not yet shown. */
interface ScoreModel {
  readonly points: Figure;
  readonly proven: Figure;
  /** Empty: all that was earned is proven. */
  readonly unshown: string;
}

/** One bar; lengths in points, which are the units of the drawing. */
interface WaterfallModel {
  /** From the right: what each term lost, and closed gates last. */
  readonly steps: readonly { readonly left: number; readonly lost: number; readonly kind: "term" | "gate" }[];
  /** What is left after all steps. */
  readonly points: number;
  readonly proven: number;
}

/** null for a run without a scorecard. */
export function scorecardModel(card: Scorecard | undefined): ScorecardModel | null {
  if (card === undefined) return null;
  const { score, coverage, freshness } = card;
  const count = (path: string, value: number): Figure => figure(`scorecard.${path}`, value, String(value));
  const runs = freshness.runsRead;
  return {
    score: score ? { ...scoreModel(score, "scorecard.score"), over: count("score.over", score.over) } : null,
    coverage: {
      withEvidence: count("coverage.withEvidence", coverage.withEvidence),
      declared: count("coverage.declared", coverage.declared),
      missing: coverage.missing.length === 0 ? "" : `No evidence on ${missingText(card)}.`,
    },
    freshness: {
      fresh: count("freshness.fresh", freshness.fresh),
      declared: count("freshness.declared", freshness.declared),
      withinDays: freshness.withinDays,
      says: freshness.says,
      read: `${runs === 0 ? "No earlier runs" : counted(runs, "earlier run")} read.`,
      unread: freshness.unread,
    },
    pathways: card.pathways
      .map((pathway, index) => ({ pathway, path: `scorecard.pathways.${index}` }))
      .filter(({ pathway }) => isTold(pathway))
      .map(({ pathway, path }) => pathwayModel(pathway, path)),
  };
}

function pathwayModel(pathway: PathwayScore, path: string): PathwayModel {
  const { score, held, terms } = pathway;
  return {
    name: pathway.pathway,
    target: pathway.target,
    tier: pathway.tier === undefined ? "" : `${pathway.tier} risk`,
    says: score ? pathway.says : pathway.says.charAt(0).toUpperCase() + pathway.says.slice(1),
    score: score ? scoreModel(score, `${path}.score`) : null,
    held: held
      ? {
          held: figure(`${path}.held.held`, held.held, String(held.held)),
          of: figure(`${path}.held.of`, held.of, String(held.of)),
          proves: figure(`${path}.held.proves`, held.proves, shareBoundText(held.proves, "lower")),
        }
      : null,
    evidence: pathway.intents.join(", "),
    waterfall: terms.length === 0 ? null : waterfall(pathway),
    losses: [
      ...terms.flatMap((term, at) => lossesOf(term, `${path}.terms.${at}`)),
      ...[unrecoveredText(terms)].flatMap((says) => (says === undefined ? [] : [{ points: null, says }])),
      ...pathway.gates.map(({ says, by }) => ({ points: null, says: `gate closed: ${lossText({ to: says, by })}` })),
    ],
    uncounted: pathway.uncounted.map(({ trial, outcome }) => `${trial} (${outcome})`),
  };
}

function scoreModel(score: { readonly points: number; readonly proven: number }, path: string): ScoreModel {
  return {
    points: figure(`${path}.points`, score.points, pointsText(score.points)),
    proven: figure(`${path}.proven`, score.proven, provenText(score.proven)),
    unshown: unshownText(score),
  };
}

/** Falls from 100 by what each term lost, then by closed gates; what is left is the score. */
function waterfall({ score, gates, terms }: PathwayScore): WaterfallModel {
  let level = 100;
  const steps: { left: number; lost: number; kind: "term" | "gate" }[] = [];
  for (const { max, earned } of terms) {
    const lost = max - earned;
    level -= lost;
    steps.push({ left: round(level), lost: round(lost), kind: "term" });
  }
  if (gates.length > 0) steps.push({ left: 0, lost: round(level), kind: "gate" });
  return { steps, points: round(score?.points ?? 0), proven: round(score?.proven ?? 0) };
}

function lossesOf({ name, losses }: ScoreTerm, path: string): PathwayModel["losses"] {
  return losses.map((loss, at) => ({
    points: figure(`${path}.losses.${at}.points`, loss.points, `−${pointsText(loss.points)}`),
    says: `${termNames[name]}: ${lossText(loss)}`,
  }));
}

/** To a hundredth of a point: more cannot be seen. */
function round(points: number): number {
  return Math.max(0, Math.round(points * 100) / 100);
}
