// What a reader holds in the middle of an answer, whatever is long in it.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { TrafficSpec } from "../../../../src/core/target.ts";
import { makeAnswerReader } from "../../../../src/load/answer/reader.ts";
import { planReading } from "../../../../src/load/answer/reading-plan.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** So many that what else is allocated meanwhile, some ten KiB, is little beside what they hold. */
const READERS = 128;
const KIBI = 1_024;
/** Half a mebibyte of each, in reads of 64 KiB: eight times what a reader may hold. */
const READS = 8;

async function held(): Promise<number> {
  for (let time = 0; time < 4; time += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const begin = 'data: {"choices":[{"index":0,"delta":';
const cases: readonly (readonly [what: string, stream: TrafficSpec["stream"], begin: string, on: string])[] = [
  ["many events", "sse", "", `${begin}{"content":"“yes” and so"}}]}\n\n`],
  ["a line of text", "sse", `${begin}{"content":"`, "“yes” and so "],
  ["a line of escapes", "sse", `${begin}{"content":"`, "\\u201cyes\\n"],
  ["a line of digits", "sse", 'data: {"created":', "1234567890"],
  ["a line of brackets and keys", "sse", 'data: {"x":[', '{"choices":[{"content":"y"}]},'],
  ["a line of choices", "sse", 'data: {"choices":[', '{"index":0,"delta":{"content":"y"},"finish_reason":null},'],
  ["tool arguments", "sse", `${begin}{"tool_calls":[{"index":0,"function":{"arguments":"{\\"a\\":[`, "1,[true,2],"],
  ["a comment", "sse", ": ", "beat "],
  ["data lines of one event", "sse", "", "data: \n"],
  ["a line of Ollama", "ndjson", '{"message":{"content":"', "“yes” and so "],
  ["a whole completion", "whole", '{"choices":[{"message":{"content":"', "“yes” and so "],
  ["a list of texts", "whole", "[", '"“yes” and so",'],
  ["plain text", "whole", "", "“yes” and so "],
];

it.each(cases)("a request holds at most 64 KiB of %s", async (_what, stream, first, on) => {
  const plan = {
    ...planReading({ name: "t", method: "GET", url: "http://127.0.0.1:1/", headers: {}, body: null, stream }),
    wanted: "[p1]",
  };
  const unit = Buffer.byteLength(on);
  const more = Buffer.from(on.repeat(Math.ceil((64 * KIBI) / unit) + 1));
  const feed = () => {
    const reader = makeAnswerReader(plan);
    reader.begin({});
    reader.push(Buffer.from(first));
    // Each read goes on where the last one was cut.
    for (let read = 0, at = 0; read < READS; read += 1, at = (at + 64 * KIBI) % unit) {
      reader.push(Buffer.from(more.subarray(at, at + 64 * KIBI)));
    }
    return reader;
  };
  // Once for the compiler, whose memory is not a request's.
  expect(feed().verdict).toBeUndefined();
  const before = await held();
  const open = Array.from({ length: READERS }, feed);
  expect(open.map(({ verdict }) => verdict)).toEqual(Array.from({ length: READERS }));
  // Held with them, less held without them, before or after: what the compiler adds or frees at either end, up to some
  // 250 KiB, can only make it look more.
  const withThem = await held();
  open.length = 0;
  const each = (withThem - Math.min(before, await held())) / READERS;
  expect(each).toBeLessThanOrEqual(64 * KIBI);
  // A reader holds something: less would be a fault of the measurement.
  expect(each).toBeGreaterThan(0);
});
