// One request answered by the bundled engine, in OpenAI's shapes, and what is counted of it on the way.

import { performance } from "node:perf_hooks";
import { demandedTool, type ChatRequest } from "../common/chat-request.ts";
import { DONE, sseEvent } from "../common/sse.ts";
import { startCompletion, usageOf } from "./completion.ts";
import type { Mind } from "./engine.ts";
import type { Generate, Generation } from "./generate.ts";
import { partsOf } from "./metrics.ts";
import type { FinishedReason, InferenceMetrics } from "./metrics.ts";
import type { Pace } from "./token-stream.ts";

/** What answering a request needs besides the request. */
export interface EngineRun {
  readonly model: string;
  readonly generate: Generate;
  readonly pace: Pace;
  /** How the version answers; the engine's own way when absent. */
  readonly mind?: Mind;
  /** It only looks whether anything is made. */
  readonly isProbe: boolean;
  readonly metrics: InferenceMetrics;
  /** `performance.now()` at which the request arrived, before it queued. */
  readonly arrived: number;
  /** How long it waited for its slot, ms. */
  readonly queuedMs: number;
  readonly signal: AbortSignal;
}

/** What is known of an answer once it has begun. */
interface Begun {
  answer?: Generation;
  tokens: number;
}

/** The whole answer after the time that its tokens take. */
export async function wholeAnswer(request: ChatRequest, run: EngineRun): Promise<object> {
  const begun: Begun = { tokens: 0 };
  let text = "";
  for await (const chunk of measured(request, run, begun)) text += chunk.join("");
  const usage = usageOf(begun.answer?.promptTokens ?? 0, begun.tokens);
  return startCompletion(run.model, demandedTool(request)).whole(text, begun.answer?.finish() ?? "stop", usage);
}

/** The answer as server-sent events, ended by `[DONE]`. */
export async function* streamedAnswer(request: ChatRequest, run: EngineRun): AsyncGenerator<string> {
  const completion = startCompletion(run.model, demandedTool(request));
  const begun: Begun = { tokens: 0 };
  for await (const chunk of measured(request, run, begun)) yield sseEvent(completion.chunk(chunk.join("")));
  const usage = completion.usage(usageOf(begun.answer?.promptTokens ?? 0, begun.tokens));
  const asked = request.stream_options?.include_usage === true;
  yield sseEvent(completion.finish(begun.answer?.finish() ?? "stop")) + (asked ? sseEvent(usage) : "") + DONE;
}

async function* measured(request: ChatRequest, run: EngineRun, begun: Begun): AsyncGenerator<readonly string[]> {
  let first: number | undefined;
  let last: number | undefined;
  // Unless it comes to its end, whoever asked went away.
  let reason: FinishedReason = "abort";
  try {
    const { model, pace, mind, isProbe, signal } = run;
    const asked = { request, version: model, pace, isProbe, ...(mind && { mind }) };
    begun.answer = await run.generate(asked, signal, (tokens) => run.metrics.readTokens(tokens));
    for await (const chunk of begun.answer.chunks) {
      const now = performance.now();
      first ??= now;
      if (last === undefined) {
        run.metrics.firstToken(now - run.arrived);
        run.metrics.lookedUp(begun.answer.promptTokens, begun.answer.cachedTokens);
      } else run.metrics.betweenTokens((now - last) / chunk.length);
      last = now;
      begun.tokens += chunk.length;
      run.metrics.generated(chunk.length);
      yield chunk;
    }
    reason = begun.answer.finish();
  } catch (error) {
    if (!run.signal.aborted) reason = "error";
    throw error;
  } finally {
    const now = performance.now();
    run.metrics.ended(now - run.arrived, reason);
    const queuedMs = run.queuedMs + (begun.answer?.waitedMs ?? 0);
    if (reason !== "abort") run.metrics.parts(partsOf({ ...run, queuedMs }, first ?? now, now));
  }
}
