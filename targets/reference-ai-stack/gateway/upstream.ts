// One edge from the gateway to one replica: a pool of kept-alive connections, a time-out per exchange, and a log of
// what was seen. It never repairs, never goes round a slow replica, and tells a broken connection from a slow answer.

import { performance } from "node:perf_hooks";
import { Pool } from "undici";
import { messageOf } from "../common/log.ts";
import { ATTRIBUTE, OPERATION, type GenAiOperation } from "../common/telemetry/names.ts";
import { traceHeaders, type Span, type Tracer } from "../common/telemetry/span.ts";
import { createSampleLog, type SampleReport, type Wanted } from "./samples.ts";

/** Why an exchange failed. connection: nothing came back; status: an answer of 400 or above; timeout: too late. */
export type FailureKind = "connection" | "status" | "timeout";

export class UpstreamFailure extends Error {
  readonly replica: string;
  readonly kind: FailureKind;
  /** The upstream's status for kind `status`, else undefined. */
  readonly status: number | undefined;
  /** The upstream's `Retry-After`, when it sent one. */
  readonly retryAfter: string | undefined;

  constructor(replica: string, kind: FailureKind, message: string, answer?: { status: number; retryAfter?: string }) {
    super(`${replica}: ${message}`);
    this.name = "UpstreamFailure";
    this.replica = replica;
    this.kind = kind;
    this.status = answer?.status;
    this.retryAfter = answer?.retryAfter;
  }

  /** Another replica may be asked: this one could not be reached, or broke on the request. Slow is no reason. */
  get mayRetry(): boolean {
    return this.kind === "connection" || (this.status ?? 0) >= 500;
  }
}

/** For whom an upstream is asked. */
export interface Caller {
  /** Aborts when our own client goes away. */
  readonly signal: AbortSignal;
  /** The request that it belongs to. */
  readonly span: Span;
}

interface Exchange extends Caller {
  readonly path: string;
  readonly body: object;
  /** Bound on the time to the first byte of the answer, ms. */
  readonly timeoutMs: number;
}

interface CheckResult {
  readonly ok: boolean;
  readonly ms: number;
  readonly error?: string;
}

