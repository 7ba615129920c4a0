// What a trial's page carries for its script: values by window as run.json has them, and readings of probes.

import type { Ms } from "../core/units.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { Origin, Series } from "./plot-series.ts";
import { visible } from "./text.ts";
import type { Story } from "./trial-script/page.ts";

/** Instants are rounded to this: nobody points at less. */
const roundMs: Ms = 0.1;

interface StorySource {
  readonly trial: TrialResult;
  readonly timeline: readonly TimelineEvent[];
  /** What is drawn. */
  readonly series: readonly Series[];
}

/** The story as the page's script reads it. `path`: of the trial in run.json. */
export function storyData({ trial, timeline, series }: StorySource, path: string, origin: Origin): Story {
  const since = (at: Ms): Ms => Math.round((at - origin.at) / roundMs) * roundMs;
  const short = (at: Ms): Ms => Number(since(at).toFixed(1));
  const { windows } = trial.facts;
  const read = new Set(timeline.flatMap((event) => (event.kind === "reading" ? [event.probe] : [])));
  const shown = series.filter(({ view, asked }) => view === "users" || asked);
  return {
    path: `${path}.facts.windows`,
    from: windows.map(({ from }) => short(from)),
    to: windows.map(({ to }) => short(to)),
    users: windows.map(({ users }) => users.charAt(0)).join(""),
    state: windows.map(({ state }) => state.charAt(0)).join(""),
    broken: Object.fromEntries(
      windows.flatMap(({ broken }, index) => (broken.length === 0 ? [] : [[index, visible(broken.join(", "))]])),
    ),
    series: shown.map(({ name, steps }) =>
      read.has(name)
        ? {
            name: visible(name),
            at: steps.map(({ from }) => short(from)),
            until: steps.map(({ to }) => short(to)),
            values: steps.map(({ value }) => value),
          }
        : { name: visible(name), at: null, until: [], values: windows.map(({ values }) => values[name] ?? null) },
    ),
  };
}
