// The part of OpenAI's chat API that the gateway and the inference replicas understand, validated in one place. Fields
// we do not know are kept, so that an upstream that knows them still gets them.

import { z } from "zod";

/** A turn's content may come as a list of parts; only their text is read. */
const content = z.union([
  z.string(),
  z
    .array(z.looseObject({ type: z.string(), text: z.string().optional() }))
    .transform((parts) => parts.map((part) => part.text ?? "").join("")),
]);

const chatRequest = z.looseObject({
  model: z.string().optional(),
  messages: z.array(z.looseObject({ role: z.string(), content })).min(1),
  stream: z.boolean().default(false),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.int().min(1).nullish(),
  prompt_cache_key: z.string().min(1).nullish(),
  /** Prompts of different salts share no cached block, as in vLLM. */
  cache_salt: z.string().max(200).nullish(),
  /** Who asks, as the client knows him. */
  user: z.string().max(512).nullish(),
  /**
   * How long an answer is wanted, as in OpenAI's API: `low`, `medium` or `high`; who does not know it takes no notice.
   */
  verbosity: z.string().max(32).nullish(),
  /** What the client wishes of a cache of answers, as in LiteLLM's API: no kept answer, and to keep none. */
  cache: z.looseObject({ "no-cache": z.boolean().optional(), "no-store": z.boolean().optional() }).nullish(),
  /** Choices: a stream of several would be read as one text. */
  n: z.literal(1, "expected 1, the only number of choices").nullish(),
});

const namedChoice = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({ name: z.string().regex(/^[\w-]{1,64}$/) }),
});

/** One turn of a chat, as in OpenAI's API. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

export type ChatRequest = z.output<typeof chatRequest>;

/** `usage` of an answer, in tokens as the answering engine counts them. */
export interface ChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** The function that `tool_choice` demands by name; undefined: the answer is a text. */
export function demandedTool(request: ChatRequest): string | undefined {
  const demanded = namedChoice.safeParse(request["tool_choice"]);
  return demanded.success ? demanded.data.function.name : undefined;
}

/** A body parsed as a chat request, or what is wrong with it, field by field. */
export function parseChatRequest(body: unknown): { ok: true; request: ChatRequest } | { ok: false; reason: string } {
  const parsed = chatRequest.safeParse(body);
  if (parsed.success) return { ok: true, request: parsed.data };
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
  return { ok: false, reason: problems.join("; ") };
}

/** OpenAI's code for a prompt that is longer than the model can ever hold. */
export const CONTEXT_TOO_LONG = "context_length_exceeded";

/** An error body in OpenAI's shape; `code` is a word for programs, where there is one. */
export function chatError(
  message: string,
  type: string,
  code?: string,
): { error: { message: string; type: string; code?: string } } {
  return { error: { message, type, ...(code !== undefined && { code }) } };
}

/** The body of the 404 for a model that nobody here has, in OpenAI's shape. */
export function modelNotFound(message: string): object {
  return { error: { message, type: "invalid_request_error", param: "model", code: "model_not_found" } };
}
