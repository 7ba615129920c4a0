// What happened in a trial, in order, a line each: what there is around each mark.

import { wordsText } from "../core/reasons.ts";
import { counted } from "../core/text.ts";
import type { Ms } from "../core/units.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { RequestEvent } from "../records/timeline/request.ts";
import { thresholdText } from "../verdict/wording.ts";
import type { MarkStory } from "./mark-story.ts";
import { sinceText } from "./moments.ts";
import type { Origin } from "./plot-series.ts";

/** One line. */
interface Happening {
  /** ms from the origin. */
  readonly since: Ms;
  readonly when: string;
  /** Whose doing: us, our probes or users, the healer. */
  readonly by: "harness" | "probes" | "healer";
  /** The mark that is set here; "" for what happened. */
  readonly mark: string;
  readonly says: string;
}

/** Lines at most: the timeline has them all. */
const most = 300;
/** Requests that went wrong within so long are one line. */
const bucketMs: Ms = 1000;

interface Line {
  readonly at: Ms;
  readonly by: Happening["by"];
  readonly mark?: string;
  readonly says: string;
}

/** The lines, and how many were left out. */
export interface Happenings {
  readonly lines: readonly Happening[];
  readonly leftOut: number;
}

/** Marks among what happened, in order of time. */
export function happeningsOf(
  { trial, timeline }: { readonly trial: TrialResult; readonly timeline: readonly TimelineEvent[] },
  marks: readonly MarkStory[],
  origin: Origin,
): Happenings {
  const set = marks.flatMap(({ name, since, means }): readonly Line[] =>
    since === null ? [] : [{ at: since + origin.at, by: "probes", mark: name, says: means }],
  );
  const happened = [...timeline.flatMap(lineOf), ...failedRequests(timeline), ...turns(trial)];
  const all = [...happened, ...set].toSorted((a, b) => a.at - b.at);
  const kept = all.length <= most ? all : fewer(all);
  return {
    lines: kept.map(({ at, by, mark = "", says }) => ({
      since: at - origin.at,
      when: sinceText(at - origin.at),
      by,
      mark,
      says,
    })),
    leftOut: all.length - kept.length,
  };
}

/** All marks, and of what happened what lies nearest to one of them. */
function fewer(all: readonly Line[]): readonly Line[] {
  const marks = all.filter(({ mark }) => mark !== undefined);
  const distance = ({ at, mark }: Line): number =>
    mark === undefined ? Math.min(...marks.map((it) => Math.abs(it.at - at))) : -1;
  const nearest = new Set(all.toSorted((a, b) => distance(a) - distance(b)).slice(0, most));
  return all.filter((line) => nearest.has(line));
}

function lineOf(event: TimelineEvent): readonly Line[] {
  const { at } = event;
  switch (event.kind) {
    case "phase":
      return [{ at, by: "harness", says: `phase ${event.phase}` }];
    case "fault": {
      const why = event.evidence === undefined ? (event.reason ?? "") : event.evidence.seen;
      return [
        { at, by: "harness", says: `fault d${event.disturbance + 1} ${event.step}${why === "" ? "" : `: ${why}`}` },
      ];
    }
    case "claim": {
      const { type, reasons, class: of, pathway, action, outcome } = event.claim;
      const what = [of, pathway, action === pathway ? undefined : action, outcome].filter((it) => it !== undefined);
      return [{ at, by: "healer", says: [[type, ...what].join(" "), ...reasons].join(" – ") }];
    }
    case "inventory":
      return event.changes.map(({ replica, field, before, after }) => ({
        at,
        by: "probes",
        says: `${replica}: ${field} ${before ?? "none"} → ${after ?? "none"}`,
      }));
    case "operator":
      return [
        { at, by: "harness", says: `operator ${event.person}: ${event.does} ${event.pathway ?? ""}: ${event.reason}` },
      ];
    case "abort":
      return [{ at, by: "harness", says: `aborted by ${event.name}: ${event.expression}` }];
    case "threshold":
      return [{ at, by: "harness", says: thresholdText(event) }];
    case "trouble":
      return [{ at, by: "harness", says: `trouble (${event.where}): ${event.reason}` }];
    case "feed":
      return event.state === "alive"
        ? []
        : [{ at, by: "healer", says: withReason(`feed ${event.state}`, event.reason) }];
    case "write":
      return event.ok ? [] : [{ at, by: "probes", says: withReason(`document ${event.id} refused`, event.reason) }];
    case "read-back":
      return event.found === false
        ? [{ at, by: "probes", says: withReason(`document ${event.id} is gone`, event.reason) }]
        : [];
    default:
      return [];
  }
}

function withReason(says: string, reason: string | undefined): string {
  return reason === undefined ? says : `${says}: ${reason}`;
}

/** Requests without an answer, those of a second in one line. */
function failedRequests(timeline: readonly TimelineEvent[]): readonly Line[] {
  const buckets = new Map<number, RequestEvent[]>();
  for (const event of timeline) {
    if (event.kind !== "request" || event.outcome === "answered") continue;
    const bucket = Math.floor(event.at / bucketMs);
    const list = buckets.get(bucket) ?? [];
    list.push(event);
    buckets.set(bucket, list);
  }
  return [...buckets.values()].flatMap((requests): readonly Line[] => {
    const [first] = requests;
    if (first === undefined) return [];
    const words = new Map<string, number>();
    for (const { error, outcome } of requests) {
      const word = error ?? (outcome === "unsent" ? "not sent" : "error");
      words.set(word, (words.get(word) ?? 0) + 1);
    }
    const says = `${counted(requests.length, "request")} of users failed: ${wordsText(Object.fromEntries(words))}`;
    return [{ at: first.at, by: "probes", says }];
  });
}

/** Where a condition ceased to hold and held again, window by window. */
function turns({ facts }: TrialResult): readonly Line[] {
  let broken: readonly string[] = [];
  return facts.windows.flatMap((window): readonly Line[] => {
    if (window.state === "unseen") return [];
    const before = broken;
    broken = window.broken;
    const lost = broken.filter((name) => !before.includes(name));
    const back = before.filter((name) => !broken.includes(name));
    return [
      ...lost.map((name): Line => ({
        at: window.from,
        by: "probes",
        says: `${name} does not hold from this window on`,
      })),
      ...back.map((name): Line => ({ at: window.from, by: "probes", says: `${name} holds again` })),
    ];
  });
}
