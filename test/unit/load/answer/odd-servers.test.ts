// Healthy answers in unusual shapes, and errors in unusual places, as services of today send them.

import { describe, expect, it } from "vitest";
import { chunk, DONE, event, read, stop } from "./reading.ts";
import type { Mix, Reading } from "./reading.ts";

type Case = readonly [title: string, body: string, word: string, reading?: Reading];

const json = JSON.stringify;
const text = chunk({ content: "Paris" });
const ends = (reason: string): string => text + chunk({}, { finish_reason: reason }) + DONE;
const call = (calls: readonly object[]): string => chunk({ tool_calls: calls });
const done = (name: string): Reading => ({ mix: { done: name } });
const whole = (mix: Mix = {}): Reading => ({ mix: { stream: "whole", ...mix } });
const named = (name: string, args: string, more: object = {}) => ({
  index: 0,
  ...more,
  function: { name, arguments: args },
});
const twoCalls = [named("a", '{"x":1}', { id: "" }), named("b", '{"y":1}', { id: "" })];
const asked = { model: "m", prompt: "p", messages: [] };
const url = (path: string): string => `http://127.0.0.1:1${path}`;

function check(cases: readonly Case[]): void {
  for (const [title, body, word, reading] of cases) {
    it(title, () => {
      expect(read(body, reading).word).toBe(word);
    });
  }
}

describe("a stream of chat", () => {
  check([
    [
      "may hold events of the server's own in plain text",
      `${text}event: status\ndata: searching\n\n${stop}${DONE}`,
      "answered",
    ],
    ["is torn where such an event is", `${text}event: status\ndata: {"a\n\n${stop}${DONE}`, "malformed stream"],
    ["ends with a name alone, where the target says so", `${text}${stop}event: close\n\n`, "answered", done("close")],
    ["ends with a name and no data", `${text}${stop}event: close\ndata:\n\n`, "answered", done("close")],
    ["ends with a name and plain text", `${text}${stop}event: close\ndata: bye\n\n`, "answered", done("close")],
    ["is cut when that name is missing", `${text}${stop}event: other\n\n`, "cut stream", done("close")],
    ["carries a list of errors (Gemini)", event([{ error: { code: 503 } }]) + DONE, "error in stream"],
    [
      "was stopped early for a reason beside its choices (Groq)",
      text + event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }], x_groq: { error: "boom" } }) + DONE,
      "error in stream",
    ],
    [
      "says its usage there (Groq)",
      text + event({ choices: [{ delta: {}, finish_reason: "stop" }], x_groq: { id: "r", usage: {} } }) + DONE,
      "answered",
    ],
    [
      "has two calls of one index and no ids (Gemini)",
      call(twoCalls.slice(0, 1)) + call(twoCalls.slice(1)) + ends("tool_calls"),
      "answered",
    ],
    ["has them in one event", call(twoCalls) + ends("tool_calls"), "answered"],
    [
      "has more than whole arguments in one call",
      call(twoCalls.slice(0, 1)) + call([{ index: 0, function: { arguments: "{}" } }]) + ends("tool_calls"),
      "cut tool call",
    ],
    ["is compressed and says so", ends("stop"), "unreadable encoding", { headers: { "content-encoding": "br" } }],
    ["has an encoding that is none", ends("stop"), "answered", { headers: { "content-encoding": "UTF-8" } }],
  ]);

  it("may be of Responses or of Anthropic's, though nobody said so", () => {
    const delta = event({ type: "response.output_text.delta", delta: "Paris" });
    const response = { status: "completed", output: [] };
    const last = event({ type: "response.completed", response }, "response.completed");
    expect(read(delta + last, { after: "open", wanted: "Paris" })).toMatchObject({ word: "answered", right: true });
    expect(read(delta).word).toBe("cut stream");
    const piece = event({ type: "content_block_delta", index: 0, delta: { text: "Paris" } }, "content_block_delta");
    const reason = event({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: {} }, "message_delta");
    const stopped = event({ type: "message_stop" }, "message_stop");
    const seen = read(event({ type: "message_start", message: {} }) + piece + reason + stopped, { after: "open" });
    expect(seen).toMatchObject({ word: "answered", token: true });
    expect(read(piece + reason, { after: "closed" }).word).toBe("cut stream");
  });

  it("retells in its first event what was asked: no token, and no text", () => {
    const instructions = "x".repeat(20_000);
    const reasoning = { effort: "high", summary: "auto" };
    const response = { status: "in_progress", error: null, instructions, input: "Paris", reasoning, output: [] };
    const begun = event({ type: "response.created", response }, "response.created");
    const mix: Mix = { stream: "responses" };
    expect(read(begun, { mix, after: "open" })).toMatchObject({ word: "open", token: false });
    const delta = event({ type: "response.output_text.delta", delta: "Rome" });
    const last = event({ type: "response.completed", response: { ...response, status: "completed" } });
    expect(read(begun + delta + last, { mix, wanted: "Paris" })).toMatchObject({ word: "answered", right: false });
    const retold = { type: "response.output_text.done", text: `${instructions} Paris` };
    expect(read(event(retold) + last, { mix, wanted: "Paris" })).toMatchObject({ word: "answered", right: true });
  });

  it.each([
    ["content_filter: PROHIBITED_CONTENT", "content filter"],
    ["SPII", "content filter"],
    ["function_call_filter: UNEXPECTED_TOOL_CALL", "error as finish reason"],
    ["time_limit", "error as finish reason"],
    ["not_finished", "error as finish reason"],
    ["max_length", "cut at limit"],
    ["max_new_tokens", "cut at limit"],
  ])("that ends for %j", (reason, word) => {
    expect(read(ends(reason)).word).toBe(word);
  });
});

