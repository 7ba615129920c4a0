// One request answered by the bundled engine: composed at once, handed out at the stated rate.

import { performance } from "node:perf_hooks";
import type { ChatRequest } from "../common/chat-request.ts";
import { DONE, sseEvent } from "../common/sse.ts";
import { startCompletion, usageOf } from "./completion.ts";
import { composeAnswer, type Answer } from "./engine.ts";
import { partsOf } from "./metrics.ts";
import type { FinishedReason, InferenceMetrics } from "./metrics.ts";
import { paced, type Pace } from "./token-stream.ts";

/** What answering a request needs besides the request. */
export interface EngineRun {
  readonly model: string;
  readonly pace: Pace;
  readonly metrics: InferenceMetrics;
  /** `performance.now()` at which the request arrived, before it queued. */
  readonly arrived: number;
  /** How long it waited for its slot, ms. */
  readonly queuedMs: number;
  readonly signal: AbortSignal;
}

/** The answer cut to `max_tokens`. */
function answerTo(request: ChatRequest): Answer & { readonly finish: "stop" | "length" } {
  const answer = composeAnswer(request.messages);
  const limit = request.max_tokens ?? Number.POSITIVE_INFINITY;
  if (answer.tokens.length <= limit) return { ...answer, finish: "stop" };
  return { ...answer, tokens: answer.tokens.slice(0, limit), finish: "length" };
}

/** The whole answer after the time that its tokens take. */
export async function wholeAnswer(request: ChatRequest, run: EngineRun): Promise<object> {
  const answer = answerTo(request);
  for await (const chunk of measured(answer, run)) void chunk;
  const usage = usageOf(answer.promptTokens, answer.tokens.length);
  return startCompletion(run.model).whole(answer.tokens.join(""), answer.finish, usage);
}

/** The answer as server-sent events, ended by `[DONE]`. */
export async function* streamedAnswer(request: ChatRequest, run: EngineRun): AsyncGenerator<string> {
  const answer = answerTo(request);
  const completion = startCompletion(run.model);
  for await (const chunk of measured(answer, run)) yield sseEvent(completion.chunk(chunk.join("")));
  const usage = completion.usage(usageOf(answer.promptTokens, answer.tokens.length));
  const asked = request.stream_options?.include_usage === true;
  yield sseEvent(completion.finish(answer.finish)) + (asked ? sseEvent(usage) : "") + DONE;
}

async function* measured(
  answer: Answer & { readonly finish: FinishedReason },
  run: EngineRun,
): AsyncGenerator<readonly string[]> {
  let first: number | undefined;
  let last: number | undefined;
  // Unless it comes to its end, whoever asked went away.
  let reason: FinishedReason = "abort";
  try {
    for await (const chunk of paced(answer.tokens, run.pace, run.signal)) {
      const now = performance.now();
      first ??= now;
      if (last === undefined) {
        run.metrics.firstToken(now - run.arrived);
        run.metrics.read(answer.promptTokens);
      } else run.metrics.betweenTokens((now - last) / chunk.length);
      last = now;
      run.metrics.generated(chunk.length);
      yield chunk;
    }
    reason = answer.finish;
  } finally {
    const now = performance.now();
    run.metrics.ended(now - run.arrived, reason);
    if (reason !== "abort") run.metrics.parts(partsOf(run, first ?? now, now));
  }
}
