// An answer that holds the canary of another request is leaked, wherever in it that stands and however it is cut.
import { describe, expect, it } from "vitest";
import { makeAnswerReader } from "../../../src/load/answer/reader.ts";
import { planReading } from "../../../src/load/answer/reading-plan.ts";
import { canariesOf, canaryLength } from "../../../src/load/canary.ts";
import { bodyOf, END, run, serve, stream } from "./generator-cases.ts";
import { chunk, DONE, stop } from "./answer/reading.ts";
import type { TrafficSpec } from "../../../src/core/target.ts";

const canaryOf = canariesOf("a trial");
const [first, own] = [canaryOf(1), canaryOf(2)];

/** What became of an answer to the second request, read `size` bytes at a time. */
function read(body: string, size = body.length, mix: Partial<TrafficSpec> = {}) {
  const traffic: TrafficSpec = {
    name: "notes",
    method: "POST",
    url: "http://127.0.0.1:1/v1/chat/completions",
    headers: {},
    body: {},
    stream: "sse",
    ...mix,
  };
  const reader = makeAnswerReader({ ...planReading(traffic), canary: own });
  reader.begin({ "content-type": traffic.stream === "whole" ? "application/json" : "text/event-stream" });
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  reader.end();
  return { word: reader.verdict?.error ?? "answered", leaked: reader.isLeaked };
}

describe("a canary", () => {
  it("is one word of its own for each request, and others only where another trial or stream is", () => {
    const texts = Array.from({ length: 2000 }, (_, n) => canaryOf(n + 1).text);
    expect(new Set(texts).size).toBe(2000);
    for (const text of texts) expect(text).toMatch(new RegExp(`^[a-z0-9]{${canaryLength}}$`));
    expect(canariesOf("a trial")(1).text).toBe(first.text);
    expect(canariesOf("another trial")(1).text).not.toBe(first.text);
  });

  it("of another is known by its check: neither its own, nor one that was not made, nor a slip of the pen", () => {
    expect(own.isOthers(first.text)).toBe(true);
    expect(own.isOthers(own.text)).toBe(false);
    expect(own.isOthers(canariesOf("a trial")(99_999).text)).toBe(false);
    const slip = first.text.slice(0, -1) + (first.text.endsWith("a") ? "b" : "a");
    expect(own.isOthers(slip)).toBe(false);
    expect(own.isOthers(own.text.slice(0, 9))).toBe(false);
  });
});

describe("an answer with the canary of another", () => {
  const leaking = chunk({ content: `My note says ${first.text}.` }) + stop + DONE;

  it("is leaked at whatever byte it is cut, and in whatever pieces its text comes", () => {
    for (let size = 1; size <= leaking.length; size += 1) {
      expect(read(leaking, size), `${size} bytes at a time`).toEqual({ word: "leaked", leaked: true });
    }
    const pieces = first.text
      .split("")
      .map((letter) => chunk({ content: letter }))
      .join("");
    expect(read(pieces + stop + DONE)).toEqual({ word: "leaked", leaked: true });
  });

  it("is leaked by what it thinks, by what it gives a tool, and in a body of one piece", () => {
    expect(read(chunk({ reasoning_content: first.text }) + chunk({ content: "ok" }) + stop + DONE).word).toBe("leaked");
    const call = { tool_calls: [{ index: 0, function: { name: "note", arguments: `{"a":"${first.text}"}` } }] };
    expect(read(chunk(call) + stop + DONE).word).toBe("leaked");
    const whole = { choices: [{ index: 0, message: { content: `${first.text}.` }, finish_reason: "stop" }] };
    expect(read(JSON.stringify(whole), 7, { stream: "whole" }).word).toBe("leaked");
    expect(read(`{"hits":["${first.text}"]}`, 7, { stream: "whole", answer: "json" }).word).toBe("leaked");
    expect(read(first.text, 3, { stream: "whole", answer: "text" }).word).toBe("leaked");
  });

  it("is leaked although it never came to its end, or is an error", () => {
    expect(read(chunk({ content: first.text })).word).toBe("leaked");
    expect(read(`data: {"error":{"message":"no room for ${first.text}"}}\n\n`, 5).word).toBe("leaked");
    expect(read(`event: error\ndata: ${first.text}\n\n`, 5).word).toBe("leaked");
    expect(read(`{"error":"${first.text}"}`, 5, { stream: "whole" }).word).toBe("leaked");
  });

  it("is leaked where the word begins a sentence", () => {
    const [letter, rest] = [first.text.slice(0, 1).toUpperCase(), first.text.slice(1)];
    expect(read(chunk({ content: letter }) + chunk({ content: `${rest} is it.` }) + stop + DONE).word).toBe("leaked");
  });

  it("is none with its own canary, with half of another's, or without any", () => {
    for (const text of [own.text, first.text.slice(0, -1), `${own.tag} and nothing`, "yes"]) {
      expect(read(chunk({ content: text }) + stop + DONE, 3)).toEqual({ word: "answered", leaked: false });
    }
  });
});

describe("a load with canaries", () => {
  it("counts the answers that hold another's, and no others", async () => {
    let kept = "";
    let asked = 0;
    const url = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        const { note } = JSON.parse(body) as { note: string };
        asked += 1;
        // Every fourth gets what was read for the one before.
        const given = asked % 4 === 0 ? kept : note;
        kept = note;
        stream(response, given);
        response.end(END);
      });
    });
    const body = { note: "{canary}" };
    const { requests } = await run(url, 24, { canary: true, body, rightWhenContains: "{canary}" });
    const leaked = requests.filter(({ error }) => error === "leaked");
    const others = requests.filter(({ error }) => error !== "leaked");
    expect(leaked.length).toBeGreaterThanOrEqual(6);
    expect(leaked.length).toBe(Math.floor(asked / 4));
    for (const one of leaked) expect(one).toMatchObject({ outcome: "error", leaked: true, done: null });
    for (const one of others) expect(one).toMatchObject({ outcome: "answered", leaked: false, right: true });
  });

  it("says nothing of leaks where it has none", async () => {
    const url = await serve((_request, response) => {
      stream(response, "yes");
      response.end(END);
    });
    const { requests } = await run(url, 3);
    for (const one of requests) expect(one).not.toHaveProperty("leaked");
  });
});
