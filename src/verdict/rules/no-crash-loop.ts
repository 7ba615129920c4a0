// A service that is started again and again has not recovered, however well each instance answers while it lives.

import { isTreated } from "../../core/arms.ts";
import { counted, listed } from "../../core/text.ts";
import type { Ms } from "../../core/units.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import { lastStrike, repeatsIn, restartsOf, type Life, type Restarts } from "../../measure/conduct/restarts.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { disturbance, type Disturbed } from "../observation.ts";
import { seconds } from "../wording.ts";

type Answer = NonNullable<ReturnType<Rule>>;

/** Without a recovery, fewer new instances than this are no loop: one was tried, and another one. */
const fewest = 3;
/** A wait this many times as long as the longest one before is taken for the end of trying. */
const patience = 3;

/**
 * Fails where new instances of the struck service go on to be replaced after the recovery (watched as for a relapse),
 * or to the end of observing where there is none; and, in other words, where nothing came any more for longer than the
 * hold and three times the longest wait. Does not apply where no new instance ended. One replacement by a claimed
 * action of the declared pathway is no loop, nor is a replica that is started again once, nor several replicas once
 * each.
 *
 * Judges what the inventory showed: instances that came and went between two looks are not counted.
 */
export const noCrashLoop: Rule = (record, facts) => {
  const trial = disturbance(record, facts);
  if (!isTreated(record.plan.arm) || record.plan.expect.recovered === undefined || trial === undefined) return null;
  const since = lastStrike(record, trial);
  const { until } = trial;
  const restarts = restartsOf(record, { since, until }).filter(({ lives }) => lives.some(({ to }) => to !== undefined));
  const isBack = facts.recovery === "healed" && facts.marks.t6 !== undefined;
  const answers = restarts.flatMap(
    (one) => (isBack ? afterRecovery(record, facts, { trial, since, one }) : toTheEnd(record, trial, one)) ?? [],
  );
  return answers.find(({ outcome }) => outcome === "fail") ?? answers[0] ?? null;
};

interface Judged {
  readonly trial: Disturbed;
  readonly since: Ms;
  readonly one: Restarts;
}

function afterRecovery(record: TrialRecord, facts: TrialFacts, { trial, since, one }: Judged): Answer | undefined {
  const { t6 } = facts.marks;
  if (t6 === undefined) return undefined;
  const from = Math.max(t6.hi, since);
  const to = Math.min(trial.until, t6.at + facts.relapse.wantedMs);
  const after = repeatsIn(one).filter((life) => life.notBefore > from && life.from <= to);
  const [first] = after;
  const restsOn = one.lives.map((life) => life.from);
  if (first === undefined) {
    const many = `${counted(one.lives.length, "new instance")} of ${namesOf(one)}`;
    const says = `${many} until the recovery at ${seconds(t6.at)}, and no further one in ${seconds(Math.max(0, to - from))}`;
    return repeatsIn(one).length === 0 ? undefined : { outcome: "pass", says, restsOn };
  }
  if (after.length === 1 && isDeclared(record, first)) {
    const says = `${first.replica} was replaced once after the recovery, by the declared ${record.plan.expect.recovered?.by ?? ""}`;
    return { outcome: "pass", says, restsOn };
  }
  const says = `${loopWords(one, trial.until)}; ${after.length} of them after it seemed recovered at ${seconds(t6.at)}, so it has not recovered`;
  return { outcome: "fail", says, restsOn, at: first.from };
}

/** True when a claimed action of the declared pathway was under way when it came. */
function isDeclared({ plan, timeline }: TrialRecord, { replica, from, notBefore }: Life): boolean {
  const by = plan.expect.recovered?.by;
  const claims = eventsOf(timeline, "claim").filter(({ claim }) => claim.pathway === by && claim.pathway !== undefined);
  return claims.some(({ at, claim }) => {
    if (claim.type !== "action.started" || at > from) return false;
    if (claim.scope.replica !== undefined && claim.scope.replica !== replica) return false;
    const end = claims.find((other) => other.claim.type === "action.finished" && other.at >= at);
    return end === undefined || end.at >= notBefore;
  });
}

function toTheEnd({ plan }: TrialRecord, { t0, until }: Disturbed, one: Restarts): Answer | undefined {
  const { lives, downSince } = one;
  const last = lives.at(-1);
  if (last === undefined) return undefined;
  const restsOn = lives.map((life) => life.from);
  const dueAt = Math.min(until, t0.hi + (plan.expect.recovered?.withinMs ?? 0));
  const at = Math.max(dueAt, last.from);
  const longest = Math.max(...lives.map(({ waitedMs }) => waitedMs));
  if (downSince !== undefined && until - downSince > Math.max(plan.holdMs, patience * longest)) {
    const says = `given up: ${livesWords(one, until)}, and none came in the last ${seconds(until - downSince)}${waitsWords(one)}`;
    return { outcome: "fail", says, restsOn, at: Math.max(dueAt, downSince) };
  }
  if (lives.length < fewest || repeatsIn(one).length === 0) return undefined;
  if (last.to === undefined && until - last.from >= plan.holdMs) {
    const many = `${counted(lives.length, "new instance")} of ${namesOf(one)}`;
    const says = `${many}, and the last one still ran after ${seconds(until - last.from)}: not recovered, but no crash loop`;
    return { outcome: "pass", says, restsOn };
  }
  return { outcome: "fail", says: loopWords(one, until), restsOn, at };
}

function loopWords(one: Restarts, until: Ms): string {
  const what = one.lives.length < fewest ? "restarted again" : "crash loop, not given up";
  return `${what}: ${livesWords(one, until)}${waitsWords(one)}`;
}

/** `4 new instances of front-1 in 12.0 s, the last one that ended lived 0.4 s`. */
function livesWords(one: Restarts, until: Ms): string {
  const { lives, downSince } = one;
  const [first] = lives;
  const ended = lives.findLast(({ to }) => to !== undefined);
  const span = (downSince ?? until) - (first?.from ?? until);
  const lived =
    ended === undefined ? "" : `, the last one that ended lived ${seconds((ended.to ?? until) - ended.from)}`;
  return `${counted(lives.length, "new instance")} of ${namesOf(one)} in ${seconds(span)}${lived}`;
}

/** A back-off that slows, or nothing. */
function waitsWords({ lives }: Restarts): string {
  const waits = lives.map(({ waitedMs }) => waitedMs);
  const [first = 0] = waits.slice(1);
  const last = waits.at(-1) ?? 0;
  if (waits.length < 3 || last < 1.5 * first || last - first < 200) return "";
  return `; it is started ever more slowly: it waited ${listed(waits.slice(-4).map(seconds), "and")}`;
}

function namesOf({ lives }: Restarts): string {
  return listed([...new Set(lives.map(({ replica }) => replica))].slice(0, 3), "and");
}
