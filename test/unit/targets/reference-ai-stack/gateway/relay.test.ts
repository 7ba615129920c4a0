import { expect, it } from "vitest";
import { CutAnswer, noFacts, relay, wholeCompletion } from "../../../../../targets/reference-ai-stack/gateway/relay.ts";

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
  for await (const event of relay(events, { passages, withUsage }, facts)) out.push(event);
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

it("does not take a cut stream for a whole answer", async () => {
  await expect(relayed(stream(chunk("half an ans")))).rejects.toBeInstanceOf(CutAnswer);
});
