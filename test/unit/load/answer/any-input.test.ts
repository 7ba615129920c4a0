// Whatever comes: one outcome word, the same however the network cut it, and never a throw. 10,000 seeds in all.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonScanner } from "../../../../src/load/answer/json-scanner.ts";
import { answerErrors, answerNotes } from "../../../../src/load/answer/outcome-words.ts";
import { chunk, DONE, event, read, stop } from "./reading.ts";
import type { Mix, Reading, TrialView } from "./reading.ts";

const streams = ["sse", "responses", "anthropic", "ndjson", "whole"] as const;
const words = new Set(["answered", ...Object.keys(answerErrors)]);
const notes = new Set([undefined, ...Object.keys(answerNotes)]);

function expectOneWord(seen: TrialView): void {
  expect(words).toContain(seen.word);
  expect(notes).toContain(seen.note);
}

const tool = (text: string) => chunk({ tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: text } }] });
const line = (more: object): string => `${JSON.stringify({ model: "m", ...more })}\n`;
const typed = (type: string, more: object = {}): string => event({ type, ...more }, type);
const long = "long ünï 🎈 ".repeat(900);

const wholeBodies: readonly (readonly [Mix["stream"] & string, string])[] = [
  ["sse", `\uFEFF: hi\r\n\r\n${chunk({ content: "Zürich 🎈" })}${tool('{"a":[1,2.5e3,"\\u00fc"]}')}${stop}${DONE}`],
  ["sse", chunk({ content: long }).replaceAll("\n", "\r") + stop.replaceAll("\n", "\r") + DONE],
  [
    "responses",
    typed("response.created", { response: { status: "in_progress" } }) +
      typed("response.output_text.delta", { delta: "Zürich" }) +
      typed("response.completed", { response: { status: "completed", output: [] } }),
  ],
  [
    "anthropic",
    typed("message_start", { message: { content: [] } }) +
      typed("content_block_delta", { index: 0, delta: { type: "text_delta", text: "Zürich 🎈" } }) +
      typed("message_delta", { delta: { stop_reason: "end_turn" } }) +
      typed("message_stop"),
  ],
  [
    "ndjson",
    line({ message: { content: "Zürich" }, done: false }) + line({ response: "", done: true, done_reason: "stop" }),
  ],
  [
    "whole",
    JSON.stringify({
      choices: [{ message: { content: "Zürich 🎈" }, finish_reason: "stop" }],
      usage: { n: 7 },
    }).replace("7", "1e400"),
  ],
];

/** Pieces of which streams are made, good and bad ones; of every protocol, for servers mix them up. */
const pieces: readonly (string | Uint8Array)[] = [
  ...wholeBodies.map(([, body]) => body),
  ...wholeBodies.map(([, body]) => body.slice(0, Math.floor(body.length / 2))),
  chunk({ content: "yes" }),
  chunk({ content: "" }),
  chunk({ reasoning: "hm" }),
  stop,
  DONE,
  "data: [DONE]",
  chunk({ content: long }),
  tool(`{"a":"${long}"}`),
  tool('{"a":'),
  tool("}"),
  chunk({ content: [{ text: "es" }] }),
  chunk({}, { finish_reason: "length" }),
  chunk({}, { finish_reason: "error" }),
  event({ error: "no" }),
  event(7),
  event({ choices: [{ index: 1, delta: { content: "y" } }] }),
  event({ choices: [], usage: {} }),
  event({}),
  ": beat\n\n",
  "event: ping\ndata: {}\n\n",
  "event: error\ndata: x\n\n",
  "error: no\n",
  "id: 7\nretry: 9\n\n",
  'data: {"choices":\ndata: [{"delta":\ndata: {"content":"yes"}}]}\n\n',
  "data\n\n",
  "data:\n",
  ":\n",
  "\n",
  "\r",
  "\r\n",
  'data: {"choices":[{"del\n\n',
  "data: ",
  "<html>",
  '{"a":',
  "[",
  "]",
  "}",
  '"',
  "\\",
  "\u2028",
  "\0",
  "\uFEFF",
  `data: {"choices":[{"delta":{"content":"${long}`,
  "[".repeat(9_000),
  `data: ${"9".repeat(9_000)}\n\n`,
  `: ${long}\n`,
  '{"id":464004151041070705,"text":"x"}',
  '{"text":1,"text":null}',
  '{"detail":"no"}',
  line({ error: { message: "no" } }),
  Uint8Array.of(0xff, 0xfe),
  Uint8Array.of(0xe2, 0x82),
  Uint8Array.of(0xc3),
  Uint8Array.of(0xf0, 0x9f, 0x8e),
  Uint8Array.of(0xef, 0xbb),
];

