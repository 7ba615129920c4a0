// Trials that nobody thought of: every part of a story is drawn from a seed, whether or not the parts make sense
// together. What a healer says need not fit what the stack does, and our own looks may fail at any time.

import type { Claim, ClaimType } from "../../src/records/claim.ts";
import type { Ms } from "../../src/core/units.ts";
import type { TrialRecord } from "../../src/core/verdict.ts";
import { seededRandom } from "../../src/core/random.ts";
import { Dice } from "./dice.ts";
import { planFrom } from "./seeded-plan.ts";
import { tell } from "./simulated-trial.ts";
import type { Fate, Story } from "./simulated-story.ts";
import type { TimelineEvent } from "../../src/records/timeline/event.ts";

type Claims = [Ms, ClaimType, Partial<Claim>][];
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const inject = 3000;
/** One trial's record; the same seed tells the same trial. */
export function seededTrial(seed: number): TrialRecord {
  const dice = new Dice(seed);
  const plan = planFrom(dice);
  const applying = inject + dice.between(10, 60);
  const confirmed = applying + dice.between(5, dice.of(100, 900));
  const observe = confirmed + 10;
  const revert = observe + dice.between(1500, 10_000);
  const end = revert + dice.between(100, 5000);
  const hurt = dice.between(applying, confirmed + dice.of(50, 3000));
  const mended = dice.of(dice.between(hurt, revert), dice.between(hurt, revert), Infinity, revert + 80);
  const { fate, state } = worldFrom(dice, { hurt, mended, revert });
  const disturbed = plan.disturbances.length > 0;
  const tried = !dice.chance(0.04);
  const claims = plan.targetFacts.hasFeed || dice.chance(0.05) ? claimsFrom(dice, { hurt, mended, revert, end }) : [];
  const story: Mutable<Story> = {
    plan,
    phases: {
      boot: 0,
      warmup: 0,
      baseline: 500,
      ...(tried && { inject, observe, revert }),
      ...(tried && dice.chance(0.5) && { after: revert + 160 }),
      teardown: tried ? end : inject,
      done: (tried ? end : inject) + 300,
    },
    fate,
    state,
    claims,
    changes: changesFrom(dice, { hurt, mended, revert }),
  };
  const [first] = plan.disturbances;
  if (tried && first?.site.replica) {
    story.fault = dice.chance(0.95)
      ? { applying, confirmed }
      : dice.of({ applying, unconfirmed: confirmed }, { applying });
  }
  if (tried && first?.fault === "load.change") story.loadChange = { at: observe + 100, times: dice.between(1.1, 2) };
  ourFailings(dice, story, end);
  if (dice.chance(0.1))
    story.audit = dice.of({}, { unread: "500" }, { brokenSeq: 2 }, { skips: () => dice.chance(0.2) });
  if (dice.chance(0.15)) {
    const lost = dice.between(0, end);
    story.documents = dice.of(
      {},
      { atEnd: (from: Ms) => from < lost },
      { atEnd: (from: Ms) => (from < lost ? null : true), afterRevert: (from: Ms) => from > lost },
      { refused: (from: Ms) => from > lost },
      { stops: lost },
    );
  }
  const record = tell(story);
  return { plan: record.plan, timeline: disorder(dice, record.timeline, { inject, revert, end, disturbed }) };
}

interface Span {
  readonly hurt: Ms;
  readonly mended: Ms;
  readonly revert: Ms;
}

/**
 * What users get and probes see: an outage of one kind and share, perhaps a second one, traffic shed, probes that see
 * nothing.
 */
function worldFrom(dice: Dice, { hurt, mended, revert }: Span): Pick<Story, "fate" | "state"> {
  const kinds: readonly Fate[] = [
    { latencyMs: 120, right: false },
    { latencyMs: 3, right: false },
    { latencyMs: 3, error: "status 503" },
    { latencyMs: 900 },
    { latencyMs: 9000 },
    { latencyMs: 120 },
  ];
  const [kind, later] = [dice.of(...kinds), dice.of(...kinds)];
  const share = dice.of(0, 0.1, 0.3, 0.6, 0.9, 1);
  const [again, calm] = [dice.between(hurt, revert), dice.between(0, 4000)];
  const hasSecond = dice.chance(0.25);
  const shedFrom = dice.chance(0.12) ? dice.between(hurt, revert) : Infinity;
  const badBefore = dice.chance(0.06) ? dice.between(500, inject) : Infinity;
  const noise = dice.of(0, 0, 0.02, 0.15);
  const damaged = dice.of(0.4, 0.9, 1, 0);
  const [darkFrom, darkFor] = [dice.chance(0.2) ? dice.between(0, revert) : Infinity, dice.between(100, 9000)];
  const lost = dice.chance(0.08) ? dice.between(hurt, revert) : Infinity;
  const isHurt = (at: Ms): boolean => (at >= hurt && at < mended) || (at >= badBefore && at < badBefore + 900);
  const isSecond = (at: Ms): boolean => hasSecond && at >= again && at < again + calm;
  // The same request fares the same, whenever it is asked about.
  const coin = (id: number, salt: number): number => seededRandom(id, `request ${salt}`).next();
  return {
    fate(sent, id) {
      if (sent >= shedFrom) return { latencyMs: 3, error: "status 429" };
      if (isHurt(sent) && coin(id, 1) < share) return kind;
      if (isSecond(sent) && coin(id, 2) < share) return later;
      return coin(id, 3) < noise ? { latencyMs: 120, error: "cut stream" } : { latencyMs: 120 };
    },
    state(at) {
      const dark = at >= darkFrom && at < darkFrom + darkFor;
      return {
        "retrieval.self": dark ? null : isHurt(at) || isSecond(at) ? damaged : 1,
        "data.records": dark && darkFor > 4000 ? null : at >= lost ? 1990 : 2000,
      };
    },
  };
}

