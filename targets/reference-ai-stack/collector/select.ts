// Which series are asked for: `?service=&replica=&name=&attribute=key:value`, the last as often as needed.
import { z } from "zod";

const one = z.tuple([z.string().max(255)], "expected it once").transform(([value]) => value);

export const seriesSelector = z
  .object({
    service: one.optional(),
    replica: one.optional(),
    /** OpenTelemetry's name or the one on the Prometheus page. */
    name: one.optional(),
    attribute: z.array(z.string().regex(/^[^:]+:/, "expected attribute=key:value")).default([]),
  })
  .transform(({ attribute, ...rest }) => ({
    ...rest,
    // A key has no colon, a value may.
    attributes: attribute.map((pair) => [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)] as const),
  }));

export type SeriesSelector = z.output<typeof seriesSelector>;
