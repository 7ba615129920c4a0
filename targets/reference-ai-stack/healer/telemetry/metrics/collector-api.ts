// The two queries of the stack's collector that its adapter needs, checked before anything is believed. Times are ms on
// the collector's clock.
import { z } from "zod";
import { NUMBERS } from "../../numbers.ts";
import { getText, refusal } from "./get-text.ts";
import type { MetricsUnseen } from "./metric-look.ts";

const histogram = z.object({
  sum: z.number(),
  bounds: z.array(z.number()),
  /** One more than bounds; each counts its own bucket. */
  buckets: z.array(z.number()),
});
const head = z.object({
  /** OpenTelemetry's name, and the one on a Prometheus page. */
  name: z.string(),
  prometheus: z.string(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
const latest = z.object({
  at: z.number(),
  series: z.array(
    head.extend({
      /** When it was read off its service, by the service's clock, and when it came in. */
      at: z.number(),
      receivedAt: z.number(),
      /** When its process began to count. */
      startMs: z.number().optional(),
      value: z.union([z.number(), histogram.extend({ count: z.number() })]),
    }),
  ),
});
const range = z.object({
  series: z.array(
    head.extend({
      points: z.array(z.object({ lastAt: z.number(), last: z.number(), histogram: histogram.optional() })),
    }),
  ),
});

export type SeriesHead = z.output<typeof head>;
export type HistogramNow = z.output<typeof histogram> & { readonly count: number };
type Answered<Shape extends z.ZodType> = { readonly ok: true; readonly body: z.output<Shape> } | MetricsUnseen;

export interface Whose {
  readonly service: string;
  readonly replica: string;
}

/** Raw points of one name within a span. */
interface RangeAsked extends Whose {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface CollectorApi {
  /** The newest point of every series of a replica, whatever its age, and the collector's time of the answer. */
  latest(whose: Whose): Promise<Answered<typeof latest>>;
  range(asked: RangeAsked): Promise<Answered<typeof range>>;
}

/** The API below a base address, which may have a path of its own. Never rejects. */
export function openCollectorApi(base: URL, token: string | undefined): CollectorApi {
  const how = { accept: "application/json", timeoutMs: NUMBERS.metrics.timeoutMs, token };
  const ask = async <Shape extends z.ZodType>(
    path: string,
    args: Readonly<Record<string, string>>,
    shape: Shape,
  ): Promise<Answered<Shape>> => {
    const url = new URL(`${base.href.replace(/\/+$/, "")}${path}?${new URLSearchParams(args).toString()}`);
    const answer = await getText(url, how);
    if (!answer.ok) return { ok: false, why: "unreachable", says: `the collector: ${answer.says}` };
    if (answer.status !== 200) return { ok: false, why: "refused", says: `the collector: ${refusal(answer.status)}` };
    const read = shape.safeParse(parse(answer.text));
    if (read.success) return { ok: true, body: read.data };
    return { ok: false, why: "unreadable", says: "the collector: its answer is none of its API" };
  };
  return {
    latest: ({ service, replica }) => ask("/api/latest", { service, replica }, latest),
    range: ({ from, to, ...which }) =>
      ask("/api/range", { ...which, tier: "raw", from: String(from), to: String(to) }, range),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
