// What k6 writes with `--summary-export`: there `true` beside a threshold means that it was crossed.

/** Crossed or not, by metric and expression; a threshold that is not in the file is in neither. */
export type Crossed = (metric: string, expression: string) => boolean | undefined;

/** Throws where it is none. */
export function crossedIn(text: string): Crossed {
  const { metrics } = JSON.parse(text) as { readonly metrics?: Readonly<Record<string, Exported>> };
  if (typeof metrics !== "object" || metrics === null) throw new Error("the summary of k6 has no metrics");
  const known = new Map<string, boolean>();
  for (const [metric, { thresholds = {} }] of Object.entries(metrics)) {
    for (const [expression, isCrossed] of Object.entries(thresholds)) {
      if (typeof isCrossed !== "boolean") throw new Error(`the threshold ${expression} of ${metric} is no boolean`);
      known.set(keyOf(metric, expression), isCrossed);
    }
  }
  return (metric, expression) => known.get(keyOf(metric, expression));
}

/** The same in the data of `handleSummary`, where `ok: false` means crossed. */
export function crossedInData(text: string): Crossed {
  const { metrics = {} } = JSON.parse(text) as { readonly metrics?: Readonly<Record<string, Summed>> };
  const known = new Map(
    Object.entries(metrics).flatMap(([metric, { thresholds = {} }]) =>
      Object.entries(thresholds).map(([expression, { ok }]) => [keyOf(metric, expression), ok !== true] as const),
    ),
  );
  return (metric, expression) => known.get(keyOf(metric, expression));
}

interface Exported {
  readonly thresholds?: Readonly<Record<string, unknown>>;
}

interface Summed {
  readonly thresholds?: Readonly<Record<string, { readonly ok?: unknown }>>;
}

const keyOf = (metric: string, expression: string): string => JSON.stringify([metric, expression.trim()]);
