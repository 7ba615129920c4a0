// What OpenTelemetry made of a server's metrics, as samples of the page that they came from: the catalogue knows names
// and labels of pages alone.
import type { HistogramNow, SeriesHead } from "./collector-api.ts";
import type { Sample, Samples } from "./catalogue-rows.ts";

/** A series with one of its values. */
export interface Valued {
  readonly head: SeriesHead;
  readonly value: number | HistogramNow;
}

/** Samples under OpenTelemetry's name and under that of the page, which has a unit that the server may not write. */
export function samplesOf(all: readonly Valued[]): Samples {
  const byName = new Map<string, Sample[]>();
  const put = (name: string, labels: Sample["labels"], value: number): void => {
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [{ labels, value }]);
    else known.push({ labels, value });
  };
  for (const { head, value } of all) {
    const labels = labelsOf(head.attributes);
    for (const name of new Set([head.name, head.prometheus])) {
      if (typeof value === "number") put(name, labels, value);
      else putHistogram(put, { name, labels }, value);
    }
  }
  return (name) => byName.get(name) ?? [];
}

function putHistogram(
  put: (name: string, labels: Sample["labels"], value: number) => void,
  { name, labels }: { readonly name: string; readonly labels: Sample["labels"] },
  { count, sum, bounds, buckets }: HistogramNow,
): void {
  let below = 0;
  for (const [n, own] of buckets.entries()) {
    below += own;
    put(`${name}_bucket`, { ...labels, le: String(bounds[n] ?? "+Inf") }, below);
  }
  put(`${name}_sum`, labels, sum);
  put(`${name}_count`, labels, count);
}

/** A dot of an attribute's name is an underscore on a page; names that become the same are joined with `;`. */
function labelsOf(attributes: SeriesHead["attributes"]): Sample["labels"] {
  const labels = new Map<string, string>();
  for (const [key, value] of Object.entries(attributes)) {
    const name = key.replaceAll(/[^a-zA-Z0-9_]+/g, "_");
    const before = labels.get(name);
    labels.set(name, before === undefined ? String(value) : `${before};${String(value)}`);
  }
  return Object.fromEntries(labels);
}
