// What became of an answer, in one word each. Reports count by these words, so they are data: change none without need.
// targets/README.md has the same table for people.

/** Words for an answer that is none, with what each of them means. */
export const answerErrors = {
  "cut stream": "The stream ended, or its connection was closed, before the event that ends it.",
  reset: "The connection was reset before the answer was whole.",
  "cut answer": "A whole body ended too early: its JSON is torn, or the connection was closed before its end.",
  "error in stream": "The stream carries an error instead of (the rest of) the answer.",
  "error in answer": "The body is an error object, though the status is a good one.",
  "malformed stream": "An event is no JSON object.",
  "malformed answer": "The body should be JSON and is not.",
  "not a stream": "A page or a JSON body came where a stream was asked for.",
  "not an answer": "An HTML page came where an answer was asked for.",
  "no choices": "JSON came that is no completion, where one was asked for.",
  "no finish reason": "The end was announced, and no reason was given for it.",
  "error as finish reason": "The reason for the end is an error, such as `error`, `abort` or `failed`.",
  "cut at limit": "The answer reached a limit of tokens that the request does not set.",
  "content filter": "The answer was withheld or cut by a filter, or refused as a whole.",
  "empty answer": "The answer ended well and has no text and no tool call.",
  "cut tool call": "The arguments of a tool call are not whole JSON.",
  "unreadable encoding": "The body is compressed, which nobody asked for.",
  leaked: "The answer holds the canary of another request: something in it was somebody else's.",
} as const;

export type AnswerError = keyof typeof answerErrors;

/** Remarks on an answer that counts all the same. */
export const answerNotes = {
  "no terminator": "A finish reason and a clean end, but not the event that should end the stream.",
  "at limit": "The answer reached the limit of tokens that the request sets.",
  "no finish reason": "An Ollama stream is done and does not say why (old versions).",
  "unknown finish reason": "A finish reason that we have not heard of; it does not sound like an error.",
} as const;

export type AnswerNote = keyof typeof answerNotes;

/** How an answer ended: an error, or well, perhaps with a remark. */
export interface AnswerVerdict {
  readonly error?: AnswerError;
  readonly note?: AnswerNote;
}