describe("a whole body", () => {
  const success = { code: 10000, message: "success", data: { a: "x" } };
  check([
    [
      "has texts as output (Replicate)",
      json({ id: "x", status: "succeeded", output: ["Par", "is"] }),
      "answered",
      whole(),
    ],
    ["has a list as output (RunPod)", json({ status: "COMPLETED", output: [{ tokens: ["x"] }] }), "answered", whole()],
    ["is done, and no answer of Ollama", json({ done: true, message: "saved" }), "answered", whole()],
    ["is a message, and none of Anthropic's", json({ type: "message", content: "Hello" }), "answered", whole()],
    ["is a search that finds nothing", '{"hits":[]}', "answered", whole()],
    ["is a list of nothing", "[]", "answered", whole()],
    ["is a query that finds nothing", '{"data":{"Get":{"X":[]}}}', "answered", whole()],
    ["has an empty text", '{"answer":"","sources":[]}', "empty answer", whole()],
    ["has null", '{"answer":null}', "empty answer", whole()],
    ["is an empty object", "{}", "empty answer", whole()],
    ["is an empty object, where JSON is all that is asked for", "{}", "answered", whole({ answer: "json" })],
    ["is a list of errors", json([{ error: { code: 503 } }]), "error in answer", whole()],
    ["is a list of errors, not a completion", '[{"error":"x"}]', "error in answer", whole({ answer: "completion" })],
    ["counts its successes from 10,000 on", json(success), "answered", whole()],
    ["counts its errors from 10,000 on", '{"code":40013,"message":"invalid app"}', "error in answer", whole()],
    ["has a code of HTTP, whatever its message", '{"code":503,"message":"ok"}', "error in answer", whole()],
    [
      "has two calls of one index and no ids",
      json({ choices: [{ message: { tool_calls: twoCalls }, finish_reason: "tool_calls" }] }),
      "answered",
      whole(),
    ],
    ["is a sequence of JSON texts", '\u001e{"a":"x"}\n', "answered", { ...whole(), type: "application/json-seq" }],
    ["is of a chat of one's own", '{"reply":"x"}', "answered", whole({ url: url("/api/chat"), body: { q: "?" } })],
    ["is Ollama's and has no text", '{"x":"y"}', "no choices", whole({ url: url("/api/chat"), body: asked })],
    ["is of images", '{"data":[{"url":"x"}]}', "answered", whole({ url: url("/v1/images/generations"), body: asked })],
    ["counts tokens", '{"input_tokens":3}', "answered", whole({ url: url("/v1/messages/count_tokens"), body: asked })],
  ]);

  it("has its state behind more items than are kept, and may be right all the same", () => {
    const search = { type: "web_search_call", id: "ws_".padEnd(40, "a"), status: "completed" };
    const message = { type: "message", content: [{ type: "output_text", text: "Paris" }] };
    const output = [...Array.from({ length: 200 }, () => search), message];
    const body = json({ object: "response", output, status: "completed" });
    expect(read(body, { ...whole(), wanted: "Paris" })).toMatchObject({ word: "answered", right: null });
    const failed = json({ object: "response", output, status: "failed" });
    expect(read(failed, whole()).word).toBe("error as finish reason");
  });

  it("retells what was asked, which is no answer", () => {
    const told = (more: object) =>
      json({ choices: [{ message: { content: "Rome" }, finish_reason: "stop" }], ...more });
    for (const more of [{ text: "Paris" }, { input: "Paris" }, { sources: [{ text: "Paris" }] }]) {
      expect(read(told(more), { ...whole(), wanted: "Paris" })).toMatchObject({ word: "answered", right: false });
    }
    const empty = json({ text: "Paris", choices: [{ message: { content: "" }, finish_reason: "stop" }] });
    expect(read(empty, whole()).word).toBe("empty answer");
  });

  it.each([
    ["a part's thinking (Mistral)", [{ type: "thinking", thinking: [{ type: "text", text: "Paris" }] }]],
    ["a part of reasoning", [{ type: "reasoning", text: "Paris" }]],
    ["what a search found", [{ type: "web_search_tool_result", content: [{ title: "x", text: "Paris" }] }]],
  ])("is not right by %s", (_title, thoughts) => {
    const content = [...thoughts, { type: "text", text: "Rome" }];
    const chat = json({ choices: [{ message: { content }, finish_reason: "stop" }] });
    expect(read(chat, { ...whole(), wanted: "Paris" })).toMatchObject({ word: "answered", right: false });
    expect(read(chat, { ...whole(), wanted: "Rome" }).right).toBe(true);
    const item = { type: "reasoning", content: [{ type: "reasoning_text", text: "Paris" }] };
    const response = json({ object: "response", status: "completed", output: [item, { type: "message", content }] });
    expect(read(response, { ...whole(), wanted: "Paris" })).toMatchObject({ word: "answered", right: false });
    expect(read(response, { ...whole(), wanted: "Rome" }).right).toBe(true);
  });

  it("is a picture (OpenRouter)", () => {
    const message = { content: "", images: [{ type: "image_url", image_url: { url: "data:" } }] };
    expect(read(json({ choices: [{ message, finish_reason: "stop" }] }), whole()).word).toBe("answered");
    expect(read(chunk(message) + stop + DONE).word).toBe("answered");
  });

  it("has more choices than are kept", () => {
    const choices = Array.from({ length: 128 }, (_, index) => {
      const message = { role: "assistant", content: `x${index}`, refusal: null };
      return { index, message, finish_reason: "stop" };
    });
    expect(read(json({ choices }), { ...whole(), wanted: "x1" })).toMatchObject({ word: "answered", right: true });
  });

  it("has no text of its own in what it gives a tool", () => {
    const content = [{ type: "tool_use", id: "t", name: "f", input: { content: "Paris" } }];
    const body = json({ type: "message", content, stop_reason: "tool_use" });
    expect(read(body, { ...whole(), wanted: "Paris" })).toMatchObject({ word: "answered", right: false });
  });
});
