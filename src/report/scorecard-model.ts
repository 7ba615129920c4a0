// The scorecard as the page shows it: three figures side by side, and a waterfall for each pathway that falls from 100
// to what is left.

import { counted, shareBoundText } from "../core/text.ts";
import type { PathwayScore, Scorecard, ScoreTerm } from "../records/results/scorecard.ts";
import { lossText, pointsText, provenText, termNames } from "./scorecard-text.ts";
import { figure } from "./shown.ts";
import type { Figure } from "./shown.ts";

export interface ScorecardModel {
  readonly score: { readonly points: Figure; readonly proven: Figure; readonly over: Figure } | null;
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
  readonly score: { readonly points: Figure; readonly proven: Figure } | null;
  readonly held: { readonly held: Figure; readonly of: Figure; readonly proves: Figure } | null;
  readonly evidence: string;
  readonly rows: readonly RowModel[];
  readonly uncounted: readonly string[];
}

/** One step of the waterfall; lengths in points, which are the units of the drawing. */
interface RowModel {
  readonly name: string;
  readonly kind: "term" | "gate" | "score";
  /** From 0 to here nothing is lost yet. */
  readonly left: number;
  readonly lost: number;
  /** Where what is proven ends; only for the score. */
  readonly proven: number | null;
  readonly points: Figure;
  readonly of: string;
  readonly losses: readonly { readonly points: Figure | null; readonly says: string }[];
}

/** null for a run without a scorecard. */
export function scorecardModel(card: Scorecard | undefined): ScorecardModel | null {
  if (card === undefined) return null;
  const { score, coverage, freshness } = card;
  const count = (path: string, value: number): Figure => figure(`scorecard.${path}`, value, String(value));
  const runs = freshness.runsRead;
  return {
    score: score
      ? {
          points: figure("scorecard.score.points", score.points, pointsText(score.points)),
          proven: figure("scorecard.score.proven", score.proven, provenText(score.proven)),
          over: count("score.over", score.over),
        }
      : null,
    coverage: {
      withEvidence: count("coverage.withEvidence", coverage.withEvidence),
      declared: count("coverage.declared", coverage.declared),
      missing: coverage.missing.length === 0 ? "" : `No evidence on ${coverage.missing.join(", ")}.`,
    },
    freshness: {
      fresh: count("freshness.fresh", freshness.fresh),
      declared: count("freshness.declared", freshness.declared),
      withinDays: freshness.withinDays,
      says: freshness.says,
      read: `${runs === 0 ? "No earlier runs" : counted(runs, "earlier run")} read.`,
      unread: freshness.unread,
    },
    pathways: card.pathways.map((pathway, index) => pathwayModel(pathway, `scorecard.pathways.${index}`)),
  };
}

function pathwayModel(pathway: PathwayScore, path: string): PathwayModel {
  const { score, held, terms } = pathway;
  return {
    name: pathway.pathway,
    target: pathway.target,
    tier: pathway.tier === undefined ? "" : `, ${pathway.tier} risk`,
    says: score ? pathway.says : pathway.says.charAt(0).toUpperCase() + pathway.says.slice(1),
    score: score
      ? {
          points: figure(`${path}.score.points`, score.points, pointsText(score.points)),
          proven: figure(`${path}.score.proven`, score.proven, provenText(score.proven)),
        }
      : null,
    held: held
      ? {
          held: figure(`${path}.held.held`, held.held, String(held.held)),
          of: figure(`${path}.held.of`, held.of, String(held.of)),
          proves: figure(`${path}.held.proves`, held.proves, shareBoundText(held.proves, "lower")),
        }
      : null,
    evidence: pathway.intents.join(", "),
    rows: terms.length === 0 ? [] : waterfall(pathway, path),
    uncounted: pathway.uncounted.map(({ trial, outcome }) => `${trial} (${outcome})`),
  };
}

/** Falls from 100 by what each term lost, then by closed gates; what is left is the score. */
function waterfall(pathway: PathwayScore, path: string): RowModel[] {
  const { score = { points: 0, proven: 0, ungated: 0 }, gates, terms } = pathway;
  const rows: RowModel[] = [];
  let level = 100;
  for (const [index, term] of terms.entries()) {
    const lost = term.max - term.earned;
    level -= lost;
    rows.push(termRow(term, `${path}.terms.${index}`, { left: round(level), lost: round(lost) }));
  }
  for (const gate of gates) {
    const lost = rows.some(({ kind }) => kind === "gate") ? 0 : score.ungated;
    const points = figure(`${path}.score.points`, score.points, pointsText(score.points));
    const losses = [{ points: null, says: lossText({ to: gate.says, by: gate.by }) }];
    rows.push({
      name: "gate closed",
      kind: "gate",
      left: 0,
      lost: round(lost),
      proven: null,
      points,
      of: "makes it 0",
      losses,
    });
  }
  const points = figure(`${path}.score.points`, score.points, pointsText(score.points));
  const [left, proven] = [round(score.points), round(score.proven)];
  const shown = figure(`${path}.score.proven`, score.proven, provenText(score.proven));
  const losses = [{ points: shown, says: "proven by these trials" }];
  return [...rows, { name: "score", kind: "score", left, lost: 0, proven, points, of: "of 100", losses }];
}

function termRow(term: ScoreTerm, path: string, step: { readonly left: number; readonly lost: number }): RowModel {
  return {
    name: termNames[term.name],
    kind: "term",
    ...step,
    proven: null,
    points: figure(`${path}.earned`, term.earned, pointsText(term.earned)),
    of: `of ${term.max}`,
    losses: term.losses.map((loss, at) => ({
      points: figure(`${path}.losses.${at}.points`, loss.points, `−${pointsText(loss.points)}`),
      says: lossText(loss),
    })),
  };
}

/** To a hundredth of a point: more cannot be seen. */
function round(points: number): number {
  return Math.max(0, Math.round(points * 100) / 100);
}
