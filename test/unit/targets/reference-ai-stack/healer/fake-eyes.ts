// What the healer sees of the stack in memory.
import { frozenTexts } from "../../../../../targets/reference-ai-stack/healer/detection/drift/frozen-texts.ts";
import type { Eyes, UpstreamView } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { FakeReplica } from "./fake-replica.ts";
import { healthOn } from "./fake-health.ts";
import { modelEyesOn, type FakeModels } from "./fake-models.ts";
import { witnessOn } from "./fake-witness.ts";

const LIMIT_MIB = 512;
/** What a replica says whose index holds what its record store does. */
const HOLDS_ALL = {
  records: 2187,
  digests: { records: "aa", index: "aa" },
  vectors: { centroid: 1, oddLengths: 0 },
} as const;

export function sensesOn(replicas: FakeReplica[], models: FakeModels, sleep: (ms: number) => Promise<void>) {
  return { eyes: eyesOn(replicas, models, sleep), witness: witnessOn(replicas, sleep) };
}

function rowsOf(replicas: readonly FakeReplica[], { serving }: FakeModels) {
  return replicas.map(({ service, replica, pid, port, weight, ...shown }) => {
    const models = service === "inference" && serving !== undefined ? { models: serving } : {};
    const { reduced, most, maintenance, ownModel } = shown;
    const more = {
      ...(reduced !== undefined && { reduced }),
      ...(most !== undefined && { most }),
      ...(maintenance !== undefined && { maintenance }),
      ...(ownModel !== undefined && { ownModel }),
    };
    return { service, replica, pid, port, weight, ...more, ...models };
  });
}

function eyesOn(replicas: FakeReplica[], models: FakeModels, sleep: (ms: number) => Promise<void>): Eyes {
  const at = (port: number): FakeReplica | undefined => replicas.find((one) => one.port === port);
  return {
    rollCall: async () => rowsOf(replicas, models),
    models: modelEyesOn(models),
    ...healthOn(at, sleep),
    manifest: async (port) => {
      const one = at(port);
      if (one === undefined || one.pid === null) return null;
      const { damagedShare, unlinkedShare, dead, wrote, writeRefused } = one;
      return {
        matches: damagedShare === 0,
        rows: 2187,
        ...(unlinkedShare !== undefined && HOLDS_ALL),
        ...(dead !== undefined && { dead }),
        ...(wrote !== undefined && { wrote }),
        ...(writeRefused !== undefined && { writeRefused }),
      };
    },
    selfRetrieval: async (port) => {
      const one = at(port);
      if (one === undefined || one.pid === null) return null;
      const { damagedShare, unlinkedShare } = one;
      if (unlinkedShare === undefined) return { share: 1 - damagedShare, checked: 64 };
      const shape = { answers: 64, short: 0, unknown: 0, repeated: 0, alike: 1, misnamed: 0 };
      return { share: 1 - unlinkedShare, checked: 64, differing: 0, shape };
    },
    resources: async (port) => {
      const one = at(port);
      if (one === undefined || one.pid === null) return null;
      return {
        memory: { used: one.memoryMiB * 2 ** 20, limit: LIMIT_MIB * 2 ** 20 },
        handles: { used: 30, limit: 1000 },
      };
    },
    ...heldOn(at),
    snapshotGood: async () => true,
    tokensMove: async () => null,
    ...embeddedOn(at),
    questions: async () => null,
    ingestion: async (port) => at(port)?.queue ?? null,
    askTwice: async (port) => {
      const one = at(port);
      if (one === undefined || one.pid === null || one.hung) return null;
      return { asked: 3, differing: one.cacheRotten ? 2 : 0 };
    },
    traffic: async () => trafficOf(replicas),
    sources: async () => replicas.find(({ service }) => service === "gateway")?.sources ?? null,
    check: async (replica) => {
      const one = replicas.find((candidate) => candidate.replica === replica);
      if (one === undefined || one.pid === null) return null;
      one.checks += 1;
      const ms = one.blind ? 5 : one.edgeMs + 5;
      await sleep(ms);
      return ms;
    },
  };
}

/** Of three documents, those that a replica does not lack. */
function heldOn(at: (port: number) => FakeReplica | undefined): Pick<Eyes, "holdings" | "held"> {
  return {
    holdings: async (port) => {
      const lacks = at(port)?.lacks;
      return lacks === undefined ? null : [{ digest: lacks.join(), there: 3 - lacks.length }];
    },
    held: async (port) =>
      ["a", "b", "c"].flatMap((document) =>
        at(port)?.lacks?.includes(document) === true ? [] : [{ document, version: 1, isThere: true, withdrawn: [] }],
      ),
  };
}

/** What the embedder gives for texts, and whether that is what is stored. */
function embeddedOn(at: (port: number) => FakeReplica | undefined): Pick<Eyes, "embeddings" | "storedTexts"> {
  return {
    embeddings: async (port, places, fresh) => {
      const one = at(port);
      if (one === undefined || one.pid === null) return null;
      const kept = places.map((place) => frozenTexts()[place]?.vector ?? new Float32Array());
      return {
        places,
        vectors: kept.map((vector) => (one.drifted || (one.keptStale && !fresh) ? vector.toReversed() : vector)),
      };
    },
    storedTexts: async (port, embedderPort) => {
      const [one, embedder] = [at(port), at(embedderPort)];
      if (one === undefined || one.pid === null || embedder === undefined || embedder.drifted) return null;
      const differing = one.misembedded ?? 0;
      return { checked: 8, differing, leastSimilarity: differing > 0 ? 0.1 : 1, models: [] };
    },
  };
}

function trafficOf(replicas: readonly FakeReplica[]): readonly UpstreamView[] | null {
  if (replicas.some((one) => one.service === "gateway" && one.pid === null)) return null;
  const others = replicas.filter((one) => one.service !== "gateway");
  return others.map(({ service, replica, weight, seq, recent, oldestMs, paths }) => ({
    service,
    replica,
    weight,
    started: seq,
    waiting: [],
    oldestMs,
    recent,
    ...(paths !== undefined && { paths }),
    ...(replicas.some(({ ends }) => ends !== undefined) && { endings: recent }),
  }));
}
