import { expect, it } from "vitest";
import { readSse } from "../../../../../targets/reference-ai-stack/common/sse.ts";
import { ask, messages, running, serve } from "./inference-for-test.ts";

it("streams the answer that it also gives whole, with the same usage, ended by [DONE]", async () => {
  const base = await serve();
  const whole = (await (await ask(base, {})).json()) as { choices: [{ message: { content: string } }]; usage: object };
  const answer = await ask(base, { stream: true, stream_options: { include_usage: true } });
  const events: string[] = [];
  for await (const data of readSse(answer.body ?? new ReadableStream())) events.push(...data);
  expect(events.at(-1)).toBe("[DONE]");
  const chunks = events
    .slice(0, -1)
    .map((data) => JSON.parse(data) as { choices: { delta: { content?: string } }[]; usage?: object });
  const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
  expect(text).toBe(whole.choices[0].message.content);
  expect(text).toContain("[fs.stat]");
  expect(chunks.at(-1)?.usage).toEqual(whole.usage);
});

interface Call {
  readonly choices: readonly {
    readonly delta?: {
      readonly tool_calls?: readonly { readonly id?: string; readonly function: { readonly arguments: string } }[];
    };
    readonly message?: {
      readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
    };
    readonly finish_reason: string | null;
  }[];
}

it.each([
  [{}, "tool_calls"],
  [{ max_tokens: 5 }, "length"],
])("gives its answer as a call of the tool that is demanded, streamed or not (%j)", async (more, reason) => {
  const base = await serve();
  const asked = { ...more, tool_choice: { type: "function", function: { name: "act" } } };
  const whole = (await (await ask(base, asked)).json()) as Call;
  const [choice] = whole.choices;
  const called = choice?.message?.tool_calls?.[0]?.function;
  expect([called?.name, choice?.finish_reason]).toEqual(["act", reason]);
  const events: Call[] = [];
  for await (const datas of readSse((await ask(base, { ...asked, stream: true })).body ?? new ReadableStream())) {
    events.push(...datas.filter((data) => data !== "[DONE]").map((data) => JSON.parse(data) as Call));
  }
  const given = events.map((event) => event.choices[0]?.delta?.tool_calls?.[0]?.function.arguments ?? "").join("");
  expect(given).toBe(called?.arguments);
  expect(events.at(-1)?.choices[0]?.finish_reason).toBe(reason);
  expect(events.filter((event) => event.choices[0]?.delta?.tool_calls?.[0]?.id !== undefined)).toHaveLength(1);
  if (reason === "length") expect(() => JSON.parse(given) as unknown).toThrow();
  else expect(JSON.parse(given)).toEqual({ answer: expect.stringContaining("[fs.stat]") as string });
});

it("sends requests beyond slots and queue away with 429, and knows when to come again once a slot was given back", async () => {
  const base = await serve({ slots: 1, maxWaiting: 1, pace: { tokensPerSecond: 100, chunkEveryMs: 10 } });
  const away = async (): Promise<readonly (readonly [string | null, number])[]> => {
    const answers = await Promise.all([ask(base, {}), ask(base, {}), ask(base, {}), ask(base, {})]);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(2);
    return answers
      .filter((answer) => answer.status === 429)
      .map(({ headers }) => [headers.get("retry-after"), Number(headers.get("retry-after-ms"))] as const);
  };
  expect(await away()).toEqual([
    [null, 0],
    [null, 0],
  ]);
  for (const [seconds, ms] of await away()) {
    expect(ms).toBeGreaterThan(0);
    expect(seconds).toBe(String(Math.ceil(ms / 1000)));
  }
});

it("gives the slot back when the client goes away in the middle of an answer", async () => {
  const base = await serve({ pace: { tokensPerSecond: 1, chunkEveryMs: 60_000 } });
  const leaving = new AbortController();
  await ask(base, { stream: true }, leaving.signal);
  expect(await running(base)).toBe(1);
  leaving.abort();
  await expect.poll(() => running(base)).toBe(0);
});

