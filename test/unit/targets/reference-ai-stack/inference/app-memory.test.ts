import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { promptFor } from "../../../../../targets/reference-ai-stack/common/passages.ts";
import { blocksFor, promptOf } from "../../../../../targets/reference-ai-stack/inference/kv/prompt.ts";
import { blockFileForTest } from "./block-file-for-test.ts";
import { createVersions } from "../../../../../targets/reference-ai-stack/inference/versions.ts";
import { shippedCards } from "../../../../../targets/reference-ai-stack/registry/shipped.ts";
import { ask, running, serve } from "./inference-for-test.ts";

const long = [
  promptFor([{ id: "fs.stat", text: `${"word ".repeat(400)}ends.` }]),
  { role: "user", content: "Which word?" },
];

async function metric(base: string, name: string): Promise<number> {
  const metrics = await (await fetch(`${base}/metrics`)).text();
  return Number(new RegExp(`vllm:${name}\\{[^}]*\\} ([\\d.]+)`).exec(metrics)?.[1]);
}

async function textOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { choices: [{ message: { content: string } }] }).choices[0].message.content;
}

it("spends time on what it reads, reads nothing twice, and answers as around the cache", async () => {
  const base = await serve({ prefillPerSecond: 1000 });
  const miss = await textOf(await ask(base, { messages: long }));
  // A timer ends no sooner than it is due: 400 tokens at 1,000 a second.
  expect(await metric(base, "request_prefill_time_seconds_sum")).toBeGreaterThan(0.4);
  expect(await metric(base, "prefix_cache_hits_total")).toBe(0);
  expect(await textOf(await ask(base, { messages: long }))).toBe(miss);
  const hits = await metric(base, "prefix_cache_hits_total");
  expect(hits).toBeGreaterThan(400);
  expect(await textOf(await ask(base, { messages: long, cache_salt: "another" }))).toBe(miss);
  expect(await metric(base, "prefix_cache_hits_total")).toBe(hits);
  expect(await metric(base, "prefix_cache_queries_total")).toBe(await metric(base, "prompt_tokens_total"));
});

it("counts a long prompt while it is read, before any answer has begun, and a probe's never", async () => {
  const base = await serve({ kvBlocks: 8192, prefillPerSecond: 20_000 });
  const leaving = new AbortController();
  const messages = [{ role: "user", content: "a ".repeat(100_000) }];
  const asked = ask(base, { messages }, leaving.signal).catch(() => undefined);
  await expect.poll(() => metric(base, "prompt_tokens_total")).toBeGreaterThan(4000);
  expect(await metric(base, "time_to_first_token_seconds_count")).toBe(0);
  const before = await metric(base, "prompt_tokens_total");
  await expect.poll(() => metric(base, "prompt_tokens_total")).toBeGreaterThan(before);
  leaving.abort();
  await asked;
  await expect.poll(() => running(base)).toBe(0);
  const now = await metric(base, "prompt_tokens_total");
  const headers = { "x-probe": "1" };
  const body = JSON.stringify({ messages: long });
  expect((await fetch(`${base}/v1/chat/completions`, { method: "POST", headers, body })).status).toBe(200);
  expect(await metric(base, "prompt_tokens_total")).toBe(now);
});

it("answers wrong from a block that was damaged, right around the cache, and right once it is cleared", async () => {
  const { file, path } = blockFileForTest(64);
  const base = await serve({ kvFile: file });
  const right = await textOf(await ask(base, {}));
  writeFileSync(path, readFileSync(path).fill(0x61, 2));
  expect(await textOf(await ask(base, {}))).not.toBe(right);
  expect(await textOf(await ask(base, { cache_salt: "around" }))).toBe(right);
  const clear = (token: string) =>
    fetch(`${base}/reset_prefix_cache`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  expect((await clear("wrong")).status).toBe(401);
  expect((await clear("cache")).status).toBe(200);
  expect(await textOf(await ask(base, {}))).toBe(right);
});

it("shares no cached block between versions, and answers each as its own mind has it", async () => {
  const [stable, other] = ["extractive-1", "extractive-6"].map((name) =>
    shippedCards().find((card) => card.name === name),
  );
  if (stable === undefined || other === undefined) throw new Error("no such card");
  const base = await serve({ versions: createVersions({ stable, others: [other] }, performance.now()) });
  const by = (model: string) => ask(base, { messages: long, model }).then(textOf);
  const first = await by(stable.name);
  expect(await by(other.name)).not.toBe(first);
  expect(await metric(base, "prefix_cache_hits_total")).toBe(0);
  expect(await by(stable.name)).toBe(first);
  expect(await metric(base, "prefix_cache_hits_total")).toBeGreaterThan(400);
});

it("answers 400 to a prompt that its KV memory cannot hold, and loses no slot by it", async () => {
  const base = await serve({ kvBlocks: 8 });
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(base, { messages: long })));
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
  expect(await answers[0]?.text()).toMatch(/messages: it needs \d+ blocks of KV memory, and this engine has 8/);
  expect((await ask(base, {})).status).toBe(200);
  expect([await running(base), await metric(base, "kv_cache_usage_perc")]).toEqual([0, 0]);
});

