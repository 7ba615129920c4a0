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
    stream: z
      .string("the name of a stream of requests")
      .optional()
      .describe("Whose requests; those of the default stream when absent."),
    felt_by: z
      .string("the name of a service of the target")
      .optional()
      .describe(
        "The service that has no room for it: the change is then a fault at this service, and else a benign one.",
      ),
  }),
  example: { times: 1.5 },
  dose: { param: "times", unit: "times", mildest: 1.1, harshest: 5, scale: "log" },

  // Which stream it is, is all that the way back needs.
  prepare: ({ stream }) => Promise.resolve(stream ?? null),

  async apply({ times, stream }, _undo, site, signal) {
    await site.controls.load.change(times, signal, { stream, begins: () => site.harmBegins?.() });
  },

  observe: ({ params: { times, stream } }, site) => {
    const now = site.controls.load.times(stream);
    return Promise.resolve({
      confirmed: now === times,
      expected: `requests${of(stream)} are due ${times} times as often`,
      seen: `they are due ${now} times as often as planned`,
    });
  },

  async revert(undo, { controls: { load } }, signal) {
    const stream = undo ?? undefined;
    const expected = `requests${of(stream)} are due as often as planned`;
    if (load === undefined) return { confirmed: true, expected, seen: "the load ended with its run" };
    if (load.times(stream) !== 1) await load.change(1, signal, { stream });
    const now = load.times(stream);
    return { confirmed: now === 1, expected, seen: `they are due ${now} times as often as planned` };
  },
});

function of(stream: string | undefined): string {
  return stream === undefined ? "" : ` of the stream ${stream}`;
}