it("names every field that is wrong with a request", async () => {
  const answer = await ask(await serve(), { messages: [], stream: "yes" });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/messages.*stream/s);
});

it("lets another OpenAI-compatible endpoint answer, byte for byte", async () => {
  const upstream = await serve();
  const base = await serve({ upstreamUrl: `${upstream}/v1` });
  const text = await (await ask(base, { stream: true })).text();
  expect(text).toContain('"model":"extractive-test"');
  expect(text.trimEnd()).toMatch(/data: \[DONE\]$/);
  await expect.poll(() => running(base)).toBe(0);
});

it("answers 502 when the endpoint that stands in cannot be reached", async () => {
  const base = await serve({ upstreamUrl: "http://127.0.0.1:9/v1" });
  expect((await ask(base, {})).status).toBe(502);
  expect(await running(base)).toBe(0);
});

const labels = 'model_name="extractive-test",engine="0"';

it("publishes the names and labels of vLLM 0.33, all of them before the first request", async () => {
  const base = await serve();
  const metrics = await (await fetch(`${base}/metrics`)).text();
  const gauges = ["num_requests_running", "num_requests_waiting", "kv_cache_usage_perc"];
  const counters = ["num_preemptions_total", "prompt_tokens_total", "generation_tokens_total"];
  const times = ["time_to_first_token", "inter_token_latency", "e2e_request_latency"];
  for (const name of [...gauges, ...counters, ...times.map((time) => `${time}_seconds_count`)]) {
    expect(metrics).toContain(`vllm:${name}{${labels}} 0`);
  }
  expect(metrics).toContain(`vllm:num_requests_waiting_by_reason{${labels},reason="capacity"} 0`);
  for (const reason of ["stop", "length", "abort", "error", "repetition"]) {
    expect(metrics).toContain(`vllm:request_success_total{${labels},finished_reason="${reason}"} 0`);
  }
});

it("counts each end by its reason, and tokens as the answer's usage does", async () => {
  const base = await serve({ pace: { tokensPerSecond: 400, chunkEveryMs: 10 } });
  const { usage } = (await (await ask(base, {})).json()) as { usage: Record<string, number> };
  const cut = (await (await ask(base, { max_tokens: 2 })).json()) as { usage: Record<string, number> };
  const leaving = new AbortController();
  const left = ask(base, { stream: true }, leaving.signal).then(async (answer) => {
    leaving.abort();
    await answer.text();
  });
  await expect(left).rejects.toThrow("abort");
  await expect.poll(() => running(base)).toBe(0);
  const metrics = await (await fetch(`${base}/metrics`)).text();
  const ends = (reason: string) => `vllm:request_success_total{${labels},finished_reason="${reason}"}`;
  expect(metrics).toContain(`${ends("stop")} 1`);
  expect(metrics).toContain(`${ends("length")} 1`);
  expect(metrics).toContain(`${ends("abort")} 1`);
  expect(metrics).toContain(`vllm:e2e_request_latency_seconds_count{${labels}} 2`);
  const made = Number(/vllm:generation_tokens_total\{[^}]*\} (\d+)/.exec(metrics)?.[1]);
  expect(made).toBeGreaterThanOrEqual((usage["completion_tokens"] ?? 0) + (cut.usage["completion_tokens"] ?? 0));
  expect(made).toBeLessThan(2 * (usage["completion_tokens"] ?? 0) + 2);
});

it("counts the tokens of an endpoint that stands in as its usage does, and as pieces where it has none", async () => {
  const upstream = await serve();
  const counted = async (body: object): Promise<{ text: string; read: number; made: number }> => {
    const base = await serve({ upstreamUrl: `${upstream}/v1` });
    const text = await (await ask(base, body)).text();
    await expect.poll(() => running(base)).toBe(0);
    const metrics = await (await fetch(`${base}/metrics`)).text();
    const of = (name: string) => Number(new RegExp(`vllm:${name}_tokens_total\\{[^}]*\\} (\\d+)`).exec(metrics)?.[1]);
    expect(metrics).toContain(`vllm:request_success_total{${labels},finished_reason="stop"} 1`);
    return { text, read: of("prompt"), made: of("generation") };
  };
  for (const body of [{}, { stream: true, stream_options: { include_usage: true } }]) {
    const { text, read, made } = await counted(body);
    expect(text).toContain(`"prompt_tokens":${read},"completion_tokens":${made},`);
  }
  const { read, made } = await counted({ stream: true });
  expect(read).toBeGreaterThan(10);
  expect(made).toBeGreaterThan(0);
});

