// Runs whose words and figures are anything at all, so that a format is tried with what nobody thought of.

import fc from "fast-check";
import type { RunResult } from "../../src/records/results/run-result.ts";
import { hostile, passingRun, sampleRun } from "./sample-run.ts";

/** Fields that hold words of users, targets or healers. */
const wordFields = new Set([
  "because",
  "belief",
  "endedAt",
  "formula",
  "intent",
  "last",
  "pathway",
  "rule",
  "runId",
  "says",
  "startedAt",
  "suite",
  "target",
  "title",
  "version",
]);

const trouble = [
  hostile,
  "]]>",
  "a|b\n| --- |\n# head",
  "<!-- x",
  "&#0;&lt;",
  "\u0000\u0001\u001f\u007f\u0085\ufffe\uffff\ud800x\udfff",
  "\u2028\u2029\ufeff\u200b\u202e",
  "\\u0000 ${x} {{y}} %s",
  "`x` **y** [z](javascript:1) ![i](http://x) <img src=x onerror=1> ~~s~~ @everyone #1",
  "  \r\n\t ",
  "",
] as const;

const word = fc.oneof(
  fc.constantFrom(...trouble),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
);

const counts = fc
  .array(fc.tuple(word, fc.nat({ max: 1000 })), { maxLength: 4 })
  .map((pairs) => Object.fromEntries(pairs.filter(([key]) => key !== "__proto__")));

const figure = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -1, 1e300, 12_345.678));

/** A run of made-up trials, every word of which is replaced, with errors, notes and blind looks of any words. */
export const hostileRuns: fc.Arbitrary<RunResult> = fc
  .record({
    run: fc.constantFrom(sampleRun().run, passingRun().run, { ...passingRun().run, intents: [] }),
    words: fc.array(word, { minLength: 7, maxLength: 13 }),
    errors: counts,
    notes: counts,
    tookMs: fc.option(figure, { nil: undefined }),
  })
  .map(({ run, words, errors, notes, tookMs }) => {
    let next = 0;
    const put = (key: string, value: unknown): unknown =>
      wordFields.has(key) && typeof value === "string" ? words[(next += 1) % words.length] : value;
    const spoilt = JSON.parse(JSON.stringify(run), put) as RunResult;
    const blindSamples = { [words[0] ?? ""]: { samples: 4, unseen: 2, by: errors, last: words[1] ?? "" } };
    return {
      ...spoilt,
      // Names of intents are unique in a run: whoever plans it sees to that.
      intents: spoilt.intents.map((intent, index) => ({
        ...intent,
        intent: `${intent.intent}${"/".repeat(index % 3)}${index}`,
        trials: intent.trials.map(({ plan, facts, verdict }) => ({
          plan,
          verdict,
          facts: {
            ...facts,
            ...(tookMs !== undefined && { tookMs }),
            blindSamples,
            load: {
              ...facts.load,
              errors: 5,
              errorsBy: { baseline: errors, disturbed: notes },
              notesBy: { baseline: notes, disturbed: errors },
            },
          },
        })),
      })),
    };
  });
