import { expect, it } from "vitest";
import { noFacts, relay, wholeCompletion } from "../../../../../targets/reference-ai-stack/gateway/relay.ts";
import { CutAnswer, strictPieces } from "../../../../../targets/reference-ai-stack/gateway/strict-stream.ts";

const passages = [
  { id: "fs.stat", text: "…" },
  { id: "os.cpus", text: "…" },
];

const chunk = (content: string, finish: string | null = null): string =>
  JSON.stringify({ id: "c1", model: "m", choices: [{ index: 0, delta: { content }, finish_reason: finish }] });
const usage = JSON.stringify({
  id: "c1",
  choices: [],
  usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
});

/** Each event in a piece of its own. */
async function* stream(...events: string[]): AsyncGenerator<readonly string[]> {
  for (const event of events) yield [event];
}

async function relayed(
  events: AsyncIterable<readonly string[]>,
  withUsage = false,
): Promise<{ out: string[]; facts: ReturnType<typeof noFacts> }> {
  const facts = noFacts();
  const out: string[] = [];
  const plan = { passages, addSources: true, withUsage };
  for await (const event of relay(strictPieces(events), plan, facts)) out.push(event);
  return { out, facts };
}

it("passes an answer that cites on unchanged", async () => {
  const { out } = await relayed(stream(chunk("see [fs.stat]"), chunk("", "stop"), "[DONE]"));
  expect(out).toEqual([chunk("see [fs.stat]"), chunk("", "stop"), "[DONE]"].map((data) => `data: ${data}\n\n`));
});

it("adds the sources, before the end, to an answer that cites none of its passages", async () => {
  const { out, facts } = await relayed(stream(chunk("just trust me"), chunk("", "stop"), "[DONE]"));
  expect(facts.text).toBe("just trust me\nSources: [fs.stat] [os.cpus]");
  expect(out[1]).toMatch(/Sources: \[fs\.stat\] \[os\.cpus\].*\n\n.*"finish_reason":"stop"/s);
});

it("keeps usage to itself unless the client asked, and knows it either way", async () => {
  const events = [chunk("[fs.stat]"), chunk("", "stop"), usage, "[DONE]"];
  const silent = await relayed(stream(...events));
  expect(silent.out.join("")).not.toContain("total_tokens");
  expect(silent.facts.usage?.total_tokens).toBe(9);
  expect((await relayed(stream(...events), true)).out.join("")).toContain("total_tokens");
  expect(wholeCompletion(silent.facts)).toMatchObject({
    id: "c1",
    choices: [{ message: { content: "[fs.stat]" }, finish_reason: "stop" }],
    usage: { total_tokens: 9 },
  });
});

it("passes on in one piece what came in one piece", async () => {
  const together = async function* (): AsyncGenerator<readonly string[]> {
    yield [chunk("[fs.stat]"), chunk("", "stop"), usage, "[DONE]"];
  };
  const { out } = await relayed(together());
  expect(out).toEqual([`data: ${chunk("[fs.stat]")}\n\ndata: ${chunk("", "stop")}\n\ndata: [DONE]\n\n`]);
});

const tool = (given: string, finish: string | null = null): string =>
  JSON.stringify({
    choices: [
      {
        index: 0,
        delta: {
          tool_calls: [{ index: 0, id: "t1", function: { name: finish === null ? "look" : "", arguments: given } }],
        },
        finish_reason: finish,
      },
    ],
  });
const say = chunk("see [fs.stat]");
const stop = chunk("", "stop");