it("counts as errors, and not as successes, what the endpoint that stands in does not answer", async () => {
  const base = await serve({ upstreamUrl: "http://127.0.0.1:9/v1", model: "extractive-test" });
  await ask(base, {});
  const metrics = await (await fetch(`${base}/metrics`)).text();
  expect(metrics).toContain(`vllm:request_success_total{${labels},finished_reason="error"} 1`);
  expect(metrics).toContain(`vllm:request_success_total{${labels},finished_reason="stop"} 0`);
});

it("counts a probe apart: it takes a slot like any request, and is in none of vLLM's series", async () => {
  const base = await serve();
  const probe = { method: "POST", headers: { "x-probe": "1" }, body: JSON.stringify({ messages, max_tokens: 1 }) };
  const answer = (await (await fetch(`${base}/v1/chat/completions`, probe)).json()) as { usage: object };
  expect(answer.usage).toMatchObject({ completion_tokens: 1 });
  const metrics = await (await fetch(`${base}/metrics`)).text();
  expect(metrics).toContain("inference_probe_requests_total 1");
  expect(metrics).toContain(`vllm:generation_tokens_total{${labels}} 0`);
  expect(metrics).toContain(`vllm:request_success_total{${labels},finished_reason="length"} 0`);
});

it("shows a probe that holds or awaits a slot in its health, and not in vLLM's gauges", async () => {
  const base = await serve({ slots: 1, pace: { tokensPerSecond: 1, chunkEveryMs: 60_000 } });
  const leaving = new AbortController();
  const probe = { method: "POST", headers: { "x-probe": "1" }, body: JSON.stringify({ messages }) };
  const asked = [1, 2].map(() => fetch(`${base}/v1/chat/completions`, { ...probe, signal: leaving.signal }));
  const health = async (): Promise<unknown> => (await fetch(`${base}/health`)).json();
  await expect.poll(health).toMatchObject({ running: 1, waiting: 1 });
  const metrics = await (await fetch(`${base}/metrics`)).text();
  expect(metrics).toContain(`vllm:num_requests_running{${labels}} 0`);
  expect(metrics).toContain(`vllm:num_requests_waiting{${labels}} 0`);
  leaving.abort();
  await Promise.allSettled(asked);
  await expect.poll(health).toMatchObject({ running: 0, waiting: 0 });
});

it("counts no probe among users that wait for KV memory, and takes none of them for one that runs", async () => {
  const pace = { tokensPerSecond: 1, chunkEveryMs: 60_000 };
  const base = await serve({ slots: 3, kvBlocks: 6, prefillPerSecond: 1e9, pace });
  const leaving = new AbortController();
  const health = async (): Promise<unknown> => (await fetch(`${base}/health`)).json();
  const asked: Promise<Response>[] = [];
  for (const [n, headers] of [{}, {}, { "x-probe": "1" }].entries()) {
    const body = JSON.stringify({ messages: [{ role: "user", content: "word ".repeat(70) }], cache_salt: `${n}` });
    asked.push(fetch(`${base}/v1/chat/completions`, { method: "POST", headers, body, signal: leaving.signal }));
    await expect.poll(health).toMatchObject({ running: n + 1 });
  }
  const metrics = await (await fetch(`${base}/metrics`)).text();
  expect(metrics).toContain(`vllm:num_requests_running{${labels}} 1`);
  expect(metrics).toContain(`vllm:num_requests_waiting{${labels}} 1`);
  leaving.abort();
  await Promise.allSettled(asked);
});
