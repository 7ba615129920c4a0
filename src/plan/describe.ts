// A plan in words: what would happen, to whom, for how long. What `rebound plan` prints.

import { listed } from "../core/text.ts";
import { isUnhealed, armOf } from "../core/arms.ts";
import { doseText } from "../core/dose.ts";
import { formatDuration } from "../core/duration.ts";
import type { Expectation } from "../records/conditions.ts";
import type { PlannedDisturbance, TrialPlan } from "../records/plan.ts";
import { trialName } from "../core/plan.ts";
import { streamsOf, type LoadedStream } from "../core/streams.ts";
import { operatorText } from "../core/operator.ts";
import { siteName } from "../core/controls.ts";
import { timingText } from "../core/timing.ts";
import { terminalColumns, wrap } from "./wrap.ts";

/** All trials in the order in which they would run, and how long that would take. */
export function describePlans(plans: readonly TrialPlan[]): string {
  if (plans.length === 0) return "No trials: nothing would happen.";
  let total = 0;
  for (const { estimateMs } of plans) total += estimateMs;
  const trials = plans.length === 1 ? "1 trial" : `${plans.length} trials, one after the other`;
  const texts = plans.map((plan, index) => `${index + 1}. ${describePlan(plan)}`);
  return `${texts.join("\n\n")}\n\n${trials}, about ${formatDuration(total)}.`;
}

/** One trial in words, several lines. */
function describePlan(plan: TrialPlan): string {
  const { load, steady } = plan;
  const lines = [
    `${trialName(plan)} on ${plan.target} (seed ${plan.seed}, about ${formatDuration(plan.estimateMs)})`,
    `believed: ${plan.belief}`,
    ...streamsOf(load).map((stream) => describeStream(stream, load.stream)),
    `before: ${formatDuration(load.warmupMs)} warm-up, ${formatDuration(load.baselineMs)} baseline, then wait ` +
      formatDuration(plan.injectAfterMs),
    // Supervisors treat what ends soon after its start otherwise than what ends later.
    `up before the fault: ${formatDuration(load.warmupMs + load.baselineMs + plan.injectAfterMs)} or a little longer`,
    ...plan.disturbances.map((disturbance) => `do: ${describeDisturbance(disturbance)}`),
    ...timingLines(plan),
    ...Object.entries(plan.settings ?? {}).map(([name, value]) => `setting: ${name} is ${value}`),
    ...(plan.operator === undefined ? [] : [`operator: ${operatorText(plan.operator)}`]),
    ...plan.ablated.map((pathway) => `ablated: the healer's ${pathway} does nothing`),
    ...(isUnhealed(plan.arm) ? [`${plan.arm}: the stack is started without its healer`] : []),
    `watch: at most ${formatDuration(plan.watchMs)}, in windows of ${formatDuration(steady.windowMs)}; steady when`,
    ...steady.conditions.map(({ name, expression }) => `  ${name}: ${expression}`),
    ...describeExpectation(plan),
    ...signalLines(plan),
    "after: undo what was done, end what was started",
  ];
  const narrow = terminalColumns - indent.length;
  return lines.flatMap((line) => hung(line, narrow)).join(`\n${indent}`);
}

/** How one stream comes; `own` is the default stream's name, where there are several. */
function describeStream({ name = "", ...load }: LoadedStream, own = ""): string {
  const title = name === "" ? own : name;
  const times = load.closedLoop ? "the source decides when to send, " : sessionText(load);
  return (
    `load${title === "" ? "" : ` ${title}`}: ${Number(load.ratePerSecond.toFixed(2))} requests/s (${load.arrival}), ${times}` +
    `slow over ${formatDuration(load.slowOverMs)}, given up after ${formatDuration(load.timeoutMs)}`
  );
}

