// What a trial's page carries for its script: values by window as run.json has them, and readings of probes.

import type { Ms } from "../core/units.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { Origin, Series, Step } from "./plot-series.ts";
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
    series: shown.map(({ name, steps }) => {
      if (!read.has(name))
        return { name: visible(name), at: null, until: [], values: windows.map(({ values }) => values[name] ?? null) };
      const runs = stretches(steps);
      return {
        name: visible(name),
        at: runs.map(({ from }) => short(from)),
        until: runs.map(({ to }) => short(to)),
        values: runs.map(({ value }) => value),
      };
    }),
  };
}

/** Readings of one value, without a gap between them, as one: most probes say the same for hours. */
function stretches(steps: readonly Step[]): readonly Step[] {
  const runs: Step[] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    if (last !== undefined && last.value === step.value && last.to === step.from)
      runs[runs.length - 1] = { ...last, to: step.to };
    else runs.push(step);
  }
  return runs;
}
