// The keys of answers that say something of their outcome, of all protocols. What stands below any other key is only
// checked.

const kept: ReadonlyMap<string, string> = new Map(
  `
  choices index delta message content text finish_reason refusal output_text tool_calls
  function_call function custom name arguments input id audio transcript reasoning
  reasoning_content thinking usage error object type detail code status success response output
  summary item item_id output_index incomplete_details reason content_block partial_json
  stop_reason done done_reason errors model created x_groq images
`
    .trim()
    .split(/\s+/)
    .map((key) => [key, key]),
);

/** The key as a text of its own when it is one of those; else undefined. */
export function keptKey(key: string): string | undefined {
  return kept.get(key);
}

export const LONGEST_KEPT_KEY = Math.max(...[...kept.keys()].map((key) => key.length));
