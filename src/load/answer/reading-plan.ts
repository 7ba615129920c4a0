// How the answers of a request mix are to be read: what the target says, and what follows from the request itself.

import type { TrafficSpec } from "../../core/target.ts";
import type { Canary } from "../canary.ts";

/**
 * What a body must be; `auto`: a completion if it looks like one, else whatever its content-type or first sign says.
 */
export type WholeAnswer = "auto" | "completion" | "json" | "text";

export interface ReadingPlan {
  readonly stream: TrafficSpec["stream"];
  /** What a right answer contains. */
  readonly wanted?: string;
  /** The canary of the request, where it carries one. */
  readonly canary?: Canary;
  /** What ends the stream, when the target says so. */
  readonly done?: string;
  readonly answer: WholeAnswer;
  /** The request sets a limit of tokens, so that an answer that reaches it is one that was asked for. */
  readonly mayReachLimit: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How to read the answers of that mix; what is wanted depends on the row and is not in it. */
export function planReading(traffic: TrafficSpec): ReadingPlan {
  const { stream, body, url } = traffic;
  // A message of Anthropic's ends with message_stop, and is not whole without it, for its clients neither.
  const done = traffic.done ?? (stream === "anthropic" ? "message_stop" : undefined);
  return {
    stream,
    ...(done === undefined ? {} : { done }),
    answer: traffic.answer ?? (asksForCompletion(url, body) ? "completion" : "auto"),
    mayReachLimit: setsLimit(body),
  };
}

const completionPaths = /\/(?:completions|v1\/responses|v1\/messages)\/?$/;
/** Ask with a model and a prompt, too, and are answered otherwise. */
const otherPaths =
  /\/(?:images?|videos?|audio|embed\w*|rerank|score|classify|pooling|tokenize|count_tokens|moderations)\b/;

/** Whether a request asks a language model, by its path or its body. */
function asksForCompletion(url: string, body: unknown): boolean {
  const path = url.split(/[?#]/)[0] ?? "";
  if (completionPaths.test(path)) return true;
  if (!isFields(body) || otherPaths.test(path)) return false;
  return "model" in body && ("messages" in body || "prompt" in body);
}

const limitKeys =
  "max_tokens max_completion_tokens max_output_tokens max_new_tokens maxOutputTokens num_predict n_predict max_length".split(
    " ",
  );
const limitFolders = [
  "options",
  "parameters",
  "generationConfig",
  "generation_config",
  "extra_body",
  "sampling_params",
];

function setsLimit(body: unknown): boolean {
  if (!isFields(body)) return false;
  const places = [body, ...limitFolders.map((key) => body[key]).filter(isFields)];
  return places.some((place) => limitKeys.some((key) => place[key] !== undefined && place[key] !== null));
}
