// A span of this process, and W3C trace context on the way in and out. A span that has ended lies in a bounded buffer
// until an exporter takes it; without an exporter the newest stay and nothing else happens.
import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { ATTRIBUTE } from "./names.ts";
import { ratioIn, tracestateOf, type Sampler } from "./sampler.ts";

export type AttributeValue = string | number | boolean;
type SpanKind = "internal" | "server" | "client";

/** What a child, a log line or another process needs to know of a span. */
export interface SpanContext {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** Of its trace only the spans that fail are kept. */
  readonly isThin?: boolean;
  /** Share (0 to 1] of such traces that is kept; 1 when absent. */
  readonly ratio?: number;
}

/** One piece of work. `end` counts once; what comes after it is lost. */
export interface Span {
  /** null: nothing is recorded, and nothing handed on. */
  readonly context: SpanContext | null;
  set(name: string, value: AttributeValue | undefined): void;
  /** The work failed; `type` is a word of few values (a status, an error's name), never a message. */
  fail(type: string): void;
  end(): void;
}

export interface EndedSpan extends SpanContext {
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  /** ms since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly error: string | undefined;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
}

interface SpanStart {
  readonly kind: SpanKind;
  /** Ids that were settled before; absent: new ones, within the parent's trace. */
  readonly own?: SpanContext;
  /** Absent: a new trace. */
  readonly parent?: SpanContext | null | undefined;
  /** The parent is a stranger's: whether its trace is kept is decided here, at our own rate. */
  readonly isFromOutside?: boolean;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export interface Tracer {
  begin(name: string, start: SpanStart): Span;
}

/** Does nothing, and costs nothing. */
const NO_SPAN: Span = { context: null, set: () => undefined, fail: () => undefined, end: () => undefined };
export const NO_TRACER: Tracer = { begin: () => NO_SPAN };

/** Keeps every trace that begins here. */
const KEEP_ALL: Sampler = { ratio: () => 1, decide: () => true };

/** `sink` gets each span once, when it ends, unless its trace is not kept and it went well. */
export function createTracer(sink: (span: EndedSpan) => void, sampler: Sampler = KEEP_ALL): Tracer {
  return { begin: (name, start) => new LiveSpan(name, start, { sink, sampler }) };
}

interface Ways {
  readonly sink: (span: EndedSpan) => void;
  readonly sampler: Sampler;
}

class LiveSpan implements Span {
  readonly context: SpanContext;
  readonly #name: string;
  readonly #start: SpanStart;
  readonly #ways: Ways;
  readonly #startMs = wallMs();
  readonly #attributes: Map<string, AttributeValue>;
  #error: string | undefined;
  #isOver = false;

  constructor(name: string, start: SpanStart, ways: Ways) {
    this.#name = name;
    this.#start = start;
    this.#ways = ways;
    this.#attributes = new Map(Object.entries(start.attributes ?? {}));
    this.context = start.own ?? contextOf(start, ways.sampler);
  }

  set(name: string, value: AttributeValue | undefined): void {
    if (value !== undefined) this.#attributes.set(name, value);
  }

  fail(type: string): void {
    this.#error ??= type;
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.context.isThin === true && this.#error === undefined) return;
    if (this.#error !== undefined) this.#attributes.set(ATTRIBUTE.errorType, this.#error);
    this.#ways.sink({
      ...this.context,
      parentId: this.#start.parent?.spanId,
      name: this.#name,
      kind: this.#start.kind,
      startMs: this.#startMs,
      endMs: wallMs(),
      error: this.#error,
      attributes: this.#attributes,
    });
  }
}

/** A child is kept when its parent is; who begins a trace here, or takes it in from outside, decides for all. */
function contextOf({ parent, isFromOutside = false }: SpanStart, sampler: Sampler): SpanContext {
  const known = parent ?? undefined;
  if (known !== undefined && (known.isThin === true || !isFromOutside)) return { ...known, spanId: hexId(8) };
  const isThin = !sampler.decide();
  // Of what a stranger has thinned out already we keep a part.
  const ratio = sampler.ratio() * (known?.ratio ?? 1);
  const traceId = known?.traceId ?? hexId(16);
  return { traceId, spanId: hexId(8), ...(isThin && { isThin }), ...(ratio < 1 && { ratio }) };
}

/** ms since 1970 that never go back while the process lives. */
function wallMs(): number {
  return performance.timeOrigin + performance.now();
}

const POOL_BYTES = 4096;
let pool = Buffer.alloc(0);

/** Random bytes as hex; drawn from a pool, because asking the system each time costs more than the span. */
function hexId(bytes: 8 | 16): string {
  if (pool.length < bytes) pool = randomBytes(POOL_BYTES);
  const id = pool.toString("hex", 0, bytes);
  pool = pool.subarray(bytes);
  return id;
}

/** The headers of W3C Trace Context (version 00); none when nothing is handed on. */
export function traceHeaders({ context }: Span): { readonly traceparent?: string; readonly tracestate?: string } {
  if (context === null) return {};
  const flags = context.isThin === true ? "00" : "01";
  const tracestate = tracestateOf(context.ratio ?? 1);
  return {
    traceparent: `00-${context.traceId}-${context.spanId}-${flags}`,
    ...(tracestate !== undefined && { tracestate }),
  };
}

/** A header that is not as the recommendation wants it counts as absent: a new trace is begun. */
export function parseTraceContext(traceparent: string | undefined, tracestate?: string): SpanContext | null {
  const [, version = "", traceId = "", spanId = "", flags = "", rest] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(traceparent ?? "") ?? [];
  if (version === "" || version === "ff" || (version === "00" && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  const isThin = (Number.parseInt(flags, 16) & 1) === 0;
  const ratio = ratioIn(tracestate);
  return { traceId, spanId, ...(isThin && { isThin }), ...(ratio < 1 && { ratio }) };
}
