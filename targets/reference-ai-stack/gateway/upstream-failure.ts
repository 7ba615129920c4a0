// Why asking a replica failed, and what follows from it for the request.

import { retryAfterIn } from "./retry-after.ts";

/**
 * Why an exchange failed. connection: nothing came back; status: an answer of 400 or above; broken: an answer that
 * cannot be used, found before anything of it was passed on; timeout: too late.
 */
export type FailureKind = "connection" | "status" | "broken" | "timeout";

/** The upstream's answer, as far as whoever handles the failure needs it. */
export interface FailedAnswer {
  readonly status: number;
  /** The upstream asks not to be asked again for so long, ms; absent: it says nothing. */
  readonly retryAfterMs?: number;
  /** The request was refused for what it is, and any other replica would refuse it. */
  readonly isRefusal?: boolean;
  /** The code of its error in OpenAI's shape; absent: it gives none. */
  readonly code?: string;
}

/** Statuses from 400 to 499 that say something of the replica, or of now, and nothing of the request. */
const NO_REFUSALS = new Set([401, 403, 408, 429]);

/** Whether a status is a refusal of the request for what it is. `isOurs`: path and model are the gateway's choice. */
export function isRefusal(status: number, isOurs: boolean): boolean {
  return status >= 400 && status < 500 && !NO_REFUSALS.has(status) && !(isOurs && status === 404);
}

export class UpstreamFailure extends Error {
  readonly replica: string;
  readonly kind: FailureKind;
  /** The upstream's status for kind `status`, else undefined. */
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** The request is refused for what it is, and any other replica would refuse it, too. */
  readonly isRefusal: boolean;
  readonly code: string | undefined;

  constructor(replica: string, kind: FailureKind, message: string, answer?: FailedAnswer) {
    super(`${replica}: ${message}`);
    this.name = "UpstreamFailure";
    this.replica = replica;
    this.kind = kind;
    this.status = answer?.status;
    this.retryAfterMs = answer?.retryAfterMs;
    this.isRefusal = answer?.isRefusal === true;
    this.code = answer?.code;
  }

  /** Too much was asked of the replica, which is no failure of it. */
  get isThrottled(): boolean {
    return this.status === 429;
  }

  /** Another replica may be asked: this one could not be reached, fails, or is full. Slow is no reason. */
  get mayRetry(): boolean {
    return this.kind === "status" ? !this.isRefusal : this.kind !== "timeout";
  }
}

/** The status or kind of an upstream's failure, else the error's name; a word of few values. */
export function failureType(error: unknown): string {
  if (error instanceof UpstreamFailure) return error.kind === "status" ? String(error.status) : error.kind;
  return error instanceof Error ? error.name : "unknown";
}

/** An answer's status with what its `Retry-After` says. `now`: ms since 1970. */
export function failedAnswer(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  now: number,
): FailedAnswer {
  const retryAfterMs = retryAfterIn(headers, now);
  return { status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** The code, one word, of an error that came in OpenAI's shape; undefined: it is another shape, or has none. */
export function errorCodeIn(text: string): string | undefined {
  try {
    const { error } = (JSON.parse(text) ?? {}) as { error?: { code?: unknown } };
    return typeof error?.code === "string" && /^\w{1,64}$/.test(error.code) ? error.code : undefined;
  } catch {
    return undefined;
  }
}
