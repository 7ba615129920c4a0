// Measures self-retrieval at one replica, straight at its own port: does a stored vector still find its own id first?

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { VectorControl } from "../../core/controls.ts";
import type { Target } from "../../core/target.ts";
import type { Share } from "../../core/units.ts";
import { fetchJson } from "./fetch-json.ts";

const sampleSchema = z.object({
  items: z.array(z.object({ id: z.union([z.string(), z.number()]), vector: z.array(z.number()) })),
});
const resultsSchema = z.object({
  results: z.array(z.array(z.object({ id: z.union([z.string(), z.number()]) }))),
});

/** Vectors per search request: keeps a request of 512 dimensions under about 0.5 MB. */
const batchSize = 64;

export interface VectorEndpoints {
  /** `http://host:port` of the replica. */
  readonly base: string;
  readonly samplePath: string;
  readonly searchPath: string;
  /** Gives the vectors that the index gives back; absent: nothing does. */
  readonly readBackPath?: string;
  /** The same seed asks for the same rows, so that before and after are compared on one sample. */
  readonly seed: number;
}

/** Throws HarnessError "environment" when the replica gives no sample or no answer: not seen is not bad. */
export function vectorControl(endpoints: VectorEndpoints): VectorControl {
  const { samplePath, readBackPath } = endpoints;
  return {
    selfRetrieval: async (sample, signal, hits = 1) => shareFound(endpoints, { samplePath, sample, hits }, signal),
    ...(readBackPath !== undefined && {
      readBack: async (sample: number, signal: AbortSignal) =>
        shareFound(endpoints, { samplePath: readBackPath, sample, hits: 1 }, signal),
    }),
  };
}

async function shareFound(
  endpoints: VectorEndpoints,
  { samplePath, sample, hits }: { readonly samplePath: string; readonly sample: number; readonly hits: number },
  signal: AbortSignal,
): Promise<Share> {
  const separator = samplePath.includes("?") ? "&" : "?";
  const url = `${endpoints.base}${samplePath}${separator}n=${sample}&seed=${endpoints.seed}`;
  const items = sampleSchema.safeParse(await fetchJson(url, { signal })).data?.items;
  if (items === undefined || items.length === 0) throw new HarnessError("environment", `${url} gave no stored vectors`);
  let found = 0;
  for (let from = 0; from < items.length; from += batchSize) {
    const batch = items.slice(from, from + batchSize);
    const vectors = batch.map((item) => item.vector);
    const answers = await search(endpoints, { vectors, k: hits }, signal);
    found += batch.filter(({ id }, index) => isFound(String(id), answers[index] ?? [], hits)).length;
  }
  return found / items.length;
}

/** First in an answer of so many ids, each of which it names once. */
function isFound(id: string, answer: readonly string[], hits: number): boolean {
  return answer[0] === id && new Set(answer.slice(0, hits)).size === hits;
}

/** Ids of the answer to each vector, the nearest first; none where nothing was found (that vector is lost). */
async function search(
  endpoints: VectorEndpoints,
  body: { readonly vectors: readonly (readonly number[])[]; readonly k: number },
  signal: AbortSignal,
): Promise<readonly (readonly string[])[]> {
  const url = `${endpoints.base}${endpoints.searchPath}`;
  const answer = resultsSchema.safeParse(await fetchJson(url, { method: "POST", body, signal }));
  if (!answer.success || answer.data.results.length !== body.vectors.length) {
    throw new HarnessError("environment", `${url} did not answer one result list per vector`);
  }
  return answer.data.results.map((hits) => hits.map(({ id }) => String(id)));
}

/**
 * Where faults ask each service's replicas for their proof: where the first of its probes does. One with another sample
 * reads back what the index itself gives, and that agrees with itself whatever it was replaced by.
 */
export function selfRetrievalOf({
  probes,
}: Pick<Target, "probes">): Record<string, Pick<VectorEndpoints, "samplePath" | "searchPath" | "readBackPath">> {
  const found: ReturnType<typeof selfRetrievalOf> = {};
  for (const { kind, service, samplePath, searchPath } of probes) {
    if (kind !== "self-retrieval") continue;
    const first = (found[service] ??= { samplePath: String(samplePath), searchPath: String(searchPath) });
    if (first.readBackPath !== undefined || String(samplePath) === first.samplePath) continue;
    found[service] = { ...first, readBackPath: String(samplePath) };
  }
  return found;
}
