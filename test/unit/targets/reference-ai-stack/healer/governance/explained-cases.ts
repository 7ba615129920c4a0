// One incident of each class, as a stack in memory has it: what harms it, and what is done about that.
import type { FakeStack } from "../fake-stack.ts";
import { isGuessedAt, losesItsWay, misembedded, underMaintenance } from "./larger-harms.ts";
import { HEAD, lagging, queueWith } from "./queue-states.ts";

export type Harm = (stack: FakeStack) => void;

interface Explained {
  readonly name: string;
  readonly pathway: string;
  readonly outcome: string;
  readonly harm: Harm;
  readonly ms: number;
}

/** One incident of each class, and what is done about it. */
export const EXPLAINED: readonly Explained[] = [
  {
    name: "replica-down",
    pathway: "restart-replica",
    outcome: "closed",
    harm: ({ find }) => void (find("inference-1").pid = null),
    ms: 20_000,
  },
  {
    name: "documents-missing",
    pathway: "resync-records",
    outcome: "closed",
    harm: ({ find }) => void ([find("vector-1").lacks, find("vector-2").lacks] = [[], ["b", "c"]]),
    ms: 20_000,
  },
  {
    name: "replica-hung",
    pathway: "restart-replica",
    outcome: "closed",
    harm: ({ find }) => void (find("inference-1").engineHung = true),
    ms: 20_000,
  },
  {
    name: "long-work",
    pathway: "hold",
    outcome: "held",
    harm({ find, server }) {
      find("inference-1").engineHung = true;
      server("inference-1").serving = 1;
    },
    ms: 20_000,
  },
  {
    name: "replica-slow",
    pathway: "redistribute-traffic",
    outcome: "closed",
    harm: ({ find }) => void (find("inference-1").edgeMs = 400),
    ms: 20_000,
  },
  {
    name: "index-damaged",
    pathway: "restore-index",
    outcome: "closed",
    harm: ({ find }) => void (find("vector-2").damagedShare = 0.3),
    ms: 20_000,
  },
  {
    name: "demand-surge",
    pathway: "hold",
    outcome: "held",
    harm: ({ load }) => void (load.perSecond *= 1.5),
    ms: 60_000,
  },
  {
    name: "backend-failing",
    pathway: "eject-backend",
    outcome: "closed",
    harm: ({ find }) => void (find("inference-1").ends = "broken"),
    ms: 30_000,
  },
  {
    name: "path-failing",
    pathway: "reroute-path",
    outcome: "closed",
    harm: losesItsWay,
    ms: 20_000,
  },
  { name: "brute-force", pathway: "block-source", outcome: "closed", harm: isGuessedAt, ms: 20_000 },
  {
    name: "throttled",
    pathway: "hold",
    outcome: "held",
    harm: ({ find }) => void (find("inference-1").ends = "throttled"),
    ms: 20_000,
  },
  {
    name: "unknown",
    pathway: "escalate",
    outcome: "escalated",
    harm: ({ find }) => void (find("inference-2").failing = true),
    ms: 60_000,
  },
  {
    name: "resource-exhausting",
    pathway: "recycle-before-exhaustion",
    outcome: "closed",
    harm: ({ find }) => void (find("inference-2").leakMiB = 2),
    ms: 300_000,
  },
  {
    name: "cache-corrupt",
    pathway: "clear-prefix-cache",
    outcome: "closed",
    harm: ({ find }) => void (find("inference-2").cacheRotten = true),
    ms: 20_000,
  },
  {
    name: "capacity-short",
    pathway: "scale-inference",
    outcome: "closed",
    harm: ({ server }) => {
      for (const name of ["inference-1", "inference-2"])
        Object.assign(server(name), { running: 8, waiting: 9, serving: 3 });
    },
    ms: 20_000,
  },
  {
    name: "writes-refused",
    pathway: "restart-replica",
    outcome: "closed",
    harm: ({ find }) => void (find("vector-2").writeRefused = "disk I/O error"),
    ms: 20_000,
  },
  {
    name: "index-bloated",
    pathway: "compact-segment",
    outcome: "closed",
    harm: ({ find }) => void (find("vector-1").dead = 1000),
    ms: 20_000,
  },
  {
    name: "planned-work",
    pathway: "hold",
    outcome: "held",
    harm: underMaintenance,
    ms: 20_000,
  },
  {
    name: "kv-exhausted",
    pathway: "redistribute-traffic",
    outcome: "closed",
    harm: ({ server }) => void Object.assign(server("inference-1"), { kv: 0.97, waiting: 3, serving: 3 }),
    ms: 20_000,
  },
  {
    name: "capacity-spare",
    pathway: "scale-in-inference",
    outcome: "closed",
    harm: ({ server, join, clock }) => {
      const [first, second] = [server("inference-1"), server("inference-2")];
      for (const one of [first, second]) Object.assign(one, { running: 8, waiting: 1, serving: 3 });
      join("inference");
      void clock.sleep(1000).then(() => [first, second].map((one) => Object.assign(one, { running: 1, waiting: 0 })));
    },
    ms: 90_000,
  },
  {
    name: "embedding-drifted",
    pathway: "restore-model",
    outcome: "closed",
    harm: ({ find }) => void Object.assign(find("embedder"), { ownModel: true, drifted: true }),
    ms: 120_000,
  },
  {
    name: "corpus-misembedded",
    pathway: "reembed-corpus",
    outcome: "closed",
    harm: misembedded,
    ms: 30_000,
  },
  {
    name: "cache-wrong",
    pathway: "clear-cache",
    outcome: "closed",
    harm: ({ find }) => void (find("embedder").keptStale = true),
    ms: 120_000,
  },
  {
    name: "ingestion-waiting",
    pathway: "retry-with-backoff",
    outcome: "closed",
    harm: queueWith({ head: { ...HEAD, kind: "unreachable", nextInMs: 4000 } }),
    ms: 30_000,
  },
  {
    name: "ingestion-lagging",
    pathway: "scale-ingestion",
    outcome: "closed",
    harm: lagging,
    ms: 30_000,
  },
  {
    name: "intake-full",
    pathway: "prune-copies",
    outcome: "closed",
    harm: queueWith({ lagMs: 6000, writeRefused: "ENOSPC: the folder is full", spareCopies: 4 }),
    ms: 30_000,
  },
  {
    name: "delivery-stalled",
    pathway: "release-source",
    outcome: "closed",
    harm: queueWith({ lagMs: 6000, held: [{ source: "notes", batches: 2, waitedMs: 6000, isStale: true }] }),
    ms: 30_000,
  },
  {
    name: "document-poisonous",
    pathway: "dead-letter",
    outcome: "closed",
    harm: queueWith({ head: HEAD }),
    ms: 30_000,
  },
  {
    name: "schema-drifted",
    pathway: "quarantine-source",
    outcome: "closed",
    harm: queueWith({ head: { ...HEAD, kind: "schema" } }),
    ms: 30_000,
  },
  {
    name: "batch-poisoned",
    pathway: "rollback-checkpoint",
    outcome: "closed",
    harm: queueWith({ suspects: [{ seq: 2, source: "notes", batch: "2.jsonl", says: "4 of 4 have the same text" }] }),
    ms: 30_000,
  },
  {
    name: "model-regressed",
    pathway: "rollback-model",
    outcome: "closed",
    harm: ({ models }) => {
      models.bad.add("a-2");
      models.serving = { stable: "a-1", canary: { version: "a-2", share: 0.5 }, before: ["a-0"] };
    },
    ms: 30_000,
  },
  {
    name: "telemetry-failing",
    pathway: "escalate",
    outcome: "escalated",
    harm: ({ server }) =>
      void (server("inference-1").unreadable = { ok: false, why: "refused", says: "answered 401: a key is needed" }),
    ms: 10_000,
  },
];