function sessionText({ ratePerSecond, requestsPerSession: each }: LoadedStream): string {
  if (each === undefined) return "";
  const sessions = Number((ratePerSecond / each).toFixed(2));
  return `in sessions of ${Number(each.toFixed(2))} requests in the mean, ${sessions} of which begin each second, `;
}

const indent = "   ";

/** What does not fit goes on two columns further in than it began. */
function hung(line: string, width: number): string[] {
  const begin = `${/^ */.exec(line)?.[0] ?? ""}  `;
  const [first = "", ...rest] = wrap(line, width);
  return [first, ...wrap(rest.join(" "), width - begin.length).flatMap((part) => (part === "" ? [] : begin + part))];
}

/** `network.latency at gateway→inference-1 with latency "400ms"`, and when it comes and goes. */
export function describeDisturbance(disturbance: PlannedDisturbance): string {
  const where = disturbance.site.replica === "" ? "" : ` at ${siteName(disturbance.site)}`;
  const params = Object.entries(disturbance.params).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  const what = `${disturbance.fault}${where}${params.length === 0 ? "" : ` with ${params.join(", ")}`}`;
  const felt = disturbance.feltBy === undefined ? "" : `, felt by ${disturbance.feltBy}`;
  return what + felt + timingText(disturbance.timing) + levelText(disturbance);
}

/** How hard it shall hit, and how well it is known that this dose does. */
function levelText({ level }: PlannedDisturbance): string {
  if (level === undefined) return "";
  const { intended, param, trials, lo, hi } = level;
  const text = (value: number | undefined, open: string): string =>
    value === undefined ? open : doseText(level, value);
  const sure = `${text(lo, "less")} to ${text(hi, "more")}`;
  return `, meant to be ${intended} (${param} lies at ${sure}, by ${trials} measured impacts)`;
}

/** What the marks mean where disturbances come and go at times of their own. */
function timingLines({ disturbances }: TrialPlan): string[] {
  if (disturbances.every(({ timing }) => timing === undefined)) return [];
  return [
    "times: all count from t0, the first confirmed disturbance; a recovery counts from the last disturbance on, and is the " +
      "healer's only if it held while a fault was in place",
  ];
}

/** What the target says of itself is looked at too, once it proved itself. */
function signalLines({ targetFacts }: TrialPlan): string[] {
  return targetFacts.stateProbes.flatMap(({ name, signal }) => {
    if (signal === undefined) return [];
    const old =
      signal.freshMs > 0 ? `; nothing can be detected faster than ${formatDuration(signal.freshMs)} from it` : "";
    return [`to be proved first: ${name} (${signal.preset})${old}`];
  });
}

function describeExpectation({ expect, arm }: TrialPlan): string[] {
  const { expects } = armOf(arm);
  if (expects !== undefined) return [`expected: ${expects}`];
  return [...timesExpected(expect), ...limitsExpected(expect)].map((text) => `expected: ${text}`);
}

/** What is expected and by when, a clause each. */
export function timesExpected({ detected, recovered, heldFire }: Expectation): string[] {
  return [
    ...(detected ? [`detected within ${formatDuration(detected.withinMs)}${classWords(detected.as)}`] : []),
    ...(recovered
      ? [
          `recovered within ${formatDuration(recovered.withinMs)} by ${recovered.by}, holding for ` +
            formatDuration(recovered.holdMs) +
            (recovered.staysMs === undefined ? "" : `, watched for a relapse for ${formatDuration(recovered.staysMs)}`),
        ]
      : []),
    ...(heldFire ? ["the healer does nothing"] : []),
  ];
}

function limitsExpected({ budget, never }: Expectation): string[] {
  return [
    ...(budget ? [`error budget of SLO ${budget.slo} burnt at most ${budget.maxBurn} times`] : []),
    ...never.map(({ name, expression }) => `never ${name} (${expression})`),
  ];
}

/** Nothing where the target has no classes. */
function classWords(classes: readonly string[]): string {
  return classes.length === 0 ? "" : ` as ${listed(classes, "or")}`;
}
