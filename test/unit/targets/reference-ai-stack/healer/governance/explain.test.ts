// One incident of each class, explained: what was seen, what it was taken for, what was done and why not otherwise.
import { expect, test } from "vitest";
import { CLASSES } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import { createFakeStack } from "../fake-stack.ts";
import type { FakeStack } from "../fake-stack.ts";
import { HEAD, lagging, queueWith } from "./queue-states.ts";

type Harm = (stack: FakeStack) => void;

async function explained(harm: Harm, options: Partial<Parameters<typeof createFakeStack>[0]> = {}, ms = 20_000) {
  const stack = createFakeStack({ seed: 1, ...options });
  await stack.pass(15_000);
  harm(stack);
  await stack.pass(ms);
  const explanation = stack.explain("inc-1");
  if (explanation === undefined) throw new Error("nothing was found");
  return explanation;
}

interface Case {
  readonly name: string;
  readonly pathway: string;
  readonly outcome: string;
  readonly harm: Harm;
  readonly ms: number;
}

const CASES: readonly Case[] = [
  {
    name: "replica-down",
    pathway: "restart-replica",
    outcome: "closed",
    harm: ({ find }) => void (find("inference-1").pid = null),
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
    pathway: "escalate",
    outcome: "escalated",
    harm: ({ find }) => void (find("embedder").drifted = true),
    ms: 120_000,
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

test("each class that the healer can name has its case here", () => {
  expect(CASES.map(({ name }) => name).toSorted()).toEqual([...CLASSES].toSorted());
});

test.each(CASES)(
  "an incident of $name says what was seen, chosen, done and shown",
  async ({ name, pathway, outcome, harm, ms }) => {
    const { signals, diagnosis, attempts, ...rest } = await explained(harm, {}, ms);
    expect(rest.outcome).toBe(outcome);
    expect(signals.length).toBeGreaterThan(0);
    expect(diagnosis[0]).toContain(`taken for ${name} (`);
    expect(attempts).toHaveLength(1);
    expect(attempts[0]?.pathway).toBe(pathway);
    expect(attempts[0]?.reasons[0]).toMatch(new RegExp(`${name} with confidence .*${pathway}`));
    const acts = outcome === "closed";
    expect(attempts[0]?.steps).toHaveLength(acts ? 1 : 0);
    expect(attempts[0]?.proof.join()).toContain(acts ? "healed: " : "");
  },
);

test("what was not chosen stands beside what was", async () => {
  const { diagnosis, attempts } = await explained(({ find }) => void (find("vector-2").damagedShare = 0.3));
  expect(attempts[0]?.reasons.join()).toContain("by peer");
  expect(attempts[0]?.rejected).toHaveLength(2);
  expect(attempts[0]?.rejected[1]).toMatch(/^rebuild-from-records by records/);
  expect(attempts[0]?.rejected[0]).toMatch(/^restore-index by snapshot: score \d.* no more than the \d.* by peer$/);
  expect(diagnosis.slice(1).join()).toContain("escalate would have answered it");
});

test("a guard that stood in the way is named with what it refused, and each attempt stands for itself", async () => {
  const { attempts, outcome } = await explained(
    (stack) => {
      stack.hands.brokenRestart = true;
      stack.find("embedder").pid = null;
    },
    {},
    90_000,
  );
  expect(outcome).toBe("escalated");
  expect(attempts.map(({ pathway }) => pathway)).toEqual([
    ...Array.from({ length: 3 }, () => "restart-replica"),
    "escalate",
  ]);
  expect(attempts.slice(0, 3).every(({ proof }) => proof.join().startsWith("not-healed: "))).toBe(true);
  expect(attempts[3]?.rejected).toEqual(["restart-replica: 3 attempts did not last, a person has to look"]);
  expect(attempts[3]?.steps).toEqual([]);
});