export interface Upstream {
  readonly replica: string;
  readonly service: string;
  /**
   * Resolves once the first byte of a good answer is there, with the whole body; rejects with {@link UpstreamFailure}.
   */
  post(exchange: Exchange): Promise<AsyncIterable<Uint8Array>>;
  /** Notes that an answer broke after its first byte. */
  noteBroken(): void;
  /** GET /health through the same edge, outside the statistics. */
  check(): Promise<CheckResult>;
  report(wanted: Wanted): SampleReport;
  /** Takes no new exchange, and resolves when those under way are over or `limitMs` has passed. */
  retire(limitMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Bound on establishing a connection, ms; loopback needs under one. */
const CONNECT_TIMEOUT_MS = 1000;
/** Longest silence inside an answer that has begun, ms. */
const SILENCE_TIMEOUT_MS = 10_000;
/** Bound on an active check, ms. */
const CHECK_TIMEOUT_MS = 2000;
const CONNECTIONS = 64;

/** Opens nothing yet; connections are made when they are first needed. `address` is host:port. */
export function createUpstream(service: string, replica: string, address: string, tracer: Tracer): Upstream {
  const pool = new Pool(`http://${address}`, {
    connections: CONNECTIONS,
    pipelining: 1,
    bodyTimeout: SILENCE_TIMEOUT_MS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
  });
  const samples = createSampleLog();
  const begin = spansTo({ service, replica, address }, tracer);

  async function post(exchange: Exchange): Promise<AsyncIterable<Uint8Array>> {
    const span = begin(exchange);
    try {
      const bytes = await exchangeOne({ ...exchange, span });
      return span.context === null ? bytes : endingWith(span, bytes);
    } catch (error) {
      span.fail(failureType(error));
      span.end();
      throw error;
    }
  }

  async function exchangeOne(exchange: Exchange): Promise<AsyncIterable<Uint8Array>> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), exchange.timeoutMs);
    const ended = samples.begin(wallClock());
    try {
      const answer = await send(pool, exchange, AbortSignal.any([exchange.signal, late.signal]));
      ended(wallClock(), answer.status < 400);
      if (answer.status < 400) return answer.bytes;
      const says = (await textOf(answer.bytes)).slice(0, 300);
      throw new UpstreamFailure(replica, "status", `answered ${answer.status}: ${says}`, answer);
    } catch (error) {
      if (error instanceof UpstreamFailure) throw error;
      ended(wallClock(), exchange.signal.aborted ? undefined : false);
      if (exchange.signal.aborted) throw error;
      if (late.signal.aborted) {
        throw new UpstreamFailure(replica, "timeout", `no answer within ${exchange.timeoutMs} ms`);
      }
      throw new UpstreamFailure(replica, "connection", messageOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    replica,
    service,
    post,
    noteBroken: () => samples.broken(),
    check: () => check(pool),
    report: (wanted) => samples.report(wallClock(), wanted),
    async retire(limitMs) {
      const timer = setTimeout(() => void pool.destroy(), limitMs);
      await pool.close();
      clearTimeout(timer);
    },
    close: () => pool.destroy(),
  };
}

/** What the paths of the services do, in GenAI's words. */
const OPERATIONS: Readonly<Record<string, GenAiOperation>> = {
  "/v1/embeddings": OPERATION.embeddings,
  "/search": OPERATION.retrieval,
  "/v1/chat/completions": OPERATION.chat,
};

/** A span for each call of one replica. */
function spansTo(
  to: { readonly service: string; readonly replica: string; readonly address: string },
  tracer: Tracer,
): (exchange: Exchange) => Span {
  const colon = to.address.lastIndexOf(":");
  const shared = {
    [ATTRIBUTE.httpMethod]: "POST",
    [ATTRIBUTE.serverAddress]: to.address.slice(0, colon),
    [ATTRIBUTE.serverPort]: Number(to.address.slice(colon + 1)),
    [ATTRIBUTE.peerService]: to.service,
    [ATTRIBUTE.peerReplica]: to.replica,
  };
  return ({ path, span }) => {
    const operation = OPERATIONS[path];
    const own = operation === undefined ? shared : { ...shared, [ATTRIBUTE.operationName]: operation };
    return tracer.begin(operation ?? `POST ${path}`, { kind: "client", parent: span.context, attributes: own });
  };
}

/** The status or kind of an upstream's failure, else the error's name; a word of few values. */
export function failureType(error: unknown): string {
  if (error instanceof UpstreamFailure) return error.kind === "status" ? String(error.status) : error.kind;
  return error instanceof Error ? error.name : "unknown";
}

/** The span lasts as long as the answer. */
async function* endingWith(span: Span, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    span.fail(failureType(error));
    throw error;
  } finally {
    span.end();
  }
}

async function check(pool: Pool): Promise<CheckResult> {
  const started = performance.now();
  const ms = (): number => Math.round((performance.now() - started) * 100) / 100;
  try {
    const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
    const answer = await pool.request({ path: "/health", method: "GET", signal });
    await answer.body.dump();
    if (answer.statusCode === 200) return { ok: true, ms: ms() };
    return { ok: false, ms: ms(), error: `status ${answer.statusCode}` };
  } catch (error) {
    return { ok: false, ms: ms(), error: messageOf(error) };
  }
}

/** Milliseconds since 1970 that never go back while the process lives. */
function wallClock(): number {
  return performance.timeOrigin + performance.now();
}

interface Answer {
  readonly status: number;
  readonly retryAfter?: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

async function send(pool: Pool, exchange: Exchange, signal: AbortSignal): Promise<Answer> {
  const answer = await pool.request({
    path: exchange.path,
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...traceHeaders(exchange.span),
    },
    body: JSON.stringify(exchange.body),
    signal,
  });
  const rest: AsyncIterator<Uint8Array> = answer.body[Symbol.asyncIterator]();
  const first = await rest.next();
  const retryAfter = answer.headers["retry-after"];
  return {
    status: answer.statusCode,
    ...(typeof retryAfter === "string" ? { retryAfter } : {}),
    bytes: rejoin(first, rest),
  };
}

async function* rejoin(first: IteratorResult<Uint8Array>, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** The whole of a body as text. */
export async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
