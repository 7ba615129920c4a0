// Reads the metric catalogue and writes its two copies: one for the harness, one for the reference stack.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const root = resolve(import.meta.dirname, "../..");

const catalogueFile = join(root, "src/probes/metrics/catalogue.yaml");

/** Where the copies lie. */
export const copies = ["src/probes/metrics/catalogue.ts", "targets/reference-ai-stack/common/metric-catalogue.ts"].map(
  (name) => ({ name, file: join(root, name) }),
);

const version = z.string().regex(/^\d+(?:\.\d+)*$/);
const matchers = z.record(
  z.string(),
  z.string().refine((text) => new RegExp(text) instanceof RegExp),
);

const row = z.strictObject({
  signal: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
  series: z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/),
  type: z.enum(["gauge", "counter", "histogram", "untyped"]),
  unit: z.enum(["s", "ratio", "count"]),
  scale: z.number().optional(),
  since: version.optional(),
  upTo: version.optional(),
  match: matchers.optional(),
  unless: matchers.optional(),
  reduce: z.enum(["sum", "max"]),
  parts: z.array(z.string()).optional(),
  fresh: z.int().min(0).max(60_000),
  absent: z.enum(["zero", "unknown", "unused"]),
  sum: z.enum(["observed", "invented"]).optional(),
  effects: z.literal(true).optional(),
  idle: z.int().optional(),
  counts: z.string().optional(),
});

const server = z.strictObject({
  server: z.string().regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/),
  seen: z.string(),
  endpoint: z.string().startsWith("/").nullable(),
  port: z.int().optional(),
  needs: z.string(),
  key: z.literal(true).optional(),
  request: z.enum(["chat", "embeddings", "none"]),
  givenUp: z.enum(["nowhere", "success", "failure", "gave-up", "unknown"]),
  oneReader: z.literal(true).optional(),
  signals: z.array(row),
});

type Catalogue = readonly z.infer<typeof server>[];

/** The catalogue, checked; throws with the place of what is wrong. */
export function readCatalogue(): Catalogue {
  const { servers } = z
    .strictObject({ servers: z.array(server) })
    .parse(parse(readFileSync(catalogueFile, "utf8")) as unknown);
  return servers;
}

const types = `// What servers of AI stacks export. Made by \`npm run generate\`: change catalogue.yaml, not this file.

/** One series that speaks for a signal; several of one signal are added up. */
export interface MetricRow {
  readonly signal: string;
  /** Name on the wire; of a histogram its base name. \`_total\` of a counter may be missing on the wire. */
  readonly series: string;
  readonly type: "gauge" | "counter" | "histogram" | "untyped";
  /** Of the value after scaling. */
  readonly unit: "s" | "ratio" | "count";
  /** Wire value times this is canonical; 1 when absent. */
  readonly scale?: number;
  /** First version of the name; absent: all that were looked at. */
  readonly since?: string;
  /** Last version of the name. */
  readonly upTo?: string;
  /** Regular expressions for whole label values; a label that is absent is the empty text. */
  readonly match?: Readonly<Record<string, string>>;
  readonly unless?: Readonly<Record<string, string>>;
  readonly reduce: "sum" | "max";
  /** Labels that tell the parts (engines, processes) whose values are put together. */
  readonly parts?: readonly string[];
  /** A value may lag behind by this, ms. */
  readonly fresh: number;
  /** What a missing series means; unused: it appears with its first event. */
  readonly absent: "zero" | "unknown" | "unused";
  /** Of a histogram: its _sum was observed, or made up from its buckets. */
  readonly sum?: "observed" | "invented";
  /** Reading it changes it. */
  readonly effects?: true;
  /** Its value when nothing runs; 0 when absent. */
  readonly idle?: number;
  /** What is in it, and what is not. */
  readonly counts?: string;
}

export interface MetricServer {
  readonly server: string;
  /** The version that was looked at. */
  readonly seen: string;
  /** Path of the page; null: there is none. */
  readonly endpoint: string | null;
  readonly port?: number;
  /** What must be so for the page to be there. */
  readonly needs: string;
  /** Answers 401 without a key. */
  readonly key?: true;
  /** What a request of ours can be. */
  readonly request: "chat" | "embeddings" | "none";
  /** Where a request counts whose client went away. */
  readonly givenUp: "nowhere" | "success" | "failure" | "gave-up" | "unknown";
  /** Reading resets values for all readers. */
  readonly oneReader?: true;
  readonly signals: readonly MetricRow[];
}
`;

/** The text of a copy. */
export function copyOf(catalogue: Catalogue): string {
  const servers = catalogue.map(({ signals, ...rest }) => {
    const rows = signals.map((one) => `\n  ${JSON.stringify(one)},`).join("");
    return `${JSON.stringify(rest).slice(0, -1)},"signals":[${rows}\n]},\n`;
  });
  return `${types}\nexport const metricCatalogue: readonly MetricServer[] = [\n${servers.join("")}];\n`;
}
