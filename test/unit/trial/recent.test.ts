import fc from "fast-check";
import { expect, test } from "vitest";
import { Recent } from "../../../src/trial/recent.ts";

test("recent samples are those of a plain list from which the old ones were taken, however it grows and turns", () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 100 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, (times) => {
      const recent = new Recent();
      const plain: { at: number; value: number }[] = [];
      let at = 0;
      for (const [later, count] of times) {
        at += later;
        for (let value = 0; value < count; value += 1) {
          recent.add(at, value);
          plain.push({ at, value });
        }
        recent.forget(at - 100);
        while ((plain[0]?.at ?? at) < at - 100) plain.shift();
        expect(recent.size).toBe(plain.length);
        expect(recent.map((from, value) => ({ at: from, value }))).toEqual(plain);
      }
      expect(recent.values()).toEqual(plain.map(({ value }) => value));
    }),
    { numRuns: 200 },
  );
});
