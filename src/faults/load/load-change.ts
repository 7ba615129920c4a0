// load.change: users ask more, or less, often. The load is the harness's own, so that its schedule is the proof that it
// was ordered; whether it arrived is judged from the requests, like all load.

import { z } from "zod";
import { fault } from "../fault.ts";

const timesWords = "a factor above 0 and at most 5, such as 1.5";

export const loadChange = fault({
  name: "load.change",
  about: "Multiplies the rate at which users' requests are due.",
  acts: "load",
  wayBack: "sets the rate back to what it was",
  needs: ["load"],
  params: z.strictObject({
    times: z
      .number(timesWords)
      .gt(0)
      .max(5)
      .refine((times) => times !== 1, "a factor that changes something, such as 1.5")
      .describe("Requests are due this many times as often: above 0, at most 5, not 1."),
  }),
  example: { times: 1.5 },

  prepare: () => Promise.resolve(null),

  async apply({ times }, _undo, site, signal) {
    await site.controls.load.change(times, signal, () => site.harmBegins?.());
  },

  observe: ({ params: { times } }, site) => {
    const now = site.controls.load.times();
    return Promise.resolve({
      confirmed: now === times,
      expected: `requests are due ${times} times as often`,
      seen: `they are due ${now} times as often as planned`,
    });
  },

  async revert(_undo, { controls: { load } }, signal) {
    const expected = "requests are due as often as planned";
    if (load === undefined) return { confirmed: true, expected, seen: "the load ended with its run" };
    if (load.times() !== 1) await load.change(1, signal);
    return { confirmed: load.times() === 1, expected, seen: `they are due ${load.times()} times as often as planned` };
  },
});
