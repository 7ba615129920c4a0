// One edge from the gateway to one replica: a pool of kept-alive connections, a time-out per exchange, and a log of
// what was seen. It never repairs, never goes round a slow replica, and tells a broken connection from a slow answer.

import { performance } from "node:perf_hooks";
import { Pool } from "undici";
import { messageOf } from "../common/log.ts";
import { traceHeaders, type Span, type Tracer } from "../common/telemetry/span.ts";
import type { PathName } from "../common/members.ts";
import { rejoin, startOf } from "./bodies.ts";
import { NO_NOTES, notesInto, type ExchangeNotes } from "./exchange-notes.ts";
import { createPaths, type Paths, type PathView, type Way } from "./paths.ts";
import { createPlace, type RotationView } from "./rotation.ts";
import { createSampleLog, type SampleReport, type Wanted } from "./samples.ts";
import {
  errorCodeIn,
  failedAnswer,
  failureType,
  isRefusal,
  UpstreamFailure,
  type FailedAnswer,
} from "./upstream-failure.ts";
import { endingWith, spansTo } from "./upstream-span.ts";

/** For whom an upstream is asked. */
export interface Caller {
  /** Aborts when our own client goes away. */
  readonly signal: AbortSignal;
  /** The request that it belongs to. */
  readonly span: Span;
}

interface Exchange extends Caller {
  readonly path: string;
  /** Absent: the replica is asked by GET. */
  readonly body?: object;
  /** The gateway's own towards the replica; absent: it goes without. */
  readonly token?: string | undefined;
  /** Bound on the time to the first byte of the answer, ms. */
  readonly timeoutMs: number;
  /** A look of our own: neither statistics nor rotation hear of it. */
  readonly isProbe?: boolean;
  /** Path and model are the gateway's choice and not a client's, so that 404 is the replica's failure. */
  readonly isOurs?: boolean;
}

/** A good answer that has begun. */
export interface Begun {
  /** The whole body. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** As the upstream states it; undefined when it does not. */
  readonly contentType: string | undefined;
  /**
   * To be called when the answer was read to its end, with what it was worth; not when our client went away. Later
   * calls change nothing.
   */
  readonly ended: (how: "whole" | "broken") => void;
}

export interface CheckResult {
  readonly ok: boolean;
  readonly ms: number;
  readonly error?: string;
}

