// One trial as its page shows it: picture, marks, times with formula and interval, findings, claims, load.

import type { HistoryRow } from "../records/history-row.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { Ms } from "../core/units.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { Finding } from "../records/results/outcome.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { stayedBroken } from "../verdict/stayed-broken.ts";
import { spanBetween } from "../measure/marks/spans.ts";
import { badRequests, tracesSentence } from "./bad-requests.ts";
import type { BadRequest } from "./bad-requests.ts";
import { choiceWords } from "./choice.ts";
import { claimRows, disturbanceText, instantText } from "./claims.ts";
import type { Row, TimeRow } from "./conduct-rows.ts";
import type { ClaimRow } from "./claims.ts";
import { environmentRows } from "./environment-text.ts";
import { spanText, wallTimeText } from "./figures.ts";
import { happeningsOf } from "./happenings.ts";
import type { Happenings } from "./happenings.ts";
import { journeysOf, type JourneysModel } from "./journeys-model.ts";
import { logStretches, noLogSentence } from "./log-lines.ts";
import { markStories } from "./mark-story.ts";
import type { MarkStory } from "./mark-story.ts";
import { leftOf, leftWords, warningsOf, type ReadTimeline, type TimelineLeft } from "./timeline-left.ts";
import { sinceText } from "./moments.ts";
import { nightsOf } from "./nights.ts";
import type { NightsModel } from "./nights.ts";
import { originOf } from "./plot-series.ts";
import type { Origin } from "./plot-series.ts";
import { honestyModel } from "./honesty-model.ts";
import type { HonestyModel } from "./honesty-model.ts";
import { badge } from "./shown.ts";
import type { Badge } from "./shown.ts";
import { appearedRows, documentRows, radiusRows } from "./conduct-rows.ts";
import { severalWords } from "./disturbance-marks.ts";
import { latencyRows, loadRows, type LatencyRow } from "./load-rows.ts";
import { operatorSentences, settingSentences } from "./people-words.ts";
import { runHref } from "./trial-place.ts";
import type { TrialPlace } from "./trial-place.ts";
import { predictionText } from "./prediction-text.ts";
import { trialReasons } from "./reasons.ts";
import type { ReasonLine } from "./reasons.ts";
import { headlineRows, signalRows, timeRows } from "./time-rows.ts";
import { trialPictures } from "./trial-pictures.ts";
import type { TrialPictures } from "./trial-pictures.ts";
import { byOurRevert, outcomeSign, recoveryWords } from "./words.ts";
import { againCommand } from "./worst.ts";

export interface TrialModel extends TrialPictures {
  /** Title of the document. */
  readonly title: string;
  readonly intent: string;
  readonly belief: string;
  /** What the history made expect of it; empty: nothing. */
  readonly predicted: string;
  readonly run: string;
  /** The way to the page of the run, and to this trial on it. */
  readonly back: string;
  readonly anchor: string;
  readonly name: string;
  readonly badge: Badge;
  readonly recovery: string;
  /** Which remedy was chosen, whatever came of it; empty where that is not the question. */
  readonly choice: string;
  readonly disturbed: string;
  readonly ablated: string;
  /** The target's settings, one sentence each. */
  readonly settings: readonly string[];
  /** The operator's script and answers, one sentence each; empty where none was scripted. */
  readonly operator: readonly string[];
  readonly seed: number;
  /** The whole of plan.json. */
  readonly plan: string;
  /** Brings the trial about again. */
  readonly command: string;
  readonly warnings: readonly string[];
  readonly reasons: readonly ReasonLine[];
  /** What t0 and t8 are of several disturbances; empty where there is one. */
  readonly several: string;
  readonly times: readonly TimeRow[];
  /** The three that everybody asks for. */
  readonly headline: readonly Pick<TimeRow, "name" | "figure">[];
  readonly marks: readonly MarkStory[];
  readonly happenings: Happenings;
  readonly badRequests: readonly BadRequest[];
  /** Of people in browsers; empty: there was none. */
  readonly journeys: readonly JourneysModel[];
  /** How to find them in the stack's own traces. */
  readonly tracesSay: string;
  /** null: the stack's output was not kept. */
  readonly log: ReturnType<typeof logStretches>;
  /** Why there are no lines of it; empty: there are. */
  readonly noLog: string;
  /** Empty where no earlier trial tells. */
  readonly nights: readonly NightsModel[];
  readonly origin: string;
  readonly findings: readonly FindingModel[];
  readonly claims: readonly ClaimRow[];
  /** Claims that are left out: a loop may say more than anybody reads. */
  readonly moreClaims: number;
  readonly noClaims: string;
  /** For trials without `honesty` (written before it was measured, or nothing was detected on the site). */
  readonly gap: { readonly figure: string; readonly says: string } | null;
  readonly honesty: HonestyModel | null;
  readonly load: readonly Row[];
  readonly latency: readonly LatencyRow[];
  readonly relapse: string;
}

/** One finding, and the instants that it rests on. */
interface FindingModel extends Pick<Finding, "rule" | "says"> {
  readonly badge: Badge;
  readonly evidence: readonly { readonly since: Ms; readonly when: string }[];
  /** Instants beyond those. */
  readonly more: number;
}

/** Claims that are shown. */
const shownClaims = 200;
/** Instants of a finding that are shown. */
const shownInstants = 6;

/** What the page knows of a trial beside its result. */
export interface TrialSetting extends ReadTimeline {
  readonly place: TrialPlace;
  /** Of the run. */
  readonly seed: number;
  /** The trials of all arms with its number, itself among them. */
  readonly block: readonly TrialResult[];
  /** What earlier runs have of trials of its kind, oldest first. */
  readonly past: readonly HistoryRow[];
}

