// The scripted operator: whom it answers, how often, and what is written down of it.
import { expect, it } from "vitest";
import type { ApprovalAnswer } from "../../../src/core/approvals.ts";
import type { Claim } from "../../../src/records/claim.ts";
import type { OperatorScript } from "../../../src/records/plan.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import { makeOperator } from "../../../src/trial/operator.ts";

const claim = (other: Partial<Claim> = {}): Claim => ({
  type: "approval.requested",
  id: "e1",
  time: "",
  incident: "i1",
  pathway: "restore-index",
  scope: {},
  reasons: [],
  ...other,
});

function openOperator(script: OperatorScript | undefined, answered = { ok: true, says: "answered 200" }) {
  const given: ApprovalAnswer[] = [];
  const recorded: Partial<TimelineEvent>[] = [];
  const ended = new AbortController();
  const clock = { epochNs: "0", now: () => 0 };
  const hear = makeOperator({
    script,
    clock,
    answer: async (answer) => {
      given.push(answer);
      return answered;
    },
    record: (event) => void recorded.push(event),
    signal: ended.signal,
  });
  const rounds = async (): Promise<void> => {
    for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return {
    hear: (other?: Partial<Claim>, data = {}) => hear({ kind: "claim", at: 0, claim: claim(other) }, data),
    given,
    recorded,
    ended,
    rounds,
  };
}

it("answers each question once, with what it was asked, and writes it down", async () => {
  const operator = openOperator({ does: "approve", afterMs: 0, people: 1 });
  operator.hear({}, { plan: "abc" });
  operator.hear({}, { plan: "abc" });
  operator.hear({ id: "e2", type: "approval.granted" });
  operator.hear({ id: "e3", type: "detected" });
  await operator.rounds();
  expect(operator.given).toEqual([
    { does: "approve", person: 1, incident: "i1", pathway: "restore-index", asked: { plan: "abc" } },
  ]);
  expect(operator.recorded).toMatchObject([
    { kind: "operator", question: "e1", incident: "i1", does: "approve", person: 1, ok: true, reason: "answered 200" },
  ]);
});

it("answers as two people, one after the other", async () => {
  const operator = openOperator({ does: "approve", afterMs: 0, people: 2 });
  operator.hear();
  await operator.rounds();
  expect(operator.given.map(({ person }) => person)).toEqual([1, 2]);
});

it("says so when the target did not take an answer", async () => {
  const operator = openOperator({ does: "deny", afterMs: 0, people: 1 }, { ok: false, says: "answered 409" });
  operator.hear();
  await operator.rounds();
  expect(operator.recorded).toMatchObject([{ does: "deny", ok: false, reason: "answered 409" }]);
});

it.each([undefined, { does: "absent" } as const])("does nothing without a script, or absent (%j)", async (script) => {
  const operator = openOperator(script);
  operator.hear();
  await operator.rounds();
  expect([operator.given, operator.recorded]).toEqual([[], []]);
});

it("answers nothing once the trial is over", async () => {
  const operator = openOperator({ does: "approve", afterMs: 60_000, people: 1 });
  operator.hear();
  operator.ended.abort();
  await operator.rounds();
  expect(operator.given).toEqual([]);
});