export interface Upstream {
  readonly replica: string;
  readonly service: string;
  /** Resolves once the first byte of a good answer is there; rejects with {@link UpstreamFailure}. */
  post(exchange: Exchange & { readonly body: object }): Promise<Begun>;
  /** The same by GET. */
  get(exchange: Omit<Exchange, "body">): Promise<Begun>;
  /** GET /health through the same edge, outside the statistics. */
  check(): Promise<CheckResult>;
  report(wanted: Wanted): SampleReport;
  /** Its place among its siblings, as it is now. */
  place(): RotationView;
  /** What is known of the ways to it; empty where there is one alone. */
  paths(): readonly PathView[];
  /** Goes that way from now on, where there is one. What has no first byte yet is given up, and may be asked anew. */
  use(path: PathName): void;
  /** Takes no new exchange, and resolves when those under way are over or `limitMs` has passed. */
  retire(limitMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Bound on establishing a connection, ms; loopback needs under one. */
const CONNECT_TIMEOUT_MS = 1000;
/** Longest silence inside an answer that has begun, ms. */
const SILENCE_TIMEOUT_MS = 10_000;
/** A client that leaves an answer which has stood still for so long, ms, does so because of the replica. */
export const STOOD_STILL_MS = 2000;
/** Bound on an active check, ms. */
const CHECK_TIMEOUT_MS = 2000;
/** So much of an error's body is read, bytes. */
const SAYS_BYTES = 2048;
const CONNECTIONS = 64;

/** Opens nothing yet; connections are made when they are first needed. */
export function createUpstream(service: string, replica: string, ways: readonly Way[], tracer: Tracer): Upstream {
  const paths = createPaths(ways, openPool);
  const samples = createSampleLog();
  const place = createPlace(async () => (await check(paths)).ok, wallClock);
  const begin = spansTo({ service, replica, address: ways[0]?.address ?? "" }, tracer);

  async function ask(exchange: Exchange): Promise<Begun> {
    const span = begin(exchange);
    try {
      const answer = await exchangeOne({ ...exchange, span });
      return span.context === null ? answer : { ...answer, bytes: endingWith(span, answer.bytes) };
    } catch (error) {
      span.fail(failureType(error));
      span.end();
      throw error;
    }
  }

  async function exchangeOne(exchange: Exchange): Promise<Begun> {
    const notes = exchange.isProbe === true ? NO_NOTES : notesInto(samples, place, wallClock);
    const from = performance.now();
    try {
      const answer = await answerTo(exchange, paths, replica);
      notes.answered();
      const { bytes, contentType } = answer;
      return { bytes, contentType, ended: (how) => notes.ended(how) };
    } catch (error) {
      noteFailure(error, notes, performance.now() - from, replica);
      if (error instanceof UpstreamFailure && error.kind === "connection") paths.suspect();
      throw error;
    }
  }

  return {
    replica,
    service,
    post: ask,
    get: ask,
    check: () => check(paths),
    report: (wanted) => samples.report(wallClock(), wanted),
    place: () => place.view(),
    paths: () => paths.views(),
    use(path) {
      if (paths.use(path)) place.anew();
    },
    async retire(limitMs) {
      place.close();
      const timer = setTimeout(() => void paths.destroy(), limitMs);
      await paths.end();
      clearTimeout(timer);
    },
    close() {
      place.close();
      return paths.destroy();
    },
  };
}

/** `waitedMs`: how long nothing came. */
function noteFailure(error: unknown, notes: ExchangeNotes, waitedMs: number, replica: string): void {
  if (error instanceof WayLeft) return notes.givenUp();
  if (error instanceof UpstreamFailure) return notes.failed(error);
  if (waitedMs < STOOD_STILL_MS) return notes.givenUp();
  const why = `nothing came for ${Math.round(waitedMs)} ms, and the client left`;
  notes.failed(new UpstreamFailure(replica, "timeout", why));
}

/** The way was given up before anything came back on it: no failure of the replica, which may be asked by another. */
class WayLeft extends UpstreamFailure {
  constructor(replica: string) {
    super(replica, "connection", "the way to it was given up");
  }
}

function openPool(address: string): Pool {
  return new Pool(`http://${address}`, {
    connections: CONNECTIONS,
    pipelining: 1,
    bodyTimeout: SILENCE_TIMEOUT_MS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
  });
}

/** Rejects with anything else than {@link UpstreamFailure} only when our own client went away. */
async function answerTo(exchange: Exchange, paths: Paths, replica: string): Promise<Answer> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), exchange.timeoutMs);
  const left = new AbortController();
  const leaving = paths.leaving();
  const leave = (): void => left.abort();
  leaving.addEventListener("abort", leave);
  try {
    const answer = await send(paths, exchange, AbortSignal.any([exchange.signal, late.signal, left.signal]));
    if (answer.status < 400) return answer;
    const says = await startOf(answer.bytes, SAYS_BYTES);
    const code = errorCodeIn(says);
    const refused = isRefusal(answer.status, exchange.isOurs === true);
    const failed = { ...answer, isRefusal: refused, ...(code !== undefined && { code }) };
    throw new UpstreamFailure(replica, "status", `answered ${answer.status}: ${says.slice(0, 300)}`, failed);
  } catch (error) {
    if (error instanceof UpstreamFailure || exchange.signal.aborted) throw error;
    if (left.signal.aborted) throw new WayLeft(replica);
    if (!late.signal.aborted) throw new UpstreamFailure(replica, "connection", messageOf(error));
    throw new UpstreamFailure(replica, "timeout", `no answer within ${exchange.timeoutMs} ms`);
  } finally {
    clearTimeout(timer);
    // An answer that has begun comes to its end on the way on which it came.
    leaving.removeEventListener("abort", leave);
  }
}

async function check(paths: Paths): Promise<CheckResult> {
  const started = performance.now();
  const ms = (): number => Math.round((performance.now() - started) * 100) / 100;
  try {
    const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
    await paths.sendable(signal);
    const answer = await paths.pool().request({ path: "/health", method: "GET", signal });
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

interface Answer extends FailedAnswer {
  readonly contentType: string | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
}

async function send(paths: Paths, exchange: Exchange, signal: AbortSignal): Promise<Answer> {
  await paths.sendable(signal);
  const answer = await paths.pool().request({
    path: exchange.path,
    method: exchange.body === undefined ? "GET" : "POST",
    headers: {
      ...(exchange.body !== undefined && { "content-type": "application/json" }),
      ...(exchange.isProbe === true && { "x-probe": "1" }),
      ...(exchange.token !== undefined && { authorization: `Bearer ${exchange.token}` }),
      ...traceHeaders(exchange.span),
    },
    ...(exchange.body !== undefined && { body: JSON.stringify(exchange.body) }),
    signal,
  });
  const rest: AsyncIterator<Uint8Array> = answer.body[Symbol.asyncIterator]();
  const first = await rest.next();
  const contentType = answer.headers["content-type"];
  return {
    ...failedAnswer(answer.statusCode, answer.headers, wallClock()),
    contentType: typeof contentType === "string" ? contentType : undefined,
    bytes: rejoin(first, rest),
  };
}
