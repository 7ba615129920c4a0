// What the loop calls healed, on a stack in memory: a trouble that comes back is noticed within the window, and a
// remedy that makes things worse is taken back.
import { expect, test } from "vitest";
import { good } from "../../../../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import { PATHWAYS } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import { lookBefore } from "../../../../../../targets/reference-ai-stack/healer/verification/evidence.ts";
import { readUsers } from "../../../../../../targets/reference-ai-stack/healer/verification/witness.ts";
import type { Witness } from "../../../../../../targets/reference-ai-stack/healer/verification/witness.ts";
import { createFakeStack } from "../fake-stack.ts";

/** A check that sees nothing, so that only the window can notice a relapse. */
const blind = PATHWAYS.map((one) =>
  one.tier === "none"
    ? one
    : { ...one, verifiedBy: ["question-answered"] as const, check: async () => async () => good("looked at nothing") },
);

test("a trouble that comes back before its alarm can speak again is not called healed", async () => {
  const stack = createFakeStack({ seed: 3, pathways: blind });
  await stack.pass(10_000);
  stack.find("vector-2").hung = true;
  while (!stack.said().includes("action.finished")) await stack.pass(100);
  await stack.pass(1000);
  stack.find("vector-2").hung = true;
  while (!stack.said().includes("verified")) await stack.pass(100);
  const verified = stack.events.find(({ type }) => type === "verified");
  expect(verified?.detail.outcome).toBe("not-healed");
  expect(stack.said()).not.toContain("closed");
});

test("what was seen of users, of redundancy and downstream stands in the claim and in the explanation", async () => {
  const stack = createFakeStack({ seed: 4 });
  await stack.pass(10_000);
  stack.find("vector-2").pid = null;
  await stack.pass(10_000);
  const closed = stack.events.find(({ type }) => type === "closed");
  const says = closed?.detail.reasons.join("; ") ?? "";
  for (const part of ["a question was answered in", "the gateway reaches all 2 in rotation", "holds 2187 records"]) {
    expect(says).toContain(part);
  }
  expect(says).toMatch(/held \d+ ms: by then stalled would have spoken again/);
  expect(stack.explain("inc-1")?.attempts[0]?.proof.join()).toContain("a question was answered in");
});

test.each([1, 0.5])(
  "a drain after which users wait longer is taken back to the share %d, counted, and said",
  async (share) => {
    const stack = createFakeStack({ seed: 5 });
    stack.find("inference-1").weight = share;
    await stack.pass(10_000);
    stack.find("inference-1").edgeMs = 400;
    while (stack.find("inference-1").weight > 0) await stack.pass(100);
    stack.find("inference-2").edgeMs = 1500;
    while (!stack.said().includes("verified")) await stack.pass(100);
    const verified = stack.events.find(({ type }) => type === "verified");
    expect(stack.touched.slice(0, 2)).toEqual(["weight inference-1 0", `weight inference-1 ${share}`]);
    expect(verified?.detail).toMatchObject({ outcome: "not-healed", takenBack: true });
    expect(verified?.detail.reasons.join("; ")).toMatch(/worse than before: .*taken back \(done\)/);
  },
);

const sees: Witness = {
  users: async () => null,
  ask: async () => ({ ok: true, ms: 20 }),
  reaches: async () => true,
  records: async () => null,
  agreement: () => new Promise<never>(() => undefined),
};

test("a look before the action that does not come in time holds nothing up, and is not known", async () => {
  const replicas = ["vector-1", "vector-2"].map((replica, n) => ({ service: "vector", replica, pid: 1, port: n }));
  const target = { scope: "replica", service: "vector", replica: "vector-1" } as const;
  const eyes = { rollCall: async () => replicas };
  const limit = new Promise<void>((resolve) => void setImmediate(resolve));
  const names = ["question-answered", "finds-as-its-sibling", "users-served"];
  const before = await lookBefore(names, { eyes, witness: sees, target }, limit);
  expect(before).toEqual({
    "question-answered": { bad: 20, isGood: true, says: "a question was answered in 20 ms" },
    "finds-as-its-sibling": null,
  });
});

test("users are counted from the gateway's metrics: answered, failed and late; without any chat there is no view", () => {
  const text = [
    'gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name="chat",error_type=""} 90',
    'gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name="chat",error_type="timeout"} 4',
    'gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name="retrieval",error_type=""} 700',
    'gen_ai_client_operation_duration_count{gen_ai_operation_name="chat",error_type=""} 90',
    'gen_ai_server_time_to_first_token_seconds_bucket{le="0.5"} 60',
    'gen_ai_server_time_to_first_token_seconds_bucket{le="1"} 83',
    'gen_ai_server_time_to_first_token_seconds_bucket{le="10"} 90',
    "gen_ai_server_time_to_first_token_seconds_count 90",
  ].join("\n");
  expect(readUsers(text)).toEqual({ answered: 90, failed: 4, late: 7 });
  expect(readUsers("process_cpu_seconds_total 1")).toBeNull();
});
