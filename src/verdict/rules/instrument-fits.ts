// A claim beyond what the instrument can do says nothing of the stack.

import { askedPerSecond, streamsOf } from "../../core/streams.ts";
import type { Rule } from "../../core/verdict.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import type { Instrument, InstrumentStep } from "../../records/instrument.ts";
import type { TrialPlan } from "../../records/plan.ts";

/**
 * Fails when the load asks for more than the generator kept up with before the run, and when a request counts as slow
 * after less than 95 % of the requests took on a target that does nothing. Silent about runs in which it was not
 * measured.
 *
 * Needs what the instrument found of itself alone.
 */
export const instrumentFits: Rule = ({ plan, timeline }) => {
  const [event] = eventsOf(timeline, "instrument");
  if (event === undefined) return null;
  const { at, instrument } = event;
  if (!instrument.ok)
    return {
      outcome: "inconclusive",
      says: `the harness could not look at itself: ${instrument.reason}`,
      restsOn: [at],
    };
  const beyond = rateBeyond(plan, instrument) ?? timeBeyond(plan, instrument);
  if (beyond !== undefined) return { outcome: "fail", says: beyond, restsOn: [at] };
  const says = `the harness keeps ${instrument.ceilingPerSecond} requests a second, ${askedPerSecond(plan.load)} are asked for`;
  return { outcome: "pass", says, restsOn: [at] };
};

type Measured = Extract<Instrument, { ok: true }>;

function rateBeyond(plan: TrialPlan, { ceilingPerSecond, steps }: Measured): string | undefined {
  const asked = askedPerSecond(plan.load);
  if (asked <= ceilingPerSecond) return undefined;
  const broken = steps.find(({ kept }) => !kept);
  const how = broken === undefined ? "more was not tried" : lostText(broken);
  return `the load asks for ${asked} requests a second, and the harness keeps ${ceilingPerSecond} here (${how})`;
}

function lostText({ ratePerSecond, due, answered, sendLagMs }: InstrumentStep): string {
  const late = `half of them were sent ${Math.ceil(sendLagMs.p50)} ms late or later`;
  return `at ${ratePerSecond} ${answered < due ? `${answered} of ${due} were answered` : late}`;
}

function timeBeyond(plan: TrialPlan, { steps }: Measured): string | undefined {
  const asked = askedPerSecond(plan.load);
  const like = steps.find(({ ratePerSecond }) => ratePerSecond >= asked) ?? steps.at(-1);
  const slowest = Math.min(...streamsOf(plan.load).map(({ slowOverMs }) => slowOverMs));
  if (like === undefined || like.latencyMs.p95 < slowest) return undefined;
  const own = `on a target that does nothing 5 % took ${Math.floor(like.latencyMs.p95)} ms or longer`;
  return `a request counts as slow after ${slowest} ms, and ${own}`;
}
