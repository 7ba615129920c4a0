import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RequestEvent } from "../../../src/records/timeline/request.ts";
import { settledRequests } from "../../builders/settled-requests.ts";
import { settle } from "../../../src/measure/windows/requests.ts";
import { userValues } from "../../../src/measure/windows/user-values.ts";

const slowOverMs = 1000;
const answered: RequestEvent = {
  kind: "request",
  at: 150,
  id: 1,
  intended: 0,
  sent: 1,
  firstToken: 60,
  done: 150,
  outcome: "answered",
  right: true,
};
const failed: RequestEvent = { ...answered, at: 80, firstToken: null, done: null, outcome: "error", right: null };

describe("a request settles", () => {
  it("when its answer is complete, if that is in time", () => {
    expect(settle(answered, slowOverMs)).toEqual({
      at: 150,
      meaning: "good",
      intended: 0,
      sent: 1,
      outcome: "answered",
      latencyMs: 150,
      ttftMs: 60,
      answer: { doneAt: 150, right: true },
    });
  });

  it("at the moment it became late, with the latency it had in the end", () => {
    expect(settle({ ...answered, at: 4000, done: 4000 }, slowOverMs)).toMatchObject({
      at: 1000,
      meaning: "slow",
      latencyMs: 4000,
      answer: { doneAt: 4000 },
    });
  });

  it("at its error, or when it became late, whichever came first", () => {
    expect(settle(failed, slowOverMs)).toMatchObject({ at: 80, meaning: "error" });
    expect(settle({ ...failed, at: 5000, error: "timeout" }, slowOverMs)).toMatchObject({ at: 1000, meaning: "error" });
  });

  it("as an error when it was never sent, at the moment it would have been late", () => {
    const unsent: RequestEvent = { ...failed, at: 0, sent: null, outcome: "unsent" };
    expect(settle(unsent, slowOverMs)).toEqual({
      at: 1000,
      meaning: "error",
      intended: 0,
      word: "never sent",
      sent: null,
      outcome: "unsent",
    });
  });

  it("as wrong when it answered in time and cited the wrong passage", () => {
    expect(settle({ ...answered, right: false }, slowOverMs).meaning).toBe("wrong");
    expect(settle({ ...answered, right: null }, slowOverMs).meaning).toBe("good");
  });

  it("once: a late event of a finished request adds nothing, one of an unfinished request counts as slow", () => {
    const timeline = [
      { ...answered, at: 3000, done: 3000 },
      { kind: "late", at: 1000, id: 1 } as const,
      { kind: "late", at: 1700, id: 2 } as const,
    ];
    expect(settledRequests(timeline, slowOverMs).map(({ at, meaning }) => [at, meaning])).toEqual([
      [1000, "slow"],
      [1700, "slow"],
    ]);
  });

  it("never before an instant at which it was still undecided, whatever its end", () => {
    const instants = fc.record({
      intended: fc.integer({ min: 0, max: 10_000 }),
      took: fc.integer({ min: 0, max: 5000 }),
      outcome: fc.constantFrom("answered" as const, "error" as const),
    });
    fc.assert(
      fc.property(instants, ({ intended, took, outcome }) => {
        const done = intended + took;
        const { at } = settle({ ...answered, intended, sent: intended, at: done, done, outcome }, slowOverMs);
        expect(at).toBe(Math.min(done, intended + slowOverMs));
      }),
    );
  });
});

describe("what leaked", () => {
  const sample = (leaked: readonly (boolean | undefined)[]): Readonly<Record<string, number>> =>
    userValues(
      leaked.map((one, n) =>
        settle(
          {
            ...(one === true ? { ...failed, error: "leaked" } : answered),
            id: n,
            ...(one !== undefined && { leaked: one }),
          },
          slowOverMs,
        ),
      ),
    ).values({ from: 0, to: 1000 });

  it("is a share of the requests with canaries, and an error of each", () => {
    expect(sample([true, false, false, false, true])).toMatchObject({
      "users.leak_share": 0.4,
      "users.error_share": 0.4,
    });
    expect(sample([false, false, false, false, false])).toMatchObject({ "users.leak_share": 0 });
  });

  it("is not known where requests carry none, or too few do", () => {
    expect(sample(Array.from({ length: 9 }, () => undefined))).not.toHaveProperty(["users.leak_share"]);
    expect(sample([true, false, false, false, undefined])).not.toHaveProperty(["users.leak_share"]);
  });
});