it.each([
  ["an end in the middle", [say]],
  ["[DONE] without a finish reason", [say, "[DONE]"]],
  ["an error event, then [DONE]", [say, JSON.stringify({ error: { message: "lost the engine" } }), "[DONE]"]],
  ["an error in words", [say, JSON.stringify({ error: "lost the engine" }), stop, "[DONE]"]],
  ["an error object without the key", [say, JSON.stringify({ object: "error", message: "no", code: 503 }), "[DONE]"]],
  ["an event of another protocol", [say, JSON.stringify({ detail: "not found" }), stop, "[DONE]"]],
  ["a torn event in the middle", [say, chunk(" and").slice(0, 20), stop, "[DONE]"]],
  ["a torn last event", [say, stop.slice(0, 30)]],
  ["a finish reason that is an error", [say, chunk("", "error"), "[DONE]"]],
  ["nothing but an end", [stop, "[DONE]"]],
  [
    "thinking and nothing else",
    [JSON.stringify({ choices: [{ delta: { reasoning_content: "hm" } }] }), stop, "[DONE]"],
  ],
  ["nothing at all", []],
  ["only [DONE]", ["[DONE]"]],
  [
    "one of two choices without an end",
    [say, JSON.stringify({ choices: [{ index: 1, delta: { content: "b" } }] }), stop],
  ],
  ["cut arguments of a tool call", [tool('{"path":"/data/tmp/job-17'), tool("", "tool_calls"), "[DONE]"]],
  ["the same with length as the reason", [tool('{"path":"/data/tmp/job-17'), tool("", "length"), "[DONE]"]],
  ["choices that are no list", [say, JSON.stringify({ choices: "none" }), stop, "[DONE]"]],
  ["a text that is no text", [say, JSON.stringify({ choices: [{ delta: { content: 7 } }] }), stop, "[DONE]"]],
  ["null for an event", [say, "null", stop, "[DONE]"]],
])("does not take %s for a whole answer, and ends nothing with [DONE]", async (_what, events) => {
  const out: string[] = [];
  const reading = async (): Promise<void> => {
    const pieces = strictPieces(stream(...events));
    for await (const event of relay(pieces, { passages, addSources: true, withUsage: false }, noFacts()))
      out.push(event);
  };
  await expect(reading()).rejects.toBeInstanceOf(CutAnswer);
  expect(out.join("")).not.toContain("[DONE]");
});

it("takes a finish reason and a clean end for a whole answer, and ends it with [DONE]", async () => {
  const { out } = await relayed(stream(say, stop));
  expect(out.at(-1)).toBe("data: [DONE]\n\n");
});

it("takes what comes after the finish reason of a choice for no new beginning", async () => {
  const { out } = await relayed(stream(say, stop, chunk(""), usage, "[DONE]"));
  expect(out.at(-1)).toBe("data: [DONE]\n\n");
});

it.each([
  ["a call that its own bound of tokens cuts", [tool('{"path":"/data/tmp/job-17'), tool("", "length"), "[DONE]"]],
  [
    "nothing, where its bound left no room",
    [JSON.stringify({ choices: [{ delta: { reasoning: "hm" } }] }), chunk("", "length")],
  ],
])("passes %s on as it stands to who set the bound", async (_what, events) => {
  const out: string[] = [];
  const pieces = strictPieces(stream(...events), { max_tokens: 5 });
  for await (const event of relay(pieces, { passages, addSources: true, withUsage: false }, noFacts())) out.push(event);
  expect(out.join("")).toMatch(/"finish_reason":"length".*\[DONE\]/s);
});

it.each([
  ["a filter", chunk("", "content_filter"), {}],
  ["a text of its own choice", stop, { stop: ["see"] }],
])("takes an empty answer for a whole one when %s ended it", async (_what, event, asked) => {
  const pieces: unknown[] = [];
  for await (const piece of strictPieces(stream(event, "[DONE]"), asked)) pieces.push(piece);
  expect(pieces).toMatchObject([{ isEnd: false }, { isEnd: true }]);
});

it("adds sources to an answer that came to its own end, and to no other", async () => {
  for (const [finish, isAdded] of [
    ["stop", true],
    ["length", false],
    ["content_filter", false],
  ] as const) {
    const { facts } = await relayed(stream(chunk("just trust me"), chunk("", finish), "[DONE]"));
    expect(facts.text.includes("Sources:")).toBe(isAdded);
  }
});

it("keeps the finish reason that came, and none of its own", async () => {
  const { facts } = await relayed(stream(chunk("see [fs.stat]"), chunk("", "length"), "[DONE]"));
  expect(wholeCompletion(facts)).toMatchObject({ choices: [{ finish_reason: "length" }] });
});

it("puts a tool call of a stream together, and adds no sources to it", async () => {
  const { facts } = await relayed(stream(tool('{"path":'), tool('"/a"}', "tool_calls"), "[DONE]"));
  expect(wholeCompletion(facts)).toMatchObject({
    choices: [
      {
        message: { content: "", tool_calls: [{ id: "t1", function: { name: "look", arguments: '{"path":"/a"}' } }] },
        finish_reason: "tool_calls",
      },
    ],
  });
});
