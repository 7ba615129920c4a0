// From judged intents to the scorecard of a run: pathways, their mean, and beside it, never folded in, coverage and
// freshness.

import type { IntentDigest } from "../../core/digest.ts";
import { ageText } from "../../core/text.ts";
import type { History } from "../../core/scorecard.ts";
import type { Coverage, Freshness, PathwayScore, Scorecard } from "../../records/results/scorecard.ts";
import type { Ms } from "../../core/units.ts";
import { scorePathway } from "./pathway-score.ts";

const dayMs: Ms = 86_400_000;

/** Evidence younger than this many days counts as fresh: a pathway that a weekly run covers stays fresh. */
const withinDays = 7;

/** No earlier run, for those who have none at hand. */
const noHistory: History = { runs: [], unread: [] };

/**
 * The scorecard of a run that ended at `endedAt` (ISO 8601), or undefined when no trial was judged (for then nothing is
 * known of what its targets declare), or when they declare no pathway. `history` are runs beside it that ended no
 * later (`scoreRun` sees to that); they matter for freshness alone.
 */
export function scorecardOf(
  intents: readonly IntentDigest[],
  endedAt: string,
  history: History = noHistory,
): Scorecard | undefined {
  const targets = [...new Set(intents.filter(({ trials }) => trials.length > 0).map(({ target }) => target))].sort();
  if (targets.length === 0) return undefined;
  const pathways = targets.flatMap((target) => {
    const own = intents.filter((intent) => intent.target === target);
    return pathwaysOf(own).map((pathway) => {
      const score = scorePathway({ target, pathway, intents: own });
      const newest = newestOf(score, endedAt, history);
      return newest === undefined ? score : { ...score, newest };
    });
  });
  if (pathways.length === 0) return undefined;
  const score = meanOf(pathways);
  return {
    ...(score && { score }),
    coverage: coverageOf(pathways),
    freshness: freshnessOf(pathways, endedAt, history),
    ...settingsOf(intents),
    pathways,
  };
}

/** Values of settings, each with the intents that were tried under it. */
function settingsOf(intents: readonly IntentDigest[]): Pick<Scorecard, "settings"> {
  const tried = intents.flatMap(({ trials }) =>
    trials.flatMap(({ plan }) =>
      Object.entries(plan.settings ?? {}).map(([setting, value]) => ({ setting, value, intent: plan.intent })),
    ),
  );
  if (tried.length === 0) return {};
  const settings: { setting: string; value: string; intents: string[] }[] = [];
  for (const { setting, value, intent } of tried) {
    const known = settings.find((one) => one.setting === setting && one.value === value);
    if (known === undefined) settings.push({ setting, value, intents: [intent] });
    else if (!known.intents.includes(intent)) known.intents.push(intent);
  }
  return { settings };
}

/** What the target declares, in its own order, and what its intents name besides. */
function pathwaysOf(intents: readonly IntentDigest[]): string[] {
  const plans = intents.flatMap(({ trials }) => trials.map(({ plan }) => plan));
  const named = plans.flatMap(({ expect }) => expect.recovered?.by ?? []).sort();
  return [...new Set([...plans.flatMap(({ targetFacts }) => targetFacts.pathways), ...named])];
}

/** Weighted mean over the pathways with a score (weight 1 unless the target says otherwise). */
function meanOf(pathways: readonly PathwayScore[]): Scorecard["score"] {
  const scored = pathways.flatMap(({ score, weight }) => (score ? [{ ...score, weight }] : []));
  const weights = scored.reduce((sum, { weight }) => sum + weight, 0);
  if (weights === 0) return undefined;
  const mean = (value: "points" | "proven"): number =>
    Math.min(100, scored.reduce((sum, one) => sum + one.weight * one[value], 0) / weights);
  return { points: mean("points"), proven: mean("proven"), over: scored.length };
}

function hasEvidence({ counted, gates }: PathwayScore): boolean {
  return counted > 0 || gates.length > 0;
}

function coverageOf(pathways: readonly PathwayScore[]): Coverage {
  const missing = pathways.filter((one) => !hasEvidence(one)).map(nameOf);
  const [withEvidence, declared] = [pathways.length - missing.length, pathways.length];
  const says = `${withEvidence} of ${declared} declared pathways have evidence in this run`;
  return { withEvidence, declared, missing, says };
}

function nameOf({ target, pathway }: PathwayScore): string {
  return `${target} ${pathway}`;
}

/** End of the newest run that has evidence on the pathway; this run's, when it has any. */
function newestOf(score: PathwayScore, endedAt: string, history: History): string | undefined {
  if (hasEvidence(score)) return endedAt;
  const ends = history.runs
    .filter(({ pathways }) =>
      pathways.some(({ target, pathway }) => target === score.target && pathway === score.pathway),
    )
    .map((run) => run.endedAt);
  return ends.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
}

function freshnessOf(pathways: readonly PathwayScore[], asOf: string, { runs, unread }: History): Freshness {
  const ages = pathways.flatMap(({ newest }) =>
    newest === undefined ? [] : [Math.max(0, Date.parse(asOf) - Date.parse(newest))],
  );
  const fresh = ages.filter((age) => age < withinDays * dayMs).length;
  const base = { asOf, fresh, withinDays, declared: pathways.length, runsRead: runs.length, unread };
  const share = `${fresh} of ${pathways.length} pathways have evidence younger than ${withinDays} days`;
  if (ages.length === 0) return { ...base, says: `${share}; there is none at all` };
  const [youngestMs, oldestMs] = [Math.min(...ages), Math.max(...ages)];
  const oldest = oldestMs === 0 ? "all of it is from this run" : `the oldest is from ${ageText(oldestMs)} ago`;
  return { ...base, youngestMs, oldestMs, says: `${share}; ${oldest}` };
}
