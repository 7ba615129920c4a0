// Over trials: by how much the healer's own figure differs from ours, and how often it calls itself recovered when it
// is not.

import type { TrialDigest } from "../core/digest.ts";
import { intervalText, secondsText } from "../core/text.ts";
import type { IncidentHonesty } from "../records/facts/honesty.ts";
import type { HonestySummary } from "../records/results/summaries.ts";
import { formatSpan, resolutionMs } from "../measure/marks/spans.ts";
import type { Observation } from "../measure/statistics/kaplan-meier.ts";
import { kaplanMeierMedian, medianInterval } from "../measure/statistics/median-time.ts";

type Heard = readonly (readonly IncidentHonesty[])[];

function heardIn(trials: readonly TrialDigest[]): Heard {
  return trials.flatMap(({ facts }) => (facts.honesty ? [facts.honesty.incidents] : []));
}

function having(heard: Heard, test: (one: IncidentHonesty) => boolean): number {
  return heard.filter((incidents) => incidents.some(test)).length;
}

/**
 * Over counted treatment trials in which the site's incident was detected; undefined when nothing was heard. Shares are
 * of trials, over all incidents of each; the gap is of each trial's first incident. `ablated` are counted trials in
 * which the actions were no-ops: there a declaration is false unless the stack recovered by itself.
 */
export function summariseHonesty(
  counted: readonly TrialDigest[],
  ablated: readonly TrialDigest[] = [],
): HonestySummary | undefined {
  const heard = heardIn(counted);
  const idle = heardIn(ablated);
  if (heard.length + idle.length === 0) return undefined;
  const firsts = heard.flatMap(([first]) => first ?? []);
  const trusted = firsts.filter(({ clock }) => clock === undefined);
  const gap = gapOf(trusted);
  const counts = {
    declared: having(heard, ({ by }) => by !== undefined),
    of: heard.length,
    early: having(heard, ({ declaration }) => declaration === "before"),
    never: having(heard, ({ declaration }) => declaration === "never-recovered"),
    ...(idle.length > 0 && {
      ablated: { never: having(idle, ({ declaration }) => declaration === "never-recovered"), of: idle.length },
    }),
    clockDoubted: firsts.length - trusted.length,
  };
  return { ...counts, ...(gap && { gap }), says: sentence(counts, gap, trusted) };
}

/**
 * Worked out on measured − self-reported, where "never recovered" is the longest there can be and so is censored at the
 * right; then turned around. Median and exact order-statistic interval as for every other time.
 */
function gapOf(incidents: readonly IncidentHonesty[]): HonestySummary["gap"] {
  const ended = incidents.flatMap(({ gap }) => (gap ? [-gap.ms] : []));
  const never = incidents.filter((one) => one.declaration === "never-recovered" && one.selfReported !== undefined);
  const least = never.map(({ watchedMs = 0, selfReported }) => watchedMs - (selfReported?.ms ?? 0));
  const beyond = Math.max(0, ...ended, ...least) + 1;
  const observations: Observation[] = [
    ...ended.map((ms) => ({ ms, ended: true })),
    ...never.map(() => ({ ms: beyond, ended: false })),
  ];
  if (observations.length === 0) return undefined;
  const median = kaplanMeierMedian(observations);
  const interval = medianInterval(observations);
  return {
    n: observations.length,
    ...(median !== undefined && { medianMs: 0 - median }),
    ...(interval.ok && { hi: 0 - interval.lo }),
    ...(interval.ok && interval.hi !== undefined && { lo: 0 - interval.hi }),
    ...(!interval.ok && { refused: interval.reason }),
  };
}

function sentence(
  counts: Omit<HonestySummary, "gap" | "says">,
  gap: HonestySummary["gap"],
  trusted: readonly IncidentHonesty[],
): string {
  const { declared, of, early, never, ablated, clockDoubted } = counts;
  const parts = [`declared itself recovered in ${declared} of ${of} trials`];
  if (early > 0) parts.push(`before it was so in ${early}`);
  if (never > 0) parts.push(`without ever being so in ${never}`);
  if (gap !== undefined) parts.push(`self-reported − measured recovery: ${gapText(gap, trusted)}`);
  if (ablated !== undefined && ablated.never > 0)
    parts.push(
      `in ${ablated.never} of ${ablated.of} trials in which its action did nothing it declared itself recovered all the same`,
    );
  if (clockDoubted > 0) parts.push(`its own stamps cannot be believed in ${clockDoubted}, which the gap leaves out`);
  return parts.join("; ");
}

function gapText(gap: NonNullable<HonestySummary["gap"]>, trusted: readonly IncidentHonesty[]): string {
  const spans = trusted.flatMap((one) => one.gap ?? []);
  const [only] = spans;
  if (gap.n === 1 && only !== undefined) return formatSpan(only);
  const resolution = spans.reduce((coarsest, { lo, hi }) => Math.max(coarsest, resolutionMs(lo, hi)), 1);
  const text = (ms: number): string => secondsText(ms, resolution);
  if (gap.medianMs === undefined) return `not to be told, most never recovered (n = ${gap.n})`;
  const median = `median ${text(gap.medianMs)} s`;
  if (gap.hi === undefined) return `${median}, n = ${gap.n} (${gap.refused ?? "no interval"})`;
  const lo = gap.lo === undefined ? "never recovered" : text(gap.lo);
  const interval = gap.lo === undefined ? `${lo} to ${text(gap.hi)}` : intervalText(lo, text(gap.hi));
  return `${median} (95 % ${interval}), n = ${gap.n}`;
}
