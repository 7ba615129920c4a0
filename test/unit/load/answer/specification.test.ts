// What an answer is worth, case by case, as clients of these protocols have it (about 1,500 measured results of 27
// clients).

import { describe, expect, it } from "vitest";
import { chunk, DONE, event, read, stop } from "./reading.ts";
import type { Reading } from "./reading.ts";

const whole = (choice: unknown): string => JSON.stringify({ object: "chat.completion", choices: [choice] });
const said = (content: string, finish: string | null) =>
  whole({ index: 0, message: { role: "assistant", content }, finish_reason: finish });
const tool = (piece: string, more: object = {}) =>
  chunk({ tool_calls: [{ index: 0, id: "call_1", function: { name: "delete_path", arguments: piece } }] }, more);
const page = "<!DOCTYPE html><html><body>Bad gateway</body></html>";
const asWhole: Reading = { mix: { stream: "whole" } };
const limited: Reading = { mix: { body: { max_tokens: 5 } } };
const text = chunk({ content: "The capital of France is" });

type Case = readonly [title: string, body: string, word: string, reading?: Reading, note?: string];

const streams: readonly Case[] = [
  ["text, a reason, [DONE]", text + stop + DONE, "answered"],
  ["A1: a clean early end", text, "cut stream"],
  ["A1d: [DONE] without a reason", text + DONE, "no finish reason"],
  ["A2: cut in a chunk", `${text}data: {"choi`, "cut stream", { after: "closed" }],
  ["A3: reset", text, "reset", { after: "reset" }],
  ["A5: an error in a data line", `${text}${event({ error: { message: "no" } })}${DONE}`, "error in stream"],
  ["A5: an error in a data line, no [DONE]", text + event({ error: { message: "no" } }), "error in stream"],
  ["an error as text", text + event({ error: "boom" }) + DONE, "error in stream"],
  ["A11d: stop and a clean end, no [DONE]", text + stop, "answered", {}, "no terminator"],
  ["length with a cut text", text + chunk({}, { finish_reason: "length" }) + DONE, "cut at limit"],
  ["length that was asked for", text + chunk({}, { finish_reason: "length" }) + DONE, "answered", limited, "at limit"],
  [
    "object: error, then [DONE]",
    `${text}${event({ object: "error", message: "no", code: 503 })}${DONE}`,
    "error in stream",
  ],
  ["detail, then [DONE]", text + event({ detail: "Not Found" }) + DONE, "error in stream"],
  ["message and code at the top", text + event({ message: "no", code: 503 }) + DONE, "error in stream"],
  ["type: error", text + event({ type: "error", message: "no" }) + DONE, "error in stream"],
  ["event: error, whatever its data", `${text}event: error\ndata: overloaded\n\n${stop}${DONE}`, "error in stream"],
  ["a line error:", `${text}error: {"message":"no"}\n\n${stop}${DONE}`, "error in stream"],
  [
    "an error beside choices",
    text + chunk({}, { finish_reason: "error", error: { code: 502 } }) + DONE,
    "error in stream",
  ],
  ["finish_reason error", text + chunk({}, { finish_reason: "error" }) + DONE, "error as finish reason"],
  ["finish_reason abort", text + chunk({}, { finish_reason: "abort" }) + DONE, "error as finish reason"],
  ["finish_reason content_filter", text + chunk({}, { finish_reason: "content_filter" }) + DONE, "content filter"],
  [
    "an unheard-of reason",
    text + chunk({}, { finish_reason: "eot_id" }) + DONE,
    "answered",
    {},
    "unknown finish reason",
  ],
  ["[DONE] and nothing else", DONE, "empty answer"],
  ["role, stop, [DONE]", chunk({ role: "assistant", content: "" }) + stop + DONE, "empty answer"],
  ["thinking alone", chunk({ reasoning_content: "hm" }) + stop + DONE, "empty answer"],
  [
    "thinking alone, at a limit that was asked for",
    chunk({ reasoning: "hm" }, { finish_reason: "length" }) + DONE,
    "answered",
    limited,
    "at limit",
  ],
  ["a usage chunk at the end", text + stop + event({ choices: [], usage: { total_tokens: 9 } }) + DONE, "answered"],
  ["a usage chunk without choices", text + stop + event({ usage: { total_tokens: 9 } }) + DONE, "answered"],
  [
    "a first chunk without choices (Azure)",
    event({ choices: [], prompt_filter_results: [] }) + text + stop + DONE,
    "answered",
  ],
  ["an HTML page", page, "not a stream", { type: "text/html" }],
  ["a JSON page", '{"error":{"message":"no"}}', "not a stream", { type: "application/json" }],
  ["an HTML page without a type", page, "not a stream", { type: "" }],
  ["a JSON page without a type", '{"error":"no"}', "not a stream", { type: "" }],
  ["a JSON page as an event stream", '{"error":"no"}', "not a stream"],
  ["a stream without a type", text + stop + DONE, "answered", { type: "" }],
  ["a stream as plain text", text + stop + DONE, "answered", { type: "text/plain" }],
  ["an empty body", "", "empty answer"],
  ["heartbeats and an end", ": beat\n\n: beat\n\n", "cut stream"],
  ["one torn event in the middle", `${text}data: {"choices":[{"del\n\n${stop}${DONE}`, "malformed stream"],
  ["a torn last event at a clean end", `${text}${stop}data: {"choices":[{"del`, "cut stream"],
  ["an event that is no object", `${text}data: 7\n\n${stop}${DONE}`, "malformed stream"],
  ["compressed, unasked", text, "unreadable encoding", { headers: { "content-encoding": "gzip" } }],
  ["identity", text + stop + DONE, "answered", { headers: { "content-encoding": "identity" } }],
  [
    "a whole tool call",
    tool('{"path":') + tool('"/a"}') + chunk({}, { finish_reason: "tool_calls" }) + DONE,
    "answered",
  ],
  ["a cut tool call", tool('{"path":"/data/tmp/job-17') + stop + DONE, "cut tool call"],
  ["a cut tool call, length", tool('{"path":"/data') + chunk({}, { finish_reason: "length" }) + DONE, "cut at limit"],
  [
    "a cut tool call, a limit that was asked for",
    tool('{"path":"/data') + chunk({}, { finish_reason: "length" }) + DONE,
    "cut tool call",
    limited,
  ],
  ["a tool call without arguments", tool("") + chunk({}, { finish_reason: "tool_calls" }) + DONE, "answered"],
  [
    "two choices, both finished",
    text + event({ choices: [{ index: 1, delta: { content: "b" }, finish_reason: "stop" }] }) + stop + DONE,
    "answered",
  ],
  [
    "two choices, one unfinished",
    text + event({ choices: [{ index: 1, delta: { content: "b" } }] }) + stop + DONE,
    "no finish reason",
  ],
];

