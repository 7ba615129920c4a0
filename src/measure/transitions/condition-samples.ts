// What each single request or probe sample shows of one condition, so that a change can be placed more sharply than by
// windows.

import type { Scope } from "../../language/expression.ts";
import type { ReadingEvent } from "../../records/timeline/reading.ts";
import type { Ms } from "../../core/units.ts";
import type { Sample } from "./change-point.ts";
import { lateSendMs } from "../cost/load-facts.ts";
import { median } from "../windows/percentiles.ts";
import type { Meaning, SettledRequest } from "../windows/requests.ts";
import type { CompiledCondition } from "../windows/conditions.ts";

/**
 * Rows of samples that each tell of one condition by itself: requests that failed outright, those that became late,
 * probe samples.
 */
export type SampleRow = readonly Sample[];

const meaningsByName: Readonly<Record<string, readonly Meaning[]>> = {
  "users.error_share": ["error"],
  "users.slow_share": ["slow"],
  "users.bad_share": ["error", "slow", "wrong"],
  "users.right_share": ["wrong"],
};

/**
 * Rows of requests of one stream, each with what the names that a condition asks of it count. Empty when a single
 * request cannot tell (medians, counts): then only windows can.
 */
export function requestRows(
  asked: readonly string[],
  requests: readonly SettledRequest[],
  slowOverMs: Ms,
): readonly SampleRow[] {
  if (asked.length === 0 || asked.some((name) => meaningsByName[name] === undefined)) return [];
  const meanings = new Set(asked.flatMap((name) => meaningsByName[name] ?? []));
  // One that we never sent tells nothing of the target, and one that our revert let go may have become anything else.
  const tell = requests.filter(({ outcome, undecided }) => outcome !== "unsent" && !undecided);
  return [outrightSamples(tell, meanings, slowOverMs), lateSamples(tell, meanings, slowOverMs)];
}

/**
 * Failed or wrong before it was late, against served: decided between sending and the end. Who became late says nothing
 * here.
 */
function outrightSamples(
  requests: readonly SettledRequest[],
  meanings: ReadonlySet<Meaning>,
  slowOverMs: Ms,
): Sample[] {
  return requests
    .filter((request) => !becameLate(request, slowOverMs))
    .map(({ sent, intended, at, meaning }) => ({ from: sent ?? intended, at, bad: meanings.has(meaning) }));
}

/**
 * Became late, against in time: a request hurts at its intended time + `slow_over`, and that it would have is the
 * question for one that was in time, too. What the service did was decided at the latest its ordinary answering time
 * after it was sent; lateness of 5 ms, which counts as none elsewhere either, is allowed for on both sides.
 */
function lateSamples(requests: readonly SettledRequest[], meanings: ReadonlySet<Meaning>, slowOverMs: Ms): Sample[] {
  const inTime = requests.filter((request) => !becameLate(request, slowOverMs));
  const ordinaryMs = median(inTime.map(({ at, sent, intended }) => at - (sent ?? intended))) ?? 0;
  return requests
    .filter((request) => becameLate(request, slowOverMs) || request.meaning !== "error")
    .map((request) => ({
      from: request.intended + slowOverMs - lateSendMs,
      at: Math.max(request.intended, request.sent ?? 0) + slowOverMs + ordinaryMs + lateSendMs,
      bad: becameLate(request, slowOverMs) && meanings.has(request.meaning),
    }));
}

function becameLate({ at, intended }: SettledRequest, slowOverMs: Ms): boolean {
  return at >= intended + slowOverMs;
}

/**
 * Every sample of the condition's probes, asked with what `scopeAt` knows beside it; a sample that saw nothing tells
 * nothing.
 */
export function probeRow(
  condition: CompiledCondition,
  readings: readonly ReadingEvent[],
  { scopeAt, back }: { readonly scopeAt: (reading: ReadingEvent) => Scope | undefined; readonly back: boolean },
): SampleRow {
  return readings.flatMap((reading) => {
    const scope = condition.names.includes(reading.probe) ? scopeAt(reading) : undefined;
    const ask = back ? condition.evaluateExit : condition.evaluate;
    const answer = scope === undefined ? undefined : ask(scope);
    return answer?.ok === true ? [{ from: reading.from, at: reading.at, bad: answer.value === false }] : [];
  });
}