/** What the healer says: true or false, late or early, twice, in any order, of this place or another. */
function claimsFrom(dice: Dice, { hurt, mended, revert, end }: Span & { readonly end: Ms }): Claims {
  const claims: Claims = [];
  const incidents = dice.of(0, 1, 1, 1, 1, 2, 3);
  for (let n = 1; n <= incidents; n += 1) {
    const incident = `i${n}`;
    const scope = dice.of(
      { service: "vector", replica: "vector-2" },
      { service: "vector", replica: "vector-2" },
      { service: "vector" },
      { service: "vector", replica: "vector-1" },
      {},
    );
    const pathway = dice.of("restore-index", "restore-index", "restart-replica");
    let at = dice.of(dice.between(hurt, hurt + 2500), dice.between(500, end));
    const say = (type: ClaimType, more: Partial<Claim> = {}, waitMs = 400): void => {
      at += dice.between(0, waitMs);
      if (dice.chance(0.08)) return;
      claims.push([at, type, { incident, scope, ...more }]);
      if (dice.chance(0.05)) claims.push([at + dice.between(0, 500), type, { incident, scope, ...more }]);
    };
    say("detected", dice.chance(0.1) ? { class: "overload" } : {});
    say("classified", { class: dice.of("index-damaged", "index-damaged", "overload") });
    say("decided", { pathway });
    if (dice.chance(0.3)) {
      say("approval.requested", { pathway });
      say(dice.of("approval.granted", "approval.denied", "approval.expired"), { pathway }, 2000);
    }
    say("action.started", { pathway });
    say("action.finished", { pathway, outcome: dice.of("done", "done", "failed") }, 3000);
    if (dice.chance(0.5)) at = Math.max(at, Math.min(mended, revert));
    say("verified", { outcome: dice.of("healed", "not-healed") }, 2000);
    say("closed", dice.chance(0.2) ? { outcome: "not-healed" } : {}, 4000);
  }
  if (dice.chance(0.05)) claims.push([dice.between(500, end), "escalated", {}]);
  if (dice.chance(0.1)) for (const claim of claims) claim[0] = dice.between(500, end);
  return claims.filter(([at]) => at < end).sort(([one], [other]) => one - other);
}

function changesFrom(dice: Dice, { hurt, mended, revert }: Span): NonNullable<Story["changes"]> {
  const changes: [Ms, NonNullable<Story["changes"]>[number][1]][] = [];
  if (mended < revert && dice.chance(0.85)) changes.push([Math.max(hurt, mended - dice.between(0, 300)), {}]);
  if (dice.chance(0.06))
    changes.push([
      dice.between(600, revert),
      { field: "instance", before: "pid 101", after: dice.of(null, "pid 333") },
    ]);
  if (dice.chance(0.04))
    changes.push([
      dice.between(600, revert),
      { replica: "vector-1", field: "instance", before: "pid 100", after: dice.of(null, "pid 7") },
    ]);
  return changes;
}

/** Feeds cut, load that stops or is late, timers that lag, trouble. */
function ourFailings(dice: Dice, story: Mutable<Story>, end: Ms): void {
  if (dice.chance(0.15)) story.feedCut = { at: dice.between(200, end), noticed: dice.chance(0.5) };
  if (dice.chance(0.05)) story.loadStops = dice.between(500, end);
  if (dice.chance(0.08)) {
    const [every, lag] = [dice.whole(2, 60), dice.of(8, 40, 200)];
    story.sendLagMs = (id) => (id % every === 0 ? lag : 0.5);
  }
  if (dice.chance(0.05)) {
    const every = dice.whole(3, 200);
    story.unsent = (id) => id % every === 0;
  }
  if (dice.chance(0.04)) story.paceLagMs = dice.of(60, 400);
  if (dice.chance(0.04)) story.trouble = { at: dice.between(100, end), reason: "the probe process ended" };
}

/** What no story can tell: an outage of the feed that ends, holes in the load, a guard that ended the trial. */
function disorder(
  dice: Dice,
  timeline: readonly TimelineEvent[],
  span: { readonly inject: Ms; readonly revert: Ms; readonly end: Ms; readonly disturbed: boolean },
): readonly TimelineEvent[] {
  let events = [...timeline];
  if (dice.chance(0.15)) {
    const from = dice.between(200, span.end);
    const to = from + dice.between(50, 4000);
    const isFeed = ({ kind }: TimelineEvent): boolean => kind === "feed" || kind === "claim";
    events = events.filter((event) => !isFeed(event) || event.at < from || event.at > to);
    if (dice.chance(0.7))
      events.push({ kind: "feed", state: "lost", at: from }, { kind: "feed", state: "open", at: to });
  }
  if (dice.chance(0.06)) {
    const from = dice.between(500, span.end);
    const to = from + dice.between(100, 4000);
    events = events.filter((event) => event.kind !== "request" || event.intended < from || event.intended > to);
  }
  if (span.disturbed && dice.chance(0.06)) {
    const blind = dice.chance(0.4) ? { blind: { forMs: 5001, reason: "nothing was seen" } } : {};
    const what = { name: "guard", expression: "users.error_share > 0.9", values: { "users.error_share": 0.95 } };
    events.push({ kind: "abort", at: span.revert - 5, ...what, ...blind });
  }
  return events.sort((a, b) => a.at - b.at);
}