const bodies: readonly Case[] = [
  ["a completion", said("Paris.", "stop"), "answered", asWhole],
  ["cut JSON, length right", said("Paris.", "stop").slice(0, -9), "cut answer", asWhole],
  ["an empty body", "", "empty answer", asWhole],
  ["white space", " \n", "empty answer", asWhole],
  ["HTML as HTML", page, "not an answer", { ...asWhole, type: "text/html" }],
  ["HTML as JSON", page, "not an answer", asWhole],
  ["HTML without a type", page, "not an answer", { ...asWhole, type: "" }],
  ["an error object", '{"error":{"message":"no"}}', "error in answer", asWhole],
  ["an error as text", '{"error":"no"}', "error in answer", asWhole],
  ["object: error", '{"object":"error","message":"no","code":503}', "error in answer", asWhole],
  ["detail", '{"detail":"Not Found"}', "error in answer", asWhole],
  ["message and code", '{"message":"no","code":503}', "error in answer", asWhole],
  ["no choices in what says it is a completion", '{"object":"chat.completion","id":"x"}', "no choices", asWhole],
  ["choices: []", '{"choices":[]}', "no choices", asWhole],
  [
    "no choices where a completion was asked for",
    '{"id":"x","hint":"y"}',
    "no choices",
    { mix: { stream: "whole", url: "http://127.0.0.1:1/v1/chat/completions" } },
  ],
  [
    "no choices where the target wants a completion",
    '{"id":"x"}',
    "no choices",
    { mix: { stream: "whole", answer: "completion" } },
  ],
  ["no finish reason", said("Paris.", null), "no finish reason", asWhole],
  ["finish_reason length", said("Par", "length"), "cut at limit", asWhole],
  [
    "a limit that was asked for",
    said("Par", "length"),
    "answered",
    { mix: { stream: "whole", body: { max_completion_tokens: 1 } } },
    "at limit",
  ],
  ["finish_reason error", said("Par", "error"), "error as finish reason", asWhole],
  ["no text", said("", "stop"), "empty answer", asWhole],
  [
    "a cut tool call",
    whole({ message: { tool_calls: [{ function: { name: "f", arguments: '{"a":' } }] }, finish_reason: "tool_calls" }),
    "cut tool call",
    asWhole,
  ],
  ["closed before its end", said("Paris.", "stop"), "cut answer", { ...asWhole, after: "closed" }],
  ["reset", said("Paris.", "stop"), "reset", { ...asWhole, after: "reset" }],
  ["JSON of another shape", '{"text":"hello"}', "answered", asWhole],
  ["JSON with error: null", '{"text":"hello","error":null}', "answered", asWhole],
  ["a list", '["hello"]', "answered", asWhole],
  ["an empty object", "{}", "empty answer", asWhole],
  ["plain text", "ok", "answered", { ...asWhole, type: "text/plain" }],
  ["plain text without a type", "ok", "answered", { ...asWhole, type: "" }],
  ["several values of JSON", '{"a":"x"}\n{"b":"y"}\n', "answered", { ...asWhole, type: "application/x-ndjson" }],
  ["a stream that nobody asked for", text + stop + DONE, "malformed answer", { ...asWhole, type: "text/event-stream" }],
  ["errors of GraphQL", '{"errors":[{"message":"no"}],"data":null}', "error in answer", asWhole],
  ["a message that is no error", '{"message":"hello","code":"DE"}', "answered", asWhole],
  ["the frame of a completion alone", '{"id":"x","model":"m","usage":{}}', "no choices", asWhole],
  ["plain text as JSON", "ok", "malformed answer", asWhole],
  ["plain text that looks like a list", "[1] see there", "answered", { ...asWhole, type: "text/plain" }],
  [
    "a page that the target calls text",
    page,
    "answered",
    { mix: { stream: "whole", answer: "text" }, type: "text/html" },
  ],
  [
    "an answer in JSON that the target calls JSON",
    '{"answer":"x","choices":"none"}',
    "answered",
    { mix: { stream: "whole", answer: "json" } },
  ],
];

describe("an answer that comes as a stream of events", () => {
  for (const [title, body, word, reading, note] of streams) {
    it(title, () => {
      const seen = read(body, reading);
      expect([seen.word, seen.note]).toEqual([word, note]);
    });
  }
});

describe("an answer that comes as one body", () => {
  for (const [title, body, word, reading, note] of bodies) {
    it(title, () => {
      const seen = read(body, reading);
      expect([seen.word, seen.note]).toEqual([word, note]);
    });
  }
});
