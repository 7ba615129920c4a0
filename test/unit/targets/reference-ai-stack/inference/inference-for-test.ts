// A real inference replica's app at an address of its own, and what tests ask it.
import type { Hono } from "hono";
import { Registry } from "prom-client";
import { onTestFinished } from "vitest";
import { engineForTest } from "../../../../builders/inference-engine.ts";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import { promptFor } from "../../../../../targets/reference-ai-stack/common/passages.ts";
import { listen } from "../../../../../targets/reference-ai-stack/common/serve.ts";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import type { TracedEnv } from "../../../../../targets/reference-ai-stack/common/telemetry/traced.ts";
import { createInferenceApp, type InferenceOptions } from "../../../../../targets/reference-ai-stack/inference/app.ts";
import type { Engine, EngineParts } from "../../../../../targets/reference-ai-stack/inference/generate.ts";

type Options = Partial<InferenceOptions & EngineParts>;

/** An app and its engine; the parts of the engine as they are given. */
export function appForTest(options: Options = {}): { readonly app: Hono<TracedEnv>; readonly engine: Engine } {
  const { kvBlocks = 64, kvFile, prefillPerSecond, ...own } = options;
  const engine = engineForTest({ kvBlocks, ...(kvFile && { kvFile }), ...(prefillPerSecond && { prefillPerSecond }) });
  const app = createInferenceApp({
    engine,
    cacheToken: "cache",
    model: "extractive-test",
    slots: 2,
    maxWaiting: 1,
    pace: { tokensPerSecond: 2000, chunkEveryMs: 5 },
    registry: new Registry(),
    tracer: NO_TRACER,
    log: createLogger("inference-test"),
    ...own,
  });
  return { app, engine };
}

/** The same at an address of its own. */
export async function serve(options: Options = {}): Promise<string> {
  const server = await listen(appForTest(options).app, 0);
  onTestFinished(() => server.close());
  return `http://127.0.0.1:${server.port}`;
}

export const messages = [
  promptFor([{ id: "fs.stat", text: "Gets information about a file. The callback gets two arguments." }]),
  { role: "user", content: "How do I get information about a file?" },
];

export function ask(base: string, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${base}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ messages, ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

export async function running(base: string): Promise<number> {
  const health = (await (await fetch(`${base}/health`)).json()) as { running: number };
  return health.running;
}
