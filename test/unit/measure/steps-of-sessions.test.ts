// Steps of sessions in the facts of a trial: what was lost with a failed step counts beside it, and is told apart.

import { expect, test } from "vitest";
import { makeLoadTally } from "../../../src/measure/cost/load-tally.ts";
import { settle } from "../../../src/measure/windows/requests.ts";
import type { RequestEvent } from "../../../src/records/timeline/request.ts";

const stretches = { baselineFrom: 0, baselineTo: 1_000, since: 1_000, until: 9_000, end: 10_000 };

let id = 0;
function step(name: string, change: Partial<RequestEvent>): RequestEvent {
  id += 1;
  const session = { number: 1, users: "readers", step: name };
  const stamps = { at: 2_100, intended: 2_000, sent: 2_001, firstToken: null, done: 2_100 };
  return { kind: "request", id, ...stamps, outcome: "answered", right: null, session, ...change };
}

const events = [
  step("ask", {}),
  step("again", { done: null, outcome: "error", error: "timeout", at: 7_000 }),
  step("leave", { done: null, sent: null, outcome: "error", error: "not reached", at: 7_000 }),
];

test("a step that was not reached settles with the step that failed, at the moment that one became late", () => {
  const [, failed, lost] = events.map((event) => settle(event, 500));
  expect(lost).toMatchObject({ at: failed?.at, meaning: "error", step: "readers/leave" });
  expect(failed?.at).toBe(2_500);
});

test("steps are counted each for itself, copies go on alone, and all are requests of their stream", () => {
  const tally = makeLoadTally();
  for (const event of events) tally.add(settle(event, 500), stretches);
  const copy = tally.copy();
  copy.add(settle(step("ask", {}), 500), stretches);
  const facts = tally.facts(stretches, 500);
  const none = { answered: 0, errors: 0, notReached: 0 };
  expect(facts).toMatchObject({ expected: 3, answered: 1, errors: 2 });
  expect(facts.errorsBy?.disturbed).toEqual({ timeout: 1, "not reached": 1 });
  expect(facts.steps).toEqual({
    "readers/ask": { ...none, expected: 1, answered: 1 },
    "readers/again": { ...none, expected: 1, errors: 1 },
    "readers/leave": { ...none, expected: 1, notReached: 1 },
  });
  expect(copy.facts(stretches, 500).steps?.["readers/ask"]).toMatchObject({ expected: 2 });
});
