// An engine that counts tokens by itself, before an answer of it begins.
import { expect, it } from "vitest";
import type { Engine } from "../../../../../targets/reference-ai-stack/inference/generate.ts";
import { engineForTest } from "../../../../builders/inference-engine.ts";
import { ask, running, serve } from "./inference-for-test.ts";

const engineThatSays = (whyNot: NonNullable<Engine["whyNot"]>): Engine => ({ ...engineForTest(), whyNot });

async function aborted(base: string): Promise<number> {
  const page = await (await fetch(`${base}/metrics`)).text();
  return Number(/vllm:request_success_total\{[^}]*finished_reason="abort"[^}]*\} (\d+)/.exec(page)?.[1] ?? 0);
}

it("is refused by the engine as the client's mistake, with OpenAI's code, and the slot is free again", async () => {
  const base = await serve({ engine: engineThatSays(async () => "too long"), slots: 1 });
  const answer = await ask(base, {});
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { message: "messages: too long", type: "invalid_request_error", code: "context_length_exceeded" },
  });
  expect(await running(base)).toBe(0);
});

it("gives the slot back and counts who left while the engine has not said yet", async () => {
  const never = (_: unknown, signal: AbortSignal): Promise<null> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(new Error("left")), { once: true });
    });
  const base = await serve({ engine: engineThatSays(never), slots: 1 });
  const leaving = new AbortController();
  const asked = ask(base, {}, leaving.signal).catch(() => undefined);
  await expect.poll(() => running(base)).toBe(1);
  leaving.abort();
  await asked;
  await expect.poll(() => running(base)).toBe(0);
  expect(await aborted(base)).toBe(1);
});

it("does not ask an engine that somebody else answers for", async () => {
  const engine = engineThatSays(async () => "too long");
  const answer = await ask(await serve({ engine, upstreamUrl: "http://127.0.0.1:9/v1" }), {});
  expect(answer.status).toBe(502);
});
