// Prometheus' HTTP API as far as it is needed: instant and range queries, and why a scrape fails. What does not have
// the documented shape is not believed.
import { z } from "zod";
import { NUMBERS } from "../../numbers.ts";
import { getText, refusal } from "./get-text.ts";
import { numberOf } from "./page-text.ts";

/** One series with its samples, oldest first; `at` in ms since the epoch, on the server's clock. */
export interface PromSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly { readonly at: number; readonly value: number }[];
}

export type PromAnswer =
  | { readonly ok: true; readonly series: readonly PromSeries[] }
  | { readonly ok: false; readonly why: "unreachable" | "refused" | "unreadable"; readonly says: string };

interface Span {
  /** ms since the epoch, on the server's clock. */
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
}

interface PromApi {
  /** An instant query whose answer is a matrix: a selector with a range. */
  query(promql: string): Promise<PromAnswer>;
  queryRange(promql: string, span: Span): Promise<PromAnswer>;
  /** Why the scrape of 127.0.0.1:`port` fails, in words. */
  whyDown(port: number): Promise<string>;
}

const point = z.tuple([z.number(), z.string()]).transform(([s, text]) => ({ at: s * 1000, value: numberOf(text) }));
const matrix = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(point) })),
  }),
});
const failure = z.object({ status: z.literal("error"), error: z.string() });
const targets = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ labels: z.record(z.string(), z.string()), lastError: z.string() })),
  }),
});

/** The API below a base address, which may have a path of its own. */
export function openPromApi(base: URL, token: string | undefined): PromApi {
  const how = { accept: "application/json", timeoutMs: NUMBERS.metrics.timeoutMs, token };
  const under = (path: string, args: Readonly<Record<string, string>>): URL =>
    new URL(`${base.href.replace(/\/+$/, "")}${path}?${new URLSearchParams(args).toString()}`);
  const ask = async (path: string, args: Readonly<Record<string, string>>): Promise<PromAnswer> => {
    const answer = await getText(under(path, args), how);
    if (!answer.ok) return { ok: false, why: "unreachable", says: answer.says };
    const body = parse(answer.text);
    const wrong = failure.safeParse(body);
    if (answer.status !== 200) {
      return { ok: false, why: "refused", says: wrong.success ? wrong.data.error : refusal(answer.status) };
    }
    const read = matrix.safeParse(body);
    if (!read.success) return { ok: false, why: "unreadable", says: "its answer is no matrix of Prometheus' API" };
    const series = read.data.data.result.map(({ metric, values }) => ({ labels: metric, values }));
    return { ok: true, series };
  };
  return {
    query: (promql) => ask("/api/v1/query", { query: promql }),
    queryRange: (promql, { start, end, stepMs }) => {
      const [from, to, step] = [start, end, stepMs].map((ms) => (ms / 1000).toFixed(3));
      return ask("/api/v1/query_range", { query: promql, start: from ?? "", end: to ?? "", step: step ?? "" });
    },
    async whyDown(port) {
      const answer = await getText(under("/api/v1/targets", { state: "active" }), how);
      const read = targets.safeParse(answer.ok ? parse(answer.text) : undefined);
      const found = read.success
        ? read.data.data.activeTargets.find(({ labels }) => labels["instance"]?.endsWith(`:${port}`))
        : undefined;
      const reason = found === undefined || found.lastError === "" ? "" : `: ${found.lastError.slice(0, 200)}`;
      return `the Prometheus server cannot scrape it${reason}`;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
