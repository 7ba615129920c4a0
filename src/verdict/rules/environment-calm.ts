// Was the machine there for the stack? A loop that is starved by strangers is late through no fault of its own.

import { shareBesideText, shareText } from "../../core/text.ts";
import type { EnvironmentFacts, EnvironmentSpan } from "../../records/facts/environment.ts";
import type { Share } from "../../core/units.ts";
import type { Rule } from "../../core/verdict.ts";
import { figure, seconds } from "../wording.ts";

type Measured = Extract<EnvironmentFacts, { measured: true }>;

/**
 * Where no processor was free and others had at least half of all, a shorter wait behind them is enough. Measured on
 * two processors with ten busy processes in a session of their own: 0.03 to 0.05 with 1.5 processors used by others,
 * and healers acted on a healthy stack.
 */
const crowdedShare: Share = 0.01;
/** Used so far, processors count as taken altogether; the kernel counts in hundredths of a second. */
const takenShare: Share = 0.95;

/**
 * Inconclusive when, before the injection, from it to the recovery, or after that, a process of the target waited
 * longer behind others for a processor than the machine makes one wait by itself, and others had more of the processors
 * than the stack; or when no processor was free, others had at least half of all, and it waited behind them at all.
 * What the stack waits behind itself is its own doing and excuses nothing. `at` is when the first such stretch begins:
 * what had failed for good by then is not excused. Asked whatever else came of the trial: passes alone, kept from a
 * starved night, would flatter. Silent where it was not measured: that a stretch was calm is said only when all of them
 * were seen.
 */
export const environmentCalm: Rule = (_record, { environment }) => {
  if (environment === undefined || !environment.measured) return null;
  const { spans, bound } = environment;
  if (spans.length === 0) return null;
  const restsOn = spans.flatMap(({ from, to }) => [from, to]);
  const boundIn = (span: EnvironmentSpan): Share => (isCrowded(span, environment.cores) ? crowdedShare : bound);
  const pressed = spans.filter((span) => span.behindOthers > boundIn(span) && othersHadMore(span));
  if (pressed.length > 0) {
    const worst = worstOf(pressed);
    const more = pressed.filter((span) => span !== worst).map(({ name }) => `, and ${when[name]} too`);
    const says = `the machine was starved: ${spanText(worst, environment, boundIn(worst))} (bound: ${shareText(boundIn(worst))}${calibrated(environment)})${more.join("")}`;
    return { outcome: "inconclusive", says, restsOn, at: Math.min(...pressed.map(({ from }) => from)) };
  }
  if (environment.unseen !== undefined) return null;
  const worst = worstOf(spans);
  const waited = `${shareBesideText(worst.behindOthers, bound)} of the time a process of it waited behind others`;
  const says =
    worst.behindOthers > bound
      ? `the stack had more of the processors than all others, although at most ${waited}`
      : `others left the stack its processors: at most ${waited} (bound: ${shareText(bound)})`;
  return { outcome: "pass", says, restsOn };
};

function othersHadMore({ cores }: EnvironmentSpan): boolean {
  return cores.others + cores.stolen > cores.target;
}

/** No processor was free, and others had at least half of all of them. */
function isCrowded({ cores }: EnvironmentSpan, all: number): boolean {
  const taken = cores.others + cores.stolen;
  return taken >= all / 2 && taken + cores.target + cores.ours >= takenShare * all;
}

function worstOf(spans: readonly EnvironmentSpan[]): EnvironmentSpan {
  return spans.reduce((most, span) => (span.behindOthers > most.behindOthers ? span : most));
}

const when = { baseline: "before the injection", disturbed: "after it", afterwards: "later on" } as const;

function spanText(
  { name, from, to, process, behindOthers, cores }: EnvironmentSpan,
  all: Measured,
  bound: Share,
): string {
  const stolen = cores.stolen >= 0.05 ? ` and the host took ${figure(Number(cores.stolen.toFixed(1)))}` : "";
  const used = `others used ${figure(Number(cores.others.toFixed(1)))} of ${all.cores} processors${stolen}`;
  return `${when[name]} (${seconds(from)} to ${seconds(to)}) ${used}, and ${process} waited ${shareBesideText(behindOthers, bound)} of the time behind them`;
}

function calibrated({ calibration }: Measured): string {
  if (calibration?.ok !== true) return "";
  const busy =
    calibration.othersCores >= 0.2
      ? `, with ${figure(Number(calibration.othersCores.toFixed(1)))} in use by others`
      : "";
  return `; calibrated before the first trial: ${shareText(calibration.waitShare)}${busy}`;
}
