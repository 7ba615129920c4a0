import { describe, expect, it } from "vitest";
import { chunk, DONE, event, read, stop } from "./reading.ts";

const completion = (choice: object): string => event({ choices: [{ index: 0, ...choice }] });
const finished = (body: string): string => body + stop + DONE;

describe("the text of an answer", () => {
  it.each([
    ["delta.content", chunk({ content: "yes" })],
    [
      "a list of parts",
      chunk({
        content: [
          { type: "text", text: "y" },
          { type: "text", text: "es" },
        ],
      }),
    ],
    ["a list of texts", chunk({ content: ["y", "es"] })],
    ["choices[].text", completion({ text: "yes" })],
    ["a message in a stream", completion({ message: { content: "yes" } })],
    ["a refusal", chunk({ refusal: "yes" })],
    ["an audio transcript", chunk({ audio: { transcript: "yes" } })],
    ["several chunks", chunk({ content: "y" }) + chunk({ content: "e" }) + chunk({ content: "s" })],
  ])("is read in %s", (_where, body) => {
    expect(read(finished(body), { wanted: "yes" })).toEqual({ word: "answered", token: true, right: true });
    expect(read(finished(body), { wanted: "yet" })).toEqual({ word: "answered", token: true, right: false });
  });

  it.each(["reasoning_content", "reasoning"])("is not delta.%s, which is a first token all the same", (field) => {
    const thought = chunk({ [field]: "yes" });
    expect(read(thought, { after: "open", wanted: "yes" })).toEqual({ word: "open", token: true, right: null });
    expect(read(finished(thought + chunk({ content: "no" })), { wanted: "yes" }).right).toBe(false);
  });

  it("is a tool call too: a first token", () => {
    const call = chunk({ tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: "" } }] });
    expect(read(call, { after: "open" }).token).toBe(true);
    expect(read(chunk({ role: "assistant", content: "" }), { after: "open" }).token).toBe(false);
  });

  it("does not run from one choice into another", () => {
    const other = event({ choices: [{ index: 1, delta: { content: "es" }, finish_reason: "stop" }] });
    expect(read(finished(chunk({ content: "y" }) + other), { wanted: "yes" }).right).toBe(false);
    expect(read(finished(chunk({ content: "y" }) + other + chunk({ content: "es" })), { wanted: "yes" }).right).toBe(
      true,
    );
  });

  it("is known at [DONE] without a reason, though that is an error", () => {
    expect(read(chunk({ content: "yes" }) + DONE, { wanted: "yes" })).toMatchObject({
      word: "no finish reason",
      right: true,
    });
  });

  it("is what JSON means, not how it is written", () => {
    const written = [
      ['{"answer":"Z\\u00fcrich"}', "Zürich"],
      ['{"answer":"say \\"hi\\""}', 'say "hi"'],
      ['{"answer":"one\\ntwo"}', "one\ntwo"],
      ['{"answer":"\\ud83c\\udf88 balloon"}', "🎈 b"],
      ['{"a":{"b":["\\/path"]}}', "/path"],
      ['{"id":464004151041070705}', "464004151041070705"],
    ] as const;
    for (const [body, wanted] of written) {
      expect(read(body, { mix: { stream: "whole" }, wanted }), body).toMatchObject({ word: "answered", right: true });
    }
    expect(read('{"yes":"no","a":"y","b":"es"}', { mix: { stream: "whole" }, wanted: "yes" }).right).toBe(false);
    const said = JSON.stringify({
      choices: [{ message: { content: "no", role: "assistant" }, finish_reason: "stop" }],
    });
    expect(read(said, { mix: { stream: "whole" }, wanted: "stop" }).right).toBe(false);
    expect(read("say hi", { mix: { stream: "whole" }, type: "", wanted: "hi" }).right).toBe(true);
    expect(
      read(finished('data: {"choices":[{"delta":{"content":"Z\\u00fcri"}}]}\n\n' + chunk({ content: "ch" })), {
        wanted: "Zürich",
      }).right,
    ).toBe(true);
  });

  it("is found in events that are too long to be kept, and across them", () => {
    const filler = "x".repeat(50_000);
    const long = chunk({ content: `${filler} the beg` }) + chunk({ content: `inning ${filler}` });
    expect(read(finished(long), { wanted: "the beginning" })).toEqual({ word: "answered", token: true, right: true });
    expect(read(finished(long), { wanted: "the end" }).right).toBe(false);
    const mebi = "y".repeat(3_000_000);
    expect(read(finished(chunk({ content: `${mebi}[p1]` })), { wanted: "[p1]" })).toMatchObject({
      word: "answered",
      right: true,
    });
    const body = JSON.stringify({ choices: [{ message: { content: `${mebi}[p1]` }, finish_reason: "stop" }] });
    expect(read(body, { mix: { stream: "whole" }, wanted: "[p1]" })).toMatchObject({ word: "answered", right: true });
  });

  it("keeps tool arguments, reasons and errors apart in long events, too", () => {
    const args = JSON.stringify({ text: "x".repeat(60_000) });
    const call = (text: string) =>
      chunk({ tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: text } }] });
    expect(read(finished(call(args))).word).toBe("answered");
    expect(read(finished(call(args.slice(0, -1)))).word).toBe("cut tool call");
    const logprobs = { content: Array.from({ length: 2_000 }, () => ({ token: "a", logprob: -1, top_logprobs: [] })) };
    expect(read(chunk({ content: "a" }, { logprobs, finish_reason: "stop" }) + DONE).word).toBe("answered");
    expect(read(finished(event({ error: { message: "x".repeat(50_000) } }))).word).toBe("error in stream");
    const response = {
      status: "completed",
      output: [
        { type: "function_call", arguments: args },
        { type: "function_call", arguments: args },
      ],
    };
    expect(read(event({ type: "response.completed", response }), { mix: { stream: "responses" } }).word).toBe(
      "answered",
    );
  });
});
