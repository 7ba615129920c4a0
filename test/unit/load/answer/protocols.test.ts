import { describe, expect, it } from "vitest";
import { chunk, DONE, event, read, stop } from "./reading.ts";
import { check } from "./protocol-cases.ts";

describe("a stream of Ollama's lines", () => {
  const line = (more: object): string => `${JSON.stringify({ model: "m", ...more })}\n`;
  const said = line({ message: { role: "assistant", content: "Paris" }, done: false });
  const end = line({ message: { role: "assistant", content: "" }, done: true, done_reason: "stop" });
  check(
    [
      ["is whole with done: true", said + end, "answered"],
      [
        "of generate is, too",
        line({ response: "Paris", done: false }) + line({ response: "", done: true, done_reason: "stop" }),
        "answered",
      ],
      ["is whole without a line end", said + end.trimEnd(), "answered"],
      ["is whole with CRLF and empty lines", (said + end).replaceAll("\n", "\r\n\r\n"), "answered"],
      ["is cut without done", said, "cut stream"],
      ["is torn", said + end.slice(0, 20), "cut stream"],
      ["has a torn line in the middle", `${said.slice(0, 20)}\n${end}`, "malformed stream"],
      ["carries an error", said + line({ error: "boom" }), "error in stream"],
      ["carries an error object", said + line({ error: { message: "boom" } }), "error in stream"],
      ["carries a line of another kind", said + line({ detail: "no" }) + end, "error in stream"],
      ["is cut at its limit", said + line({ done: true, done_reason: "length", response: "" }), "cut at limit"],
      [
        "reaches a limit that was asked for",
        said + line({ done: true, done_reason: "length", response: "" }),
        "answered",
        { body: { options: { num_predict: 5 } } },
        "at limit",
      ],
      [
        "of an old version does not say why",
        said + line({ done: true, response: "" }),
        "answered",
        {},
        "no finish reason",
      ],
      ["is empty", end, "empty answer"],
      [
        "calls a tool",
        line({ message: { content: "", tool_calls: [{ function: { name: "f", arguments: {} } }] }, done: false }) + end,
        "answered",
      ],
      ["is a page", "<html></html>", "not a stream"],
      ["is an empty body", "", "empty answer"],
    ],
    "ndjson",
  );
});

describe("a whole body of another protocol", () => {
  const body = (value: object): string => JSON.stringify(value);
  check(
    [
      [
        "is a response",
        body({
          object: "response",
          status: "completed",
          output: [{ type: "message", content: [{ type: "output_text", text: "x" }] }],
        }),
        "answered",
      ],
      [
        "is a failed response",
        body({ object: "response", status: "failed", error: { code: "x" }, output: [] }),
        "error in answer",
      ],
      [
        "is an incomplete response",
        body({
          object: "response",
          status: "incomplete",
          incomplete_details: { reason: "max_output_tokens" },
          output: [{ type: "message", content: [{ text: "x" }] }],
        }),
        "cut at limit",
      ],
      [
        "is a response that goes on",
        body({ object: "response", status: "in_progress", output: [{ type: "message", content: [{ text: "x" }] }] }),
        "no finish reason",
      ],
      [
        "is a message",
        body({ type: "message", content: [{ type: "text", text: "x" }], stop_reason: "end_turn" }),
        "answered",
      ],
      [
        "is a message without a reason",
        body({ type: "message", content: [{ type: "text", text: "x" }], stop_reason: null }),
        "no finish reason",
      ],
      ["is an error of Anthropic's", body({ type: "error", error: { type: "overloaded_error" } }), "error in answer"],
      ["is of Ollama", body({ message: { content: "x" }, done: true, done_reason: "stop" }), "answered"],
      ["is of Ollama and goes on", body({ message: { content: "x" }, done: false }), "no finish reason"],
      [
        "is a legacy completion",
        body({ object: "text_completion", choices: [{ text: "x", finish_reason: "stop" }] }),
        "answered",
      ],
    ],
    "whole",
  );
});

describe("what ends a stream", () => {
  const whole = chunk({ content: "yes" }) + stop;
  it("is the terminator: what the connection does after it changes nothing", () => {
    expect(read(whole + DONE, { after: "open" }).word).toBe("answered");
    expect(read(whole + DONE, { after: "reset" }).word).toBe("answered");
    expect(read(`${whole + DONE}data: {"error":"late"}\n\n`).word).toBe("answered");
    for (const end of ["data: [DONE]", "data:[DONE]", "data: [DONE]\r", "data: [DONE]\r\n", "data: [DONE] \n"]) {
      expect(read(whole + end), JSON.stringify(end)).toEqual({ word: "answered", token: true, right: null });
      expect(read(whole + end, { after: "reset" }).word).toBe("answered");
    }
    expect(read(`${whole}data: [DONE]\n`, { after: "open" }).word).toBe("answered");
  });

  it("is, without one, the reason together with the clean end", () => {
    expect(read(whole, { after: "open" }).word).toBe("open");
    expect(read(whole, { after: "closed" }).word).toBe("cut stream");
    expect(read(whole.trimEnd())).toMatchObject({ word: "answered", note: "no terminator" });
  });

  it("may be said by the target", () => {
    const reason = { mix: { done: "finish_reason" } };
    expect(read(whole, { ...reason, after: "open" })).toEqual({ word: "answered", token: true, right: null });
    const end = { mix: { done: "end" } };
    expect(read(whole, end)).toEqual({ word: "answered", token: true, right: null });
    const strict = { mix: { done: "[END]" } };
    expect(read(whole, strict).word).toBe("cut stream");
    expect(read(`${whole}data: [END]\n\n`, { ...strict, after: "open" }).word).toBe("answered");
    const named = { mix: { done: "bye" } };
    expect(read(`${whole}event: bye\ndata: {"choices":[]}\n\n`, { ...named, after: "open" }).word).toBe("answered");
  });

  it("is an error event, whatever is said after it", () => {
    const body = `${chunk({ content: "yes" })}${event({ error: "no" })}${stop}${DONE}`;
    expect(read(body, { wanted: "yes" })).toMatchObject({ word: "error in stream", right: null });
    expect(read(chunk({ content: "yes" }) + event({ error: "no" }), { after: "open" }).word).toBe("error in stream");
  });
});

describe("heartbeats", () => {
  it.each([
    ": beat\n\n",
    "event: ping\ndata: {}\n\n",
    'data: {"type":"ping"}\n\n',
    "data:\n\n",
    "event: heartbeat\ndata: 1\n\n",
  ])("like %j are no token and no answer", (beat) => {
    expect(read(beat, { after: "open" })).toEqual({ word: "open", token: false, right: null });
    expect(read(beat + chunk({ content: "x" }) + beat + stop + beat + DONE).word).toBe("answered");
  });
});