/** Half of them begin as a good answer does. */
const begun = fc.constantFrom(
  "",
  "",
  "",
  chunk({ content: "Zür" }),
  chunk({ content: "y" }),
  tool('{"a":') + tool("1}"),
  chunk({ content: long }),
);

const anyPieces = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  ),
  {
    maxLength: 9,
  },
);
const body = fc
  .tuple(begun, anyPieces)
  .map(([first, parts]) => [first, ...parts])
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))));

const reading = fc.record({
  mix: fc.record({
    stream: fc.constantFrom(...streams),
    done: fc.constantFrom(...([undefined, undefined, "finish_reason", "end", "[END]"] as const)),
    answer: fc.constantFrom(...([undefined, "completion", "json", "text"] as const)),
    body: fc.constantFrom({}, { max_tokens: 5 }),
  }),
  type: fc.constantFrom("", "text/plain", "text/event-stream", "application/json"),
  after: fc.constantFrom(...([undefined, undefined, "closed", "reset"] as const)),
  wanted: fc.constantFrom("yes", "Zürich 🎈", "ünï 🎈 long", "", "\uFFFD"),
});

/** fast-check's undefined members are left out, as the compiler wants it. */
function plain(drawn: typeof reading extends fc.Arbitrary<infer T> ? T : never): Reading {
  return JSON.parse(JSON.stringify(drawn)) as Reading;
}

describe("an answer of any bytes", () => {
  it("has one outcome word, the same wherever it is cut into reads", () => {
    fc.assert(
      fc.property(body, reading, fc.array(fc.nat(1_000_000), { maxLength: 12 }), (bytes, drawn, places) => {
        const how = plain(drawn);
        const whole = read(bytes, how);
        expectOneWord(whole);
        const cuts = places.map((place) => (bytes.length === 0 ? 0 : place % bytes.length));
        expect(read(bytes, { ...how, cuts })).toEqual(whole);
        const step = bytes.length < 2_000 ? 1 : 61;
        const many = Array.from({ length: Math.floor(bytes.length / step) }, (_, index) => index * step);
        expect(read(bytes, { ...how, cuts: many })).toEqual(whole);
      }),
      { numRuns: 6_000 },
    );
  });

  it("has one when they are nothing but noise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(...streams), (bytes, stream) => {
        const seen = read(bytes, { mix: { stream }, type: "" });
        expectOneWord(seen);
        expect(read(bytes, { mix: { stream }, type: "", cuts: Array.from(bytes.keys()) })).toEqual(seen);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("an answer that ends at any byte", () => {
  it.each(wholeBodies)("(%s) has one word, and is answered by its last event alone", (stream, text) => {
    const bytes = Buffer.from(text);
    expect(read(bytes, { mix: { stream } }).word).toBe("answered");
    for (let length = 0; length < bytes.length; length += length < 3_000 || length > bytes.length - 3_000 ? 1 : 97) {
      for (const after of [undefined, "closed", "reset"] as const) {
        const seen = read(bytes.subarray(0, length), { mix: { stream }, ...(after && { after }) });
        expectOneWord(seen);
        const isNearEnd = length > bytes.length - 60;
        if (!isNearEnd) expect(seen.word, String(length)).not.toBe("answered");
      }
    }
  });
});

describe("the check of JSON in pieces", () => {
  const parses = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  it("agrees with JSON.parse on JSON and on what is left of it after a change", () => {
    const change = fc.record({
      at: fc.nat(),
      put: fc.constantFrom("", '"', "\\", "\\u12", "{", "]", ",", "-", "0", ".", "e", "\n", "t", "\u0001"),
    });
    fc.assert(
      fc.property(fc.json(), fc.option(change), fc.array(fc.nat(), { maxLength: 6 }), (json, changed, places) => {
        const at = changed === null ? 0 : changed.at % (json.length + 1);
        const text = changed === null ? json : json.slice(0, at) + changed.put + json.slice(at + 1);
        const scanner = new JsonScanner();
        const cuts = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
        for (const [index, cut] of cuts.slice(1).entries()) scanner.write(text.slice(cuts[index], cut));
        expect(scanner.end() === "whole").toBe(parses(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("calls the beginning of JSON torn", () => {
    const text = '{"a":[1,-2.5e+3,true,null,"\\u00fc\\n"],"b":{}}';
    for (let length = 0; length < text.length; length += 1) {
      const scanner = new JsonScanner();
      scanner.write(text.slice(0, length));
      expect(scanner.end(), String(length)).toBe("torn");
    }
  });
});
