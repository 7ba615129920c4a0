// When somebody who was turned away may come again: read from an upstream's answer, and said to our own clients.

/** Date.parse takes "-5" and "7 days" for dates, too. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * What `Retry-After` (seconds or a date, RFC 9110 section 10.2.3) or `retry-after-ms` asks for, ms from `now` (ms since
 * 1970) on; the finer one where there are both. Undefined when there is none, or none that can be read. Never below 0.
 */
export function retryAfterIn(headers: Headers, now: number): number | undefined {
  const fine = numberIn(headers["retry-after-ms"]);
  if (fine !== undefined) return fine;
  const text = headers["retry-after"];
  const seconds = numberIn(text);
  if (seconds !== undefined) return seconds * 1000;
  if (typeof text !== "string" || !HTTP_DATE.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function numberIn(text: string | string[] | undefined): number | undefined {
  return typeof text === "string" && /^\d{1,9}(?:\.\d{1,9})?$/.test(text.trim()) ? Number(text) : undefined;
}

/**
 * The header for our own client: whole seconds, rounded up. None where nothing is known, and none for 0, which several
 * clients answer with a burst.
 */
export function retryAfterHeader(ms: number | undefined): Readonly<Record<string, string>> {
  return ms === undefined || ms <= 0 ? {} : { "retry-after": String(Math.ceil(ms / 1000)) };
}
