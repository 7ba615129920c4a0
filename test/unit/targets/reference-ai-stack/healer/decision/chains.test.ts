// Remedies that help for a while and cure nothing, seen over the history of one root.
import { expect, test } from "vitest";
import { chainIn } from "../../../../../../targets/reference-ai-stack/healer/decision/chains.ts";
import type { PastAction } from "../../../../../../targets/reference-ai-stack/healer/decision/guards.ts";
import { decide } from "../../../../../../targets/reference-ai-stack/healer/decision/decide.ts";
import { createBook } from "../../../../../../targets/reference-ai-stack/healer/pathways/book.ts";
import { PATHWAYS } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import { policyWith } from "../policy-for-tests.ts";

const SIGNATURE = "replica-down@vector-1";
const MINUTE = 60_000;

/** Actions that healed, each so many minutes after the one before; the last of them lies that long before now. */
function healed(minutes: readonly number[], change: (n: number) => Partial<PastAction> = () => ({})) {
  let at = 0;
  const past = minutes.map((length, n): PastAction => {
    const action = { at, target: { scope: "replica", service: "vector", replica: "vector-1" } as const };
    at += length * MINUTE;
    return {
      ...action,
      signature: SIGNATURE,
      pathway: "restart-replica",
      means: "restart",
      healed: true,
      ...change(n),
    };
  });
  return { past, now: at };
}

const chain = (minutes: readonly number[], change?: (n: number) => Partial<PastAction>): string | null => {
  const { past, now } = healed(minutes, change);
  return chainIn(past, SIGNATURE, now);
};

test("restarts that each heal for a while, and for less each time, are a chain", () => {
  expect(chain([240, 120, 60])).toBe(
    "restart-replica 3 ×: each heals for a while, and for less each time (240 min, 120 min, 60 min)",
  );
  expect(chain([400, 240, 120, 60])).toContain("restart-replica 3 ×");
});

test("a rhythm is a chain from the fourth time on", () => {
  expect(chain([70, 72, 69])).toBeNull();
  expect(chain([70, 72, 69, 75])).toContain("each heals for about 72 min, and the cause is still there");
});

test("a limit that is raised each time is a chain, whatever the intervals", () => {
  const raised = chain([60, 130, 240], (n) => ({ pathway: "scale-inference", amount: 3 + n }));
  expect(raised).toBe("scale-inference 3 ×: the limit is raised each time (3, 4, 5), and it is never enough");
  expect(chain([60, 130, 240], (n) => ({ pathway: "scale-inference", amount: n === 2 ? 3 : 4 }))).toBeNull();
});

test("six of them within a day are a chain, by whatever means", () => {
  const minutes = [100, 300, 90, 310, 80, 320];
  expect(chain(minutes, (n) => ({ pathway: n % 2 ? "restart-replica" : "restore-index" }))).toContain(
    "restore-index 3 × and restart-replica 3 × within a day",
  );
});

test.each([
  ["two of them", [240, 60], undefined],
  ["longer each time: it is getting better", [60, 130, 300], undefined],
  ["what lies more than a day back", [1500, 700, 400], undefined],
  ["attempts that did not heal", [240, 120, 60], () => ({ healed: false })],
  [
    "attempts that nobody knows the end of",
    [240, 120, 60],
    (): Partial<PastAction> => ({ healed: undefined as never }),
  ],
  ["those of another root", [240, 120, 60], () => ({ signature: "replica-down@vector-2" })],
])("%s: no chain", (_, minutes, change) => {
  expect(chain(minutes, change)).toBeNull();
});

test("one that did not heal begins the count anew", () => {
  expect(chain([400, 240, 120, 60], (n) => ({ healed: n !== 1 }))).toBeNull();
});

test("a chain is escalated with its words, and nothing more is done", () => {
  const { past, now } = healed([240, 120, 61]);
  const scope = { service: "vector", replica: "vector-1" };
  const diagnosis = { class: "replica-down", confidence: 0.95, runnersUp: [], reasons: [] };
  const decideOn = (history: readonly PastAction[]) =>
    decide({ id: "i", scope, signals: [] }, diagnosis, {
      now,
      replicas: [1, 2].map((n) => ({ service: "vector", replica: `vector-${n}`, pid: n, port: n })),
      sick: new Set(),
      past: history,
      flapping: new Map(),
      dependencies: 1,
      pathways: createBook(PATHWAYS),
      policy: policyWith(),
      dryRun: false,
      found: {},
      worked: () => ({ healed: 3, failed: 0 }),
    });
  expect(decideOn(past.slice(1)).remedy?.pathway).toBe("restart-replica");
  const stopped = decideOn(past);
  expect([stopped.pathway, stopped.ends, stopped.remedy]).toEqual(["escalate", "escalated", null]);
  expect(stopped.reasons.join()).toContain("each heals for a while, and for less each time");
  expect(stopped.rejected?.[0]).toMatchObject({ pathway: "restart-replica" });
});
