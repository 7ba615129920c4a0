// From what the meters of all replicas know to one reading: all of them or none, because half a view must not pass for
// a whole one.

import type { Ms } from "../../core/units.ts";
import type { Reading } from "../../records/timeline/reading.ts";
import { figureText } from "./figure-text.ts";
import { addBuckets, leastOf, quantileOf } from "./histogram.ts";
import type { Meter, Told } from "./meter.ts";
import type { Measure, Preset } from "./presets.ts";
import type { Rise } from "./rises.ts";

export interface Metered {
  readonly replica: string;
  readonly meter: Meter;
}

export interface Asked {
  readonly now: Ms;
  /** Rises are taken over this long. */
  readonly overMs: Ms;
  /** In seconds: what a quantile will be compared with. */
  readonly threshold?: number;
}

/** More than this cannot be a ratio, whatever its name. */
const mostRatio = 1.5;
/** A median of more seconds than this is one of milliseconds. */
const mostSeconds = 1000;

type Answer = { readonly ok: true; readonly value: number; readonly note?: string } | Extract<Reading, { ok: false }>;

/** One reading of the preset, in canonical units. */
export function readingOf({ measure, unit }: Preset, replicas: readonly Metered[], asked: Asked): Reading {
  const answer = answerTo(measure, replicas, asked);
  if (!answer.ok) return answer;
  if (unit === "ratio" && answer.value > mostRatio) return unfit(`${figureText(answer.value)} as a ratio`);
  if (measure.kind === "mean" && answer.value > mostSeconds) return unfit(`${figureText(answer.value)} as seconds`);
  return answer;
}

function unfit(what: string): Extract<Reading, { ok: false }> {
  return { ok: false, unfit: true, reason: `unit looks wrong: ${what}` };
}

function answerTo(measure: Measure, replicas: readonly Metered[], asked: Asked): Answer {
  switch (measure.kind) {
    case "gauge": {
      const values = ofEach(replicas, ({ meter }) => meter.gauge(measure.signal));
      if (!values.ok) return values;
      return { ok: true, value: measure.signal === "kv-use" ? Math.max(...values.value) : total(values.value) };
    }
    case "quantile":
      return quantileAnswer(risesOf(measure.signal, replicas, asked), measure.share, asked);
    case "mean":
      return meanAnswer(risesOf(measure.signal, replicas, asked), asked);
    case "per-second": {
      const risen = risesOf(measure.signal, replicas, asked);
      return risen.ok ? { ok: true, value: total(risen.value.map(({ value, seconds }) => value / seconds)) } : risen;
    }
    case "failure-share": {
      const [well, badly] = [risesOf("success", replicas, asked), risesOf("failure", replicas, asked)];
      if (!well.ok) return well;
      if (!badly.ok) return badly;
      const bad = totalOf(badly.value);
      const ended = totalOf(well.value) + bad;
      return ended > 0 ? { ok: true, value: bad / ended } : nothingIn(asked);
    }
    case "stall": {
      const since = ofEach(replicas, ({ meter }) => meter.stalledSince());
      if (!since.ok) return since;
      return { ok: true, value: Math.max(...since.value.map((at) => (at === null ? 0 : (asked.now - at) / 1000))) };
    }
    default:
      return measure satisfies never;
  }
}

function quantileAnswer(risen: Told<readonly Rise[]>, share: number, asked: Asked): Answer {
  if (!risen.ok) return risen;
  if (totalOf(risen.value) === 0) return nothingIn(asked);
  const all = risen.value.map(({ histogram }) => histogram?.buckets);
  const buckets = all.includes(undefined) ? undefined : addBuckets(all.flatMap((one) => (one ? [one] : [])));
  if (buckets === undefined) return { ok: false, reason: "the bounds of the buckets differ" };
  // Whatever quantile was asked for, half of all cannot take so long.
  const median = leastOf(buckets, 0.5);
  if (median > mostSeconds) return unfit(`half of all are above ${figureText(median)} as seconds`);
  const answer = quantileOf(buckets, share, asked.threshold);
  if (answer.ok) return answer;
  return answer.why === "empty" ? nothingIn(asked) : { ok: false, reason: answer.reason };
}

function meanAnswer(risen: Told<readonly Rise[]>, asked: Asked): Answer {
  if (!risen.ok) return risen;
  const count = totalOf(risen.value);
  if (count === 0) return nothingIn(asked);
  const sums = risen.value.map(({ value, histogram }) => (value === 0 ? 0 : (histogram?.sum ?? Number.NaN)));
  const sum = total(sums);
  return Number.isNaN(sum) ? { ok: false, reason: "there is no _sum" } : { ok: true, value: sum / count };
}

function risesOf(signal: string, replicas: readonly Metered[], { now, overMs }: Asked): Told<(Rise & Over)[]> {
  return ofEach(replicas, ({ meter }) => meter.rise(signal, now - overMs));
}

interface Over {
  readonly seconds: number;
}

/** An answer of each, or the first reason why there is none, with the replica's name. */
function ofEach<T>(replicas: readonly Metered[], ask: (one: Metered) => Told<T>): Told<T[]> {
  const values: T[] = [];
  for (const one of replicas) {
    const told = ask(one);
    if (!told.ok) return { ok: false, reason: `${one.replica}: ${told.reason}` };
    values.push(told.value);
  }
  return { ok: true, value: values };
}

function nothingIn({ overMs }: Asked): Answer {
  return { ok: false, reason: `nothing was observed in ${overMs / 1000} s` };
}

function totalOf(rises: readonly Rise[]): number {
  return total(rises.map(({ value }) => value));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
