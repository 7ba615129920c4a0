// Batches are called back when the target says so of each, not when it was asked to.
import { describe, expect, it } from "vitest";
import type { DeliveriesControl } from "../../../../src/core/controls.ts";
import { callBack } from "../../../../src/faults/parts/bring-batch.ts";

const state = { path: "/batches/{batch}", pointer: "/state", fails: "failing", done: "published", back: "withdrawn" };

/** A target that was asked for each batch, and says of it what comes next in its row of words. */
function saying(words: Readonly<Record<string, readonly (string | undefined)[]>>): DeliveriesControl {
  const asked: Record<string, number> = {};
  return {
    spec: { state } as DeliveriesControl["spec"],
    deliver: () => Promise.reject(new Error("nothing is brought here")),
    hold: () => Promise.resolve(false),
    lies: () => Promise.resolve(false),
    isHeld: () => Promise.resolve(false),
    renew: () => Promise.resolve(false),
    release: () => Promise.resolve(),
    withdraw: () => Promise.resolve({ says: "called back, and was published", isAsked: true }),
    known: () => Promise.resolve([]),
    questions: () => Promise.resolve([]),
    look: () => Promise.reject(new Error("nobody counts here")),
    state: (batch) => {
      const at = (asked[batch] = (asked[batch] ?? -1) + 1);
      const row = words[batch] ?? [];
      return Promise.resolve(row[Math.min(at, row.length - 1)]);
    },
  };
}

const { signal } = new AbortController();

describe("calling batches back", () => {
  it("waits until the target says of each that it is back", async () => {
    const deliveries = saying({ a: ["published", "rolling", "withdrawn"], b: ["withdrawn"] });
    const evidence = await callBack(deliveries, ["a", "b"], signal);
    expect(evidence.confirmed).toBe(true);
    expect(evidence.seen).not.toContain("still");
  });

  it("is not confirmed by a target that takes the call and leaves the batch published", async () => {
    const deliveries = saying({ a: ["withdrawn"], b: ["published"] });
    const { confirmed, seen } = await callBack(deliveries, ["a", "b"], signal, 150);
    expect(confirmed).toBe(false);
    expect(seen).toContain("b is still published");
    expect(seen).not.toContain("a is still");
  });

  it("asks a target again that has no time to say what became of it", async () => {
    const deliveries = saying({ a: ["published", "withdrawn"] });
    let looks = 0;
    const busy: DeliveriesControl = {
      ...deliveries,
      state: async (batch, until) => {
        looks += 1;
        if (looks < 3) throw new Error("answered 503");
        return deliveries.state(batch, until);
      },
    };
    expect((await callBack(busy, ["a"], signal)).confirmed).toBe(true);
    expect(looks).toBe(4);
  });

  it("takes one that the target does not know any more for one that is back", async () => {
    expect((await callBack(saying({ a: [undefined] }), ["a"], signal)).confirmed).toBe(true);
  });
});
