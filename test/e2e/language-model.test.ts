// The language model behind a real replica's door: streaming, usage, the bound of its context, clients that leave, and
// weights that are damaged without a sound. Needs targets/reference-ai-stack/inference/llama/install.sh.
import { Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "../../targets/reference-ai-stack/common/log.ts";
import { promptFor } from "../../targets/reference-ai-stack/common/passages.ts";
import { listen, type RunningServer } from "../../targets/reference-ai-stack/common/serve.ts";
import { NO_TRACER } from "../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createInferenceApp } from "../../targets/reference-ai-stack/inference/app.ts";
import { readCorpus } from "../../targets/reference-ai-stack/healer/telemetry/golden-questions.ts";
import { openEngine } from "../../targets/reference-ai-stack/inference/bundled-engine.ts";
import { fitFor } from "../../targets/reference-ai-stack/inference/fit.ts";
import { DEFAULT_PACE } from "../../targets/reference-ai-stack/inference/token-stream.ts";
import { createVersions } from "../../targets/reference-ai-stack/inference/versions.ts";
import { shippedCards } from "../../targets/reference-ai-stack/registry/shipped.ts";
import { config, noLanguageModel } from "../support/language-model.ts";

const messages = [
  promptFor([
    {
      id: "fs.watch#1",
      text: "Watch for changes on filename, where filename is either a file or a directory. The second argument is optional.",
    },
    { id: "net.connect#1", text: "Initiates a connection. The socket is returned at once." },
  ]),
  { role: "user", content: "What does fs.watch do?" },
];

interface Whole {
  readonly model: string;
  readonly choices: readonly { readonly message: { readonly content: string }; readonly finish_reason: string }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

describe.skipIf(noLanguageModel !== null)("a language model", () => {
  let server: RunningServer;
  const ask = (more: object, signal?: AbortSignal): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ messages, ...more }),
      ...(signal && { signal }),
    });
  const whole = async (more: object = {}): Promise<Whole> => {
    const answer = await ask(more);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Whole;
  };
  const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  const value = async (series: string): Promise<number> =>
    Number(new RegExp(`^${series}\\{[^}]*\\} (\\S+)$`, "m").exec(await page())?.[1]);

  beforeAll(async () => {
    const [stable, ...others] = shippedCards("llama");
    if (stable === undefined) throw new Error("no version is shipped");
    const app = createInferenceApp({
      engine: openEngine(config),
      model: stable.name,
      versions: createVersions({ stable, others }, performance.now(), fitFor(config.inference)),
      cacheToken: "cache",
      slots: config.inference.slots,
      maxWaiting: 8,
      pace: DEFAULT_PACE,
      registry: new Registry(),
      tracer: NO_TRACER,
      log: createLogger("language-model-test"),
    });
    server = await listen(app, 0);
  });
  afterAll(() => server.close());

  it("answers out of its passages, the same each time, whole and in a stream, with the usage that it counts", async () => {
    const first = await whole();
    expect(first.model).toBe("smollm2-1");
    const [choice] = first.choices;
    expect(choice?.finish_reason).toBe("stop");
    const stream = await (await ask({ stream: true, stream_options: { include_usage: true } })).text();
    const pieces = [...stream.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)].map(([, json = '""']) =>
      String(JSON.parse(json)),
    );
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join("")).toBe(choice?.message.content);
    expect(stream).toContain(`"completion_tokens":${first.usage.completion_tokens}`);
    expect(stream.trimEnd().endsWith("[DONE]")).toBe(true);
    expect(await value("vllm:prefix_cache_hits_total")).toBe(first.usage.prompt_tokens - 1);
  });

  it("ends at max_tokens, and says so", async () => {
    const { choices, usage } = await whole({ max_tokens: 3 });
    expect(choices[0]?.finish_reason).toBe("length");
    expect(usage.completion_tokens).toBe(3);
  });

  it("with a temperature another seed gives another answer, and the same seed the same", async () => {
    const text = async (seed: number): Promise<string | undefined> =>
      (await whole({ temperature: 1.5, seed, max_tokens: 8 })).choices[0]?.message.content;
    expect(await text(1)).toBe(await text(1));
    expect(await text(2)).not.toBe(await text(1));
  });

  it("refuses what its context has no room for, and the slot is free again", async () => {
    const answer = await ask({ messages: [{ role: "user", content: "word ".repeat(3000) }] });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("KV memory");
    expect(await value("vllm:num_requests_running")).toBe(0);
    expect((await whole({ max_tokens: 1 })).usage.completion_tokens).toBe(1);
  });

  it("stops making tokens when the client leaves, while it reads as well as while it answers", async () => {
    const long = { messages: [{ role: "user", content: `Count ${"one two three ".repeat(200)}` }], stream: true };
    for (const afterMs of [1, 40, 150, 400, 900]) {
      const leaving = new AbortController();
      const asked = ask({ ...long, cache_salt: String(afterMs) }, leaving.signal).then((answer) => answer.text());
      setTimeout(() => leaving.abort(), afterMs);
      await asked.catch(() => undefined);
    }
    await expect.poll(() => value("vllm:num_requests_running"), { timeout: 20_000 }).toBe(0);
    await expect.poll(() => value("vllm:kv_cache_usage_perc"), { timeout: 20_000 }).toBe(0);
    const both = await Promise.all([whole({ max_tokens: 2 }), whole({ max_tokens: 2 })]);
    expect(both.map(({ usage }) => usage.completion_tokens)).toEqual([2, 2]);
  });

  it("never finds one session's prompt for another's", async () => {
    const before = await value("vllm:prefix_cache_hits_total");
    const chat = { messages: [{ role: "user", content: "The word is SALAMANDER." }], max_tokens: 1 };
    await whole({ ...chat, cache_salt: "a" });
    await whole({ ...chat, cache_salt: "b" });
    expect(await value("vllm:prefix_cache_hits_total")).toBe(before);
  });

  it("answers word for word alike by the version of the same weights", async () => {
    const [own, equal] = [await whole(), await whole({ model: "smollm2-2" })];
    expect(equal.choices[0]?.message.content).toBe(own.choices[0]?.message.content);
  });

  it("loads damaged weights without a word and answers with status 200, but stands on no passage then", async () => {
    const goldens = readCorpus(config.cacheDir)?.goldens.slice(0, 4) ?? [];
    const cited = async (model: string): Promise<number> => {
      const answers = goldens.map(({ passages, question }) =>
        whole({ model, messages: [promptFor(passages), { role: "user", content: question }] }),
      );
      return (await Promise.all(answers)).filter(({ choices }) => choices[0]?.message.content.includes("\nSources: ["))
        .length;
    };
    expect(goldens).toHaveLength(4);
    expect(await cited("smollm2-1")).toBeGreaterThanOrEqual(2);
    expect(await cited("smollm2-3")).toBe(0);
  });
});
