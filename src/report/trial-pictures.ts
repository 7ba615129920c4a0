// The pictures of a trial's page: its story, what other probes saw, and the arms beside each other.

import type { TrialFacts } from "../records/facts/facts.ts";
import type { MarkName } from "../records/facts/marks.ts";
import type { Mark } from "../records/interval.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import { armRows, layOutArms } from "./arms-plot.ts";
import type { ArmRow } from "./arms-plot.ts";
import { instantText } from "./claims.ts";
import { disturbanceMarks, type DisturbanceMark } from "./disturbance-marks.ts";
import type { MarkStory } from "./mark-story.ts";
import { layOutPlot } from "./plot.ts";
import type { Plot, PlotSource } from "./plot.ts";
import { seriesOf } from "./plot-series.ts";
import type { Origin } from "./plot-series.ts";
import { storyData } from "./story-data.ts";
import { markNames } from "./words.ts";

export interface TrialPictures {
  readonly plots: readonly Plot[];
  /** For the page's script; as JSON. */
  readonly story: string;
  /** Rows of the read-out. */
  readonly shown: readonly string[];
  /** The same axis for state probes that no condition asks for. */
  readonly rest: readonly Plot[];
  /** The other arms on one axis, and a line for each; empty where there is no other. */
  readonly arms: readonly Plot[];
  readonly armRows: readonly ArmRow[];
  readonly armsTitle: string;
  readonly armsWords: string;
  readonly plotTitle: string;
  readonly restTitle: string;
  readonly plotWords: string;
}

const sizes = ["wide", "narrow"] as const;

/** What pictures are drawn from. */
interface Drawable {
  readonly trial: TrialResult;
  readonly timeline: readonly TimelineEvent[];
  /** Path of the trial in run.json. */
  readonly path: string;
  /** The trials of all arms with its number. */
  readonly block: readonly TrialResult[];
}

/** All pictures of a trial, for a screen and for a phone. */
export function trialPictures(
  { trial, timeline, path, block }: Drawable,
  marks: readonly MarkStory[],
  origin: Origin,
): TrialPictures {
  const { plan, facts } = trial;
  const name = `${plan.arm}-${plan.index}`;
  const says = Object.fromEntries(marks.map((mark) => [mark.name, `${mark.says} (${mark.rule})`]));
  const series = seriesOf(trial, timeline);
  const story = storyData({ trial, timeline, series }, path, origin);
  const drawn = (part: PlotSource["part"]): readonly Plot[] =>
    sizes.flatMap((size) => layOutPlot({ trial, timeline, id: `${part}-${size}`, says, part, series }, size) ?? []);
  return {
    plots: drawn("story"),
    story: JSON.stringify(story),
    shown: story.series.map((series) => series.name),
    rest: drawn("rest"),
    ...armsOf(trial, block),
    restTitle: `Other probes of ${plan.intent} ${name}`,
    plotTitle: `Timeline of ${plan.intent} ${name}`,
    plotWords: plotWords(facts, origin, disturbanceMarks(plan, timeline)),
  };
}

function armsOf(trial: TrialResult, block: readonly TrialResult[]) {
  const rows = block.length < 2 ? [] : armRows(block, trial);
  const words = rows.map(({ name, badge: { outcome }, says }) => `${name}: ${outcome}, ${says}`);
  return {
    arms: block.length < 2 ? [] : sizes.flatMap((size) => layOutArms(block, size) ?? []),
    armRows: rows,
    armsTitle: `Arms of ${trial.plan.intent}, trial ${trial.plan.index}`,
    armsWords: `Seconds from the injection of each. ${words.join("; ")}.`,
  };
}

function plotWords(facts: TrialFacts, origin: Origin, disturbances: readonly DisturbanceMark[]): string {
  const marks = Object.entries(facts.marks) as [MarkName, Mark][];
  const words = marks.map(([name, mark]) => `${name} ${markNames[name]} at ${instantText(mark, origin)}`);
  for (const { name, says, at, lo } of disturbances)
    words.push(`${name.replace(" end", "")} ${says} at ${instantText({ at, lo, hi: at }, origin)}`);
  const bad = facts.windows.filter((window) => window.users === "bad").length;
  const unseen = facts.windows.filter((window) => window.state === "unseen").length;
  return `Seconds from ${origin.what}. Marks: ${words.join("; ") || "none"}. Of ${facts.windows.length} windows users were hurt in ${bad}; ${unseen} could not be judged.`;
}
