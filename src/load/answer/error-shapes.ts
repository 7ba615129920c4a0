// The shapes in which servers put an error where an answer should be.

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member that is there and not empty; `error: null` and `error: ""` are none. */
export const isGiven = (value: unknown): boolean => Boolean(value);

/** `{"error": …}`, `{"object": "error"}`, `{"type": "error"}`: an error whatever stands beside it. */
export function isError(fields: Fields): boolean {
  return isGiven(fields["error"]) || fields["object"] === "error" || fields["type"] === "error";
}

/** Errors in a list of their own, as Gemini sends them: `[{"error": …}]`. */
export function isErrorList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((one) => isFields(one) && isError(one));
}

const errorWords =
  /error|fail|invalid|denied|exceed|unauthori|forbidden|not.?found|limit|time.?out|unavailable|overload|exception|bad|reject/i;

/** An error code: a number from 400 on or below 0, or a word that sounds like one. Others may be codes of anything. */
function isErrorCode(code: unknown): boolean {
  if (typeof code === "number") return code >= 400 || code < 0;
  return typeof code === "string" && (Number(code) >= 400 || Number(code) < 0 || errorWords.test(code));
}

/**
 * An error that only its shape tells: `{"detail": …}` alone (FastAPI), `{"message": …, "code": …}`, a problem document
 * (RFC 9457), `"errors": […]` (GraphQL), `"status": "error"`, `"success": false`. For bodies that are no completion.
 */
export function looksLikeError(fields: Fields): boolean {
  if (isError(fields)) return true;
  const { detail, message, code, status, success, errors } = fields;
  if (Array.isArray(errors) && errors.length > 0) return true;
  if (success === false || status === "error" || status === "fail" || status === "failed") return true;
  if (isGiven(detail) && (Object.keys(fields).length === 1 || isErrorCode(status) || isErrorCode(code))) return true;
  // Beyond the codes of HTTP, some count their successes from 1,000 or 10,000 on.
  if (typeof code === "number" && code > 599 && typeof message === "string" && /^(?:ok|succe\w+)\b/i.test(message)) {
    return false;
  }
  return isGiven(message) && (isErrorCode(code) || isErrorCode(status));
}
