// The names under which what users saw enters expressions. Shares are of the requests that settled in one window. A
// name may say which stream of requests it speaks of; one that does not speaks of the default stream.

/** Names of what users saw, usable in expressions beside the probes of a target. */
export const userProbes = [
  "users.count",
  "users.error_share",
  "users.slow_share",
  "users.right_share",
  "users.bad_share",
  "users.leak_share",
  "users.latency_p50",
  "users.latency_p95",
  "users.latency_p99",
  "users.ttft_p50",
  "users.ttft_p95",
  "users.ttft_p99",
] as const;

/** What each of them means, in a few words; printed by `rebound list probes`. */
export const userProbeMeanings: Readonly<Record<(typeof userProbes)[number], string>> = {
  "users.count": "requests that came to an end in the window",
  "users.error_share": "share that failed, timed out, was cut or never sent",
  "users.slow_share": "share that was answered, but later than slow_over",
  "users.right_share": "share of those answered that cited the right passage",
  "users.bad_share": "share that was an error, slow or wrong",
  "users.leak_share": "share whose answer held the canary of another request; only of a stream that has canaries",
  "users.latency_p50": "median ms from the intended send time to the whole answer",
  "users.latency_p95": "ms within which 95 % of the answers were whole; needs 20 answers in the window",
  "users.latency_p99": "ms within which 99 % of the answers were whole; needs 100 answers in the window",
  "users.ttft_p50": "median ms from the intended send time to the first token",
  "users.ttft_p95": "ms within which 95 % of the first tokens came; needs 20 of them in the window",
  "users.ttft_p99": "ms within which 99 % of the first tokens came; needs 100 of them in the window",
};

/** Below this a share moves by more than 20 points with one request, and a median says little. */
export const fewestInWindow = 5;
/** Fewest samples that have one at or beyond the percentile which is not simply the greatest that was ever seen. */
const fewestForTails: Readonly<Record<string, number>> = { p95: 20, p99: 100 };

/** Fewest requests of a window from which a value of that name is given; `name` is one of {@link userProbes}. */
export function fewestFor(name: string): number {
  return fewestForTails[name.slice(name.lastIndexOf("_") + 1)] ?? fewestInWindow;
}

const prefix = "users.";

/** What follows `users.` in the names above: no stream may be called so. */
export const userMeasures: readonly string[] = userProbes.map((name) => name.slice(prefix.length));

/** A name of what users saw, taken apart. */
export interface UserName {
  /** The stream that it names; absent: the default stream. */
  readonly stream?: string;
  /** The name without its stream, such as `users.count`. */
  readonly probe: string;
}

/** `users.chat.count` → users.count of the stream chat. Undefined for names of other things, `baseline.` among them. */
export function userNameOf(name: string): UserName | undefined {
  if (!name.startsWith(prefix)) return undefined;
  const [stream, ...measure] = name.slice(prefix.length).split(".");
  return measure.length === 0
    ? { probe: name }
    : { ...(stream !== undefined && { stream }), probe: prefix + measure.join(".") };
}

/** `users.count` of the stream chat → `users.chat.count`; of the default stream (undefined) it stays as it is. */
export function userName(probe: string, stream: string | undefined): string {
  return stream === undefined ? probe : `${prefix}${stream}.${probe.slice(prefix.length)}`;
}

/** An expression in which the default stream, which may be named as well, is not named. */
export function withoutStream(expression: string, stream: string): string {
  return expression.replaceAll(new RegExp(`(?<![\\w.])((?:baseline\\.)?users)\\.${stream}\\.(?=\\w)`, "g"), "$1.");
}

/** Bounds of what users saw: shares lie between 0 and 1, counts and times are not negative. */
export function boundsOfUserProbe(name: string): { readonly lo: number; readonly hi: number } {
  return name.endsWith("_share") ? { lo: 0, hi: 1 } : { lo: 0, hi: Number.POSITIVE_INFINITY };
}

/** The prefix of a name that means its value over the baseline phase. */
export const baselinePrefix = "baseline.";

/** The probe a name in an expression speaks of: `baseline.users.count` → `users.count`. */
export function probeOfName(name: string): string {
  return name.startsWith(baselinePrefix) ? name.slice(baselinePrefix.length) : name;
}
