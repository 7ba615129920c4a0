// When a request counts, and for what. The one place that knows, so that windows, budgets and latencies agree.

import type { RequestEvent } from "../../records/timeline/request.ts";
import type { Ms } from "../../core/units.ts";

/** What a request meant to its user. Everything but `good` is bad. */
export type Meaning = "good" | "error" | "slow" | "wrong";

export interface SettledRequest {
  /** The instant at which its outcome was known to its user, ms. */
  readonly at: Ms;
  readonly meaning: Meaning;
  readonly intended: Ms;
  /** When it was written to its connection; null when it never was, or when that is not known. */
  readonly sent: Ms | null;
  /** How it ended; absent while only its being late is known. */
  readonly outcome?: RequestEvent["outcome"];
  /** Why it failed, or what was odd about its answer; absent when there is nothing to say. */
  readonly word?: string;
  /** Intended send time to complete answer; absent without an answer. */
  readonly latencyMs?: Ms;
  /** Intended send time to first token; absent without one, or without an answer. */
  readonly ttftMs?: Ms;
  /** Whether its answer held something of another request; absent: it carries no canary. */
  readonly leaked?: boolean;
  /** Whether the answer cited the right passage, known since `doneAt`; absent when nothing says what is right. */
  readonly answer?: { readonly doneAt: Ms; readonly right: boolean };
  /** Which step of a session it is, `users/step`; absent: it stands alone. */
  readonly step?: string;
  /** It is late, and whether it is slow or an error was never seen of it while the fault lasted; see `leftOpen`. */
  readonly undecided?: true;
}

/**
 * True for a request that was late and still open when a fault was taken back (`releases`, ms): what it became then is
 * our revert's doing. An answer that was held back for ever comes with the revert, and is no sign that anybody had
 * repaired it before.
 */
export function leftOpen({ at, meaning, intended, latencyMs }: SettledRequest, releases: readonly Ms[]): boolean {
  return meaning === "slow" && releases.some((release) => at < release && release <= intended + (latencyMs ?? 0));
}

/**
 * A request *settles* when its outcome is known to its user: answered within `slowOverMs` of its intended send time —
 * when the answer was complete; later — at intended + `slowOverMs`, the moment it became late; failed — at the error or
 * when it became late, whichever came first; never sent — at intended + `slowOverMs`, as an error. Windows go by this
 * instant, so nothing that was sent before t0 and hurt after it counts before t0. (By send time, the impact would
 * precede its cause.) A step of a session that was not reached has the intended time of the one that failed before it,
 * so that both settle together.
 */
export function settle(request: RequestEvent, slowOverMs: Ms): SettledRequest {
  const settled = settleAlone(request, slowOverMs);
  const { session } = request;
  return session === undefined ? settled : { ...settled, step: `${session.users}/${session.step}` };
}

function settleAlone(request: RequestEvent, slowOverMs: Ms): SettledRequest {
  const { intended } = request;
  const lateAt = intended + slowOverMs;
  if (request.outcome === "unsent")
    return { at: lateAt, meaning: "error", intended, sent: null, outcome: "unsent", word: "never sent" };
  const doneAt = request.done ?? request.at;
  const { sent } = request;
  const leaked = request.leaked === undefined ? {} : { leaked: request.leaked };
  if (request.outcome === "error")
    return {
      at: Math.min(doneAt, lateAt),
      meaning: "error",
      intended,
      sent,
      outcome: "error",
      word: request.error ?? "no reason given",
      ...leaked,
    };
  const slow = doneAt > lateAt;
  return {
    at: slow ? lateAt : doneAt,
    meaning: slow ? "slow" : request.right === false ? "wrong" : "good",
    intended,
    sent,
    outcome: "answered",
    ...leaked,
    ...(request.note !== undefined && { word: request.note }),
    latencyMs: doneAt - intended,
    ...(request.firstToken !== null && { ttftMs: request.firstToken - intended }),
    ...(request.right !== null && { answer: { doneAt, right: request.right } }),
  };
}
