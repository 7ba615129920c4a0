// What the reasons mean that servers give for the end of an answer.

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** The tokens' limit was reached. */
const limits = words(`
  length max_tokens max_output_tokens max_completion_tokens model_length token_limit
  model_context_window_exceeded context_length_exceeded max_length max_new_tokens
`);

const filters = words(`
  content_filter content_filtered safety refusal recitation blocklist prohibited_content
  guardrail_intervened sensitive error_toxic spii image_safety
`);

/** Gemini's endpoint for clients of OpenAI says `content_filter: PROHIBITED_CONTENT`. */
const filterish = /^content_filter\b/;

const good = words(`
  stop tool_calls tool_call function_call tool_use end_turn stop_sequence eos eos_token
  pause_turn complete completed stop_token end finish
`);

/** insufficient_system_resource: DeepSeek; abort: vLLM; network_error: GLM; model_error: several gateways;
 *  time_limit, not_finished: watsonx; function_call_filter: Gemini. */
const errorish =
  /error|abort|cancel|fail|time.?out|interrupt|kill|overload|insufficient|unavailable|exception|disconnect|malformed|crash|incomplete|evict|preempt|time.?limit|not.?finished|function_call_filter|unexpected_tool/;

export type FinishKind = "good" | "limit" | "filter" | "error" | "unknown";

/** What a finish reason says, in whatever case it is written. */
export function kindOfFinish(reason: string): FinishKind {
  const written = reason.toLowerCase();
  if (good.has(written)) return "good";
  if (limits.has(written)) return "limit";
  if (filters.has(written) || filterish.test(written)) return "filter";
  return errorish.test(written) ? "error" : "unknown";
}