/** The model of one trial. */
export function trialModel(trial: TrialResult, setting: TrialSetting): TrialModel {
  const { plan, facts, verdict } = trial;
  const timeline = setting.timeline ?? [];
  const left = leftOf(setting);
  const { path, id } = setting.place;
  const origin = originOf(trial, timeline);
  const name = `${plan.arm}-${plan.index}`;
  const marks = markStories({ trial, timeline }, path, origin);
  const claims = claimRows(trial, timeline, origin);
  const log = logStretches(facts, timeline, origin);
  const pictures = trialPictures({ trial, timeline, path, block: setting.block }, marks, origin);
  return {
    title: `${outcomeSign[verdict.outcome]} ${plan.intent} ${name} – Rebound`,
    intent: plan.intent,
    belief: plan.belief,
    predicted: plan.predicted === undefined ? "" : predictionText(plan.predicted),
    run: plan.runId,
    back: runHref(plan),
    anchor: id,
    name,
    badge: badge(verdict.outcome),
    recovery: stayedBroken(trial) ?? recoveryWords[facts.recovery],
    choice: choiceWords(trial),
    disturbed: plan.disturbances.map(disturbanceText).join(", ") || "nothing",
    ablated: plan.ablated.join(", "),
    settings: settingSentences(plan),
    operator: operatorSentences(plan, timeline, origin),
    seed: plan.seed,
    plan: JSON.stringify(plan, null, 1),
    command: againCommand(trial, setting.seed),
    warnings: warningsOf(trial, setting),
    reasons: trialReasons(facts),
    ...pictures,
    several: severalWords(plan),
    headline: headlineRows(facts, path),
    times: [...timeRows(facts, path), ...signalRows(trial, path)],
    marks,
    happenings: happeningsOf({ trial, timeline }, marks, origin),
    ...seenByUsers(trial, setting, origin),
    log,
    noLog: noLogSentence(log, left),
    nights: nightsOf(trial, setting.past, path),
    origin: origin.what,
    findings: worstFirst(verdict.findings).map((finding) => findingModel(finding, origin)),
    claims: claims.slice(0, shownClaims),
    moreClaims: Math.max(0, claims.length - shownClaims),
    noClaims: noClaimsSentence(trial, timeline, left),
    gap: facts.honesty === undefined ? gapOf(facts) : null,
    honesty: honestyModel(facts, path),
    load: [
      ...loadRows(facts, path),
      ...documentRows(facts, path),
      ...radiusRows(facts, path),
      ...appearedRows(facts, path),
      ...environmentRows(facts, path),
    ],
    latency: latencyRows(facts, path),
    relapse: relapseSentence(facts, origin),
  };
}

/** What single requests and journeys came to. */
function seenByUsers(
  { plan }: TrialResult,
  setting: TrialSetting,
  origin: Origin,
): Pick<TrialModel, "badRequests" | "journeys" | "tracesSay"> {
  const timeline = setting.timeline ?? [];
  return {
    badRequests: badRequests(plan, timeline, origin),
    journeys: journeysOf(timeline, origin),
    tracesSay: tracesSentence(timeline, leftOf(setting)),
  };
}

function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  const order: readonly Finding["outcome"][] = ["fail", "inconclusive", "pass"];
  return order.flatMap((outcome) => findings.filter((finding) => finding.outcome === outcome));
}

function findingModel({ rule, outcome, says, restsOn }: Finding, origin: Origin): FindingModel {
  const instants = [...new Set(restsOn)].sort((a, b) => a - b).map((at) => at - origin.at);
  const evidence = instants.slice(0, shownInstants).map((since) => ({ since, when: sinceText(since) }));
  return { rule, says, badge: badge(outcome), evidence, more: instants.length - evidence.length };
}

/** What a target's owner would gain. */
const unheardSentence =
  "This target says nothing of its incidents: MTTD is not observed, and only bounded by the first action seen from outside. " +
  "A feed would add when it was detected and as what, what was decided and why, and when it was declared over; " +
  "`feed` in targets/README.md says which sources there are.";

function noClaimsSentence(trial: TrialResult, timeline: readonly TimelineEvent[], left: TimelineLeft): string {
  if (left !== "whole" && (left !== "part" || trial.plan.targetFacts.hasFeed))
    return `${leftWords[left]}, so the claims are not known.`;
  if (!trial.plan.targetFacts.hasFeed) return unheardSentence;
  const feed = timeline.filter((event) => event.kind === "feed");
  const last = feed.findLast(({ reason }) => reason !== undefined);
  if (last?.reason === undefined) return "The healer said nothing in this trial.";
  const opened = feed.some(({ state }) => state === "open");
  return `The healer said nothing in this trial; its feed ${opened ? "was lost at times" : "did not open"}, last: ${last.reason}.`;
}

function gapOf(facts: TrialFacts): TrialModel["gap"] {
  const { t6, t7 } = facts.marks;
  const gap = spanBetween(t6, t7, "t7 − t6");
  if (!gap) return null;

  const says =
    gap.hi < 0
      ? "the healer declared recovery before it was there: a false declaration"
      : gap.lo > 0
        ? "the healer declared recovery after it was there"
        : "declared and measured recovery cannot be told apart within the uncertainty";
  return {
    figure: spanText(gap),
    says: facts.recovery === "waited-out" ? `${says}; it was there ${byOurRevert}` : says,
  };
}

function relapseSentence(facts: TrialFacts, origin: Origin): string {
  if (!facts.marks.t6) return "";
  const { watchedMs, wantedMs, at } = facts.relapse;
  const watched = `watched ${wallTimeText(watchedMs)} of the ${wallTimeText(wantedMs)} wanted after recovery`;
  return at ? `Relapse at ${instantText(at, origin)}; ${watched}.` : `No relapse seen; ${watched}.`;
}