it("answers 400 to the longest bodies there are, by words or by characters, and never fails of their length", async () => {
  const mostBytes = 1_048_576 - 100;
  const base = await serve({ kvBlocks: 8192, prefillPerSecond: 1e9 });
  const refused = await ask(base, { messages: [{ role: "user", content: "a ".repeat(mostBytes / 2) }] });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { code: "context_length_exceeded" } });
  // As many words as just fit, and one word of any length.
  expect((await ask(base, { messages: [{ role: "user", content: "a ".repeat(131_071) }] })).status).toBe(200);
  expect((await ask(base, { messages: [{ role: "user", content: "a ".repeat(131_072) }] })).status).toBe(400);
  expect((await ask(base, { messages: [{ role: "user", content: "a".repeat(mostBytes) }] })).status).toBe(200);
  const small = await serve({ kvBlocks: 64 });
  const word = await ask(small, { messages: [{ role: "user", content: "a".repeat(mostBytes) }] });
  expect([word.status, await word.text()]).toEqual([400, expect.stringContaining("this engine holds 32640 at most")]);
});

it("preempts when its KV memory is full, counts it, and still gives every answer as it is alone", async () => {
  const prompt = (n: number) => [
    promptFor([
      { id: `p.${n}`, text: `Number ${n} is told here with some more words that follow it, and more of them.` },
    ]),
    { role: "user", content: `What is number ${n}?` },
  ];
  const alone = await serve();
  const expected = await Promise.all([1, 2].map(async (n) => textOf(await ask(alone, { messages: prompt(n) }))));
  const needed = blocksFor(promptOf(prompt(1)).tokens.length + 1);
  // Room for both prompts and for one answer.
  const base = await serve({ kvBlocks: 2 * needed + 1, pace: { tokensPerSecond: 200, chunkEveryMs: 10 } });
  const got = await Promise.all([1, 2].map(async (n) => textOf(await ask(base, { messages: prompt(n) }))));
  expect(got).toEqual(expected);
  expect(await metric(base, "num_preemptions_total")).toBeGreaterThan(0);
  expect([await running(base), await metric(base, "kv_cache_usage_perc")]).toEqual([0, 0]);
});

it("never answers one session with what another has read", async () => {
  const base = await serve({ kvBlocks: 24, slots: 2, maxWaiting: 40 });
  const canary = (n: number): string => `canary-${n}-${"z".repeat(n)}`;
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const own = [
        promptFor([{ id: "shared.page", text: "All sessions read this sentence about secrets first." }]),
        { role: "system", content: `Passage [own.page]:\nThe secret of this session is ${canary(n)} and no other.` },
        { role: "user", content: "What is the secret of this session?" },
      ];
      return textOf(await ask(base, { messages: own }));
    }),
  );
  for (const [n, text] of answers.entries()) {
    expect(text).toContain(canary(n));
    const others = answers.map((_, other) => canary(other)).filter((_, other) => other !== n);
    expect(others.filter((other) => text.split(/\s+/).includes(other))).toEqual([]);
  }
});

it("loses no slot and no block by clients that hang up at any moment, also while they wait for memory", async () => {
  const base = await serve({ kvBlocks: 40, slots: 3, maxWaiting: 40, prefillPerSecond: 20_000 });
  const asked = Array.from({ length: 40 }, async (_, n) => {
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), n * 3);
    const body = { stream: n % 2 === 0, cache_salt: `salt ${n % 5}`, messages: long };
    await ask(base, body, leaving.signal)
      .then(async (answer) => answer.text())
      .catch(() => undefined);
  });
  await Promise.all(asked);
  await expect.poll(() => running(base)).toBe(0);
  expect([await metric(base, "kv_cache_usage_perc"), await metric(base, "num_requests_waiting")]).toEqual([0, 0]);
  expect((await ask(base, { messages: long })).status).toBe(200);
});

it.each([{ cache_salt: 7 }, { cache_salt: "x".repeat(201) }, { messages: [{ role: "user", content: 5 }] }])(
  "answers 400 to %j",
  async (body) => {
    const base = await serve();
    expect((await ask(base, body)).status).toBe(400);
    expect(await running(base)).toBe(0);
  },
);
