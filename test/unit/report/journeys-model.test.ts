import { expect, test } from "vitest";
import type { JourneyEvent } from "../../../src/records/timeline/journey.ts";
import { journeysOf } from "../../../src/report/journeys-model.ts";

const origin = { at: 1000, what: "t0" };

function journey(id: number, event: Partial<JourneyEvent>): JourneyEvent {
  return { kind: "journey", at: 3000 + id, id, name: "person", from: 2000, good: true, seen: [], ...event };
}

test("journeys are counted by stream and step, of those that came so far, with links to what was kept", () => {
  const [person, approver, ...others] = journeysOf(
    [
      journey(0, { seen: [{ step: "answer shown", tookMs: 100 }] }),
      journey(1, { seen: [{ step: "answer shown", tookMs: 300 }] }),
      journey(2, {
        good: false,
        missed: "answer shown",
        reason: "<b>cut</b>",
        kept: { as: "first-bad", files: ["journeys/person/first bad.zip", "journeys/person/first-bad.png"] },
      }),
      journey(0, { name: "approver" }),
    ],
    origin,
  );
  expect(others).toEqual([]);
  expect(approver).toMatchObject({ name: "approver", says: "1 journey, 1 of them good", steps: [], kept: [] });
  expect(person).toMatchObject({
    says: "3 journeys, 2 of them good",
    steps: [{ step: "answer shown", seen: "2 of 3", took: "200 ms" }],
    kept: [
      {
        since: 1000,
        says: "The first bad one, “answer shown” was not seen: <b>cut</b>",
        files: [
          { href: "journeys/person/first%20bad.zip", what: "trace (npx playwright show-trace)" },
          { href: "journeys/person/first-bad.png", what: "picture" },
        ],
      },
    ],
  });
});

test("a trial without a browser has no journeys on its page", () => {
  expect(journeysOf([], origin)).toEqual([]);
});
