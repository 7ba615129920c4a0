// Journeys of people in browsers, as a trial's page shows them: what was seen how often, and what was kept.

import { median } from "../measure/windows/percentiles.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { JourneyEvent } from "../records/timeline/journey.ts";
import { counted } from "../core/text.ts";
import type { Ms } from "../core/units.ts";
import { sinceText } from "./moments.ts";
import type { Origin } from "./plot-series.ts";

/** The journeys of one stream. */
export interface JourneysModel {
  readonly name: string;
  readonly says: string;
  readonly steps: readonly StepModel[];
  readonly kept: readonly KeptModel[];
}

interface StepModel {
  readonly step: string;
  readonly seen: string;
  readonly took: string;
}

interface KeptModel {
  /** ms from the origin: when it began. */
  readonly since: Ms;
  readonly when: string;
  readonly says: string;
  readonly files: readonly { readonly href: string; readonly what: string }[];
}

const keptWords = { "first-bad": "The first bad one", "first-good-again": "The first good one again" } as const;

/** One for each stream, in the order in which they began; empty: nobody was in a browser. */
export function journeysOf(timeline: readonly TimelineEvent[], origin: Origin): readonly JourneysModel[] {
  const all = timeline.filter((event): event is JourneyEvent => event.kind === "journey");
  const names = [...new Set(all.map(({ name }) => name))];
  return names.map((name) => {
    const own = all.filter((event) => event.name === name);
    const good = own.filter((event) => event.good).length;
    return {
      name,
      says: `${counted(own.length, "journey")}, ${good} of them good`,
      steps: stepsOf(own),
      kept: own.flatMap((event) => keptOf(event, origin)),
    };
  });
}

/** How often each step was seen, of the journeys that came as far as to begin it. */
function stepsOf(own: readonly JourneyEvent[]): readonly StepModel[] {
  const titles = [
    ...new Set(
      own.flatMap(({ seen, missed }) => [...seen.map(({ step }) => step), ...(missed === undefined ? [] : [missed])]),
    ),
  ];
  return titles.map((step) => {
    const took = own.flatMap(({ seen }) => seen.filter((each) => each.step === step).map(({ tookMs }) => tookMs));
    const missed = own.filter((event) => event.missed === step).length;
    const middle = median(took);
    return {
      step,
      seen: `${took.length} of ${took.length + missed}`,
      took: middle === undefined ? "–" : `${Math.round(middle)} ms`,
    };
  });
}

function keptOf({ kept, from, missed, reason }: JourneyEvent, origin: Origin): readonly KeptModel[] {
  if (kept === undefined) return [];
  const why = missed === undefined ? "" : `, “${missed}” was not seen`;
  return [
    {
      since: from - origin.at,
      when: sinceText(from - origin.at),
      says: `${keptWords[kept.as]}${why}${reason === undefined ? "" : `: ${reason}`}`,
      files: kept.files.map((file) => ({
        href: file.split("/").map(encodeURIComponent).join("/"),
        what: file.endsWith(".png") ? "picture" : "trace (npx playwright show-trace)",
      })),
    },
  ];
}
