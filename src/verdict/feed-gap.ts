// Could the healer's claims be heard? Asked by each rule over the span that it needs, and no further: a loss after a
// deadline takes back nothing of what was certain by then.

import type { TimelineEvent } from "../records/timeline/event.ts";
import type { Ms } from "../core/units.ts";
import { silenceMs } from "../measure/conduct/calm.ts";
import { feedPace, signsOfLife } from "../measure/marks/claim-marks.ts";
import { eventsOf } from "../measure/windows/timeline-view.ts";
import { seconds } from "./wording.ts";
import type { TroubleEvent } from "../records/timeline/trouble.ts";

/** One that was heard within so many beats before it was lost lost nothing before. */
const mostBeats = 2;

/** A stretch in which claims may have been missed, ms. */
interface Outage {
  readonly from: Ms;
  readonly to: Ms;
  readonly says: string;
}

/**
 * Why claims may have been missed in [from, to], ms, or undefined when the feed was heard throughout. An outage that
 * begins at `to` or later, or ended before `from`, hides nothing of it; one that reaches into it from either side does.
 */
export function feedGap(timeline: readonly TimelineEvent[], from: Ms, to: Ms): string | undefined {
  return outages(timeline).find((outage) => outage.from < to && outage.to > from)?.says;
}

function outages(timeline: readonly TimelineEvent[]): Outage[] {
  const lives = signsOfLife(timeline);
  const [first] = lives;
  if (first === undefined) {
    const says = `the incident feed was never open${because(refusalBefore(timeline, Infinity))}`;
    return [{ from: -Infinity, to: Infinity, says }];
  }
  const unopened = {
    from: -Infinity,
    to: first,
    says: `the incident feed was not open before ${seconds(first)}${because(refusalBefore(timeline, first))}`,
  };
  const lost = losses(timeline, lives);
  // A silence in which the loss was noticed is told as the loss.
  const silent = silences(timeline, lives).filter(
    ({ from, to }) => !lost.some((loss) => loss.at >= from && loss.at <= to),
  );
  return [unopened, ...lost, ...silent, ...misunderstood(timeline)].sort((a, b) => a.from - b.from);
}

/**
 * True for an event of the feed that was not as the contract says: the target's doing, unlike a listener of ours that
 * broke.
 */
export function isMisunderstood({ where, fatal }: TroubleEvent): boolean {
  return where === "feed" && fatal !== true;
}

/** Whatever such an event said, it was not heard; what came before and after it was. */
function misunderstood(timeline: readonly TimelineEvent[]): Outage[] {
  return eventsOf(timeline, "trouble")
    .filter(isMisunderstood)
    .map(({ at }) => ({
      from: at,
      to: at,
      says: `an event of the incident feed at ${seconds(at)} was not understood`,
    }));
}

/** Why it did not open, the last that was noted before `at`, ms. */
function refusalBefore(timeline: readonly TimelineEvent[], at: Ms): string | undefined {
  return eventsOf(timeline, "feed").findLast((event) => event.state === "refused" && event.at < at)?.reason;
}

function because(reason: string | undefined): string {
  return reason === undefined ? "" : ` (${reason})`;
}

/**
 * From the loss to the next sign of life; where nothing was heard for a while before it was noticed, from the last sign
 * on.
 */
function losses(timeline: readonly TimelineEvent[], lives: readonly Ms[]): (Outage & { readonly at: Ms })[] {
  const lost = eventsOf(timeline, "feed").filter(({ state }) => state === "lost");
  const heardMs = mostBeats * feedPace(timeline).everyMs;
  return lost.map(({ at, reason }) => {
    const last = lives.findLast((life) => life <= at) ?? at;
    const to = lives.find((life) => life > at) ?? Infinity;
    return {
      at,
      from: at - last > heardMs ? last : at,
      to,
      says: `the incident feed was lost at ${seconds(at)}${because(reason)}`,
    };
  });
}

/** Missing beats, up to the end of listening. */
function silences(timeline: readonly TimelineEvent[], lives: readonly Ms[]): Outage[] {
  const phases = eventsOf(timeline, "phase");
  const ended = phases.find(({ phase }) => phase === "teardown" || phase === "done")?.at;
  const silence = silenceMs(timeline);
  const end = ended ?? timeline.reduce((last, { at }) => Math.max(last, at), 0);
  return lives.flatMap((from, index) => {
    const to = lives[index + 1] ?? Math.max(from, end);
    const forMs = to - from;
    return forMs > silence ? [{ from, to, says: `the incident feed was silent for ${seconds(forMs)}` }] : [];
  });
}
