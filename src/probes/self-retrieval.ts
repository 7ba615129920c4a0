// self-retrieval: asks each replica for stored vectors and searches with them. What is stored must find itself first;
// silent damage to an index shows here and nowhere else. Whose vectors the sample path gives decides what is seen:
// those held outside the engine show rows that became others; those that the engine gives back show a copy that is
// read and not searched. A target that has both has two such probes. With more than one hit it sees answers that are
// short, or name an id twice, too.

import { z } from "zod";
import type { Reading } from "../records/timeline/reading.ts";
import { WrittenNumber, exactJsonText } from "../core/exact-json.ts";
import type { Written } from "../core/exact-json.ts";
import type { Share } from "../core/units.ts";
import { probeKind } from "../core/probe-kind.ts";
import type { ProbeBase, SampleContext } from "../core/probe-kind.ts";
import { path } from "../language/schema-parts.ts";
import { lookSignal, probeHeaders } from "./access.ts";
import { askJson } from "./ask.ts";
import { readEach } from "./combine.ts";

const shape = {
  sample_path: path(
    "GET with ?n=&seed= gives stored items: with the vectors that are held outside the engine, or, in a probe of its own, with those that the engine gives back.",
  ),
  search_path: path("POST of vectors gives the nearest ids."),
  headers: probeHeaders,
  sample: z.int("a whole number").min(1).max(10_000).describe("Stored items asked for in one look."),
  hits: z
    .int("a whole number")
    .min(1)
    .max(100)
    .exactOptional()
    .describe(
      "Ids asked for with each vector, 1 when absent; with more a vector counts only where its answer has as many, each once.",
    ),
};

interface Params {
  readonly samplePath: string;
  readonly searchPath: string;
  readonly sample: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly hits?: number;
}

type Spec = ProbeBase & Params;

/** The share of stored vectors that find their own id first. */
export const selfRetrieval = probeKind({
  kind: "self-retrieval",
  about: "share of stored vectors that find their own id first; the least over the replicas",
  shape,
  params: ({ sample_path: samplePath, search_path: searchPath, sample, hits, headers }): Params => ({
    samplePath,
    searchPath,
    sample,
    ...(headers !== undefined && { headers }),
    ...(hits !== undefined && { hits }),
  }),
  bounds: () => ({ lo: 0, hi: 1, isShare: true }),
  open: (spec) => async (context) => leastShare(spec, context),
});

// Ids are compared as they were written: beyond 2^53 neighbours are one and the same double.
const id = z
  .union([z.string(), z.number(), z.instanceof(WrittenNumber)])
  .transform((value) => (value instanceof WrittenNumber ? value.text : String(value)));
// Vectors only travel through: the target judges its own numbers.
const vector = z.array(z.custom<Written>());
const sampleAnswer = z.object({ items: z.array(z.object({ id, vector })).min(1) });
const searchAnswer = z.object({ results: z.array(z.array(z.object({ id }))) });

async function shareOf(base: string, spec: Spec, seed: number, signal: AbortSignal): Promise<Share> {
  const sampleUrl = new URL(`${base}${spec.samplePath}`);
  sampleUrl.searchParams.set("n", String(spec.sample));
  sampleUrl.searchParams.set("seed", String(seed));
  const asking = { signal, ...(spec.headers !== undefined && { headers: spec.headers }) };
  const { items } = sampleAnswer.parse(await askJson(sampleUrl.href, asking));
  const shared = sharedId(items);
  if (shared !== undefined) throw new Error(`two stored items say that their id is ${shared}`);
  const whole = items.filter(isWhole);
  if (whole.length === 0) return 0;
  const k = spec.hits ?? 1;
  const question = { vectors: whole.map((item) => item.vector), k };
  const { results } = searchAnswer.parse(await askJson(`${base}${spec.searchPath}`, asking, question));
  if (results.length !== whole.length) throw new Error(`${results.length} results for ${whole.length} vectors`);
  const found = whole.filter((item, index) => isFound(item, results[index] ?? [], k)).length;
  return found / items.length;
}

/**
 * A vector that an engine gives back may be gone, or hold what is no number, which JSON writes as null. Nobody can
 * search with it: it is lost, and the others are judged all the same.
 */
function isWhole({ vector }: Item): boolean {
  return vector.length > 0 && !vector.includes(null);
}

/** First in an answer of so many ids, each of which it names once. */
function isFound({ id: own }: Item, answer: readonly { readonly id: string }[], hits: number): boolean {
  const ids = answer.slice(0, hits).map((hit) => hit.id);
  return ids[0] === own && new Set(ids).size === hits;
}

interface Item {
  readonly id: string;
  readonly vector: readonly Written[];
}

/**
 * An id under which two different vectors are stored: a search that finds it says nothing. The same item twice is fine.
 */
function sharedId(items: readonly Item[]): string | undefined {
  const byId = new Map<string, Item>();
  for (const item of items) {
    const before = byId.get(item.id);
    if (before && exactJsonText(before.vector) !== exactJsonText(item.vector)) return item.id;
    byId.set(item.id, item);
  }
  return undefined;
}

/** The least share over the replicas; `seed` picks the sample. No reading when a replica does not answer. */
async function leastShare(spec: Spec, { access, seed, signal }: SampleContext): Promise<Reading> {
  const inTime = lookSignal(signal, spec.timeoutMs);
  return readEach(
    access.replicas(spec.service),
    async ({ address }) => shareOf(address, spec, seed, inTime),
    (shares) => Math.min(...shares),
  );
}
