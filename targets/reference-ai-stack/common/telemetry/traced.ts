// The server's side of a trace: a span for each request of a route, child of the caller's span, and where it is wanted
// a log line that carries its ids.
import type { Context, MiddlewareHandler } from "hono";
import type { Logger } from "../log.ts";
import { ATTRIBUTE, type GenAiOperation } from "./names.ts";
import { parseTraceContext, type Span, type Tracer } from "./span.ts";

/** What a traced route finds under `c.get("span")`. */
export interface TracedEnv {
  readonly Variables: { readonly span: RequestSpan };
}

export interface RequestSpan extends Span {
  /** The answer outlives its handler: who calls this ends the span itself. */
  hold(): void;
}

export interface Tracing {
  readonly tracer: Tracer;
  readonly log: Logger;
  /** Whoever calls is a stranger: which of its traces are kept is decided here. */
  readonly isBorder?: boolean;
}

/** Which requests have a log line: all of them, or those that failed. Of a trace one line is enough. */
type Lines = "all" | "failures";

/** For one route. `operation`: what it does in GenAI's words. */
export function traced(
  { tracer, log, isBorder = false }: Tracing,
  lines: Lines,
  operation?: GenAiOperation,
): MiddlewareHandler<TracedEnv> {
  return async (c, next) => {
    const began = performance.now();
    const span = tracer.begin(`${c.req.method} ${c.req.routePath}`, {
      kind: "server",
      parent: parseTraceContext(c.req.header("traceparent"), c.req.header("tracestate")),
      isFromOutside: isBorder,
      attributes: {
        [ATTRIBUTE.httpMethod]: c.req.method,
        [ATTRIBUTE.httpRoute]: c.req.routePath,
        ...(operation !== undefined && { [ATTRIBUTE.operationName]: operation }),
      },
    });
    let isHeld = false;
    const end = (): void => {
      const isLine = lines === "all" || c.res.status >= 400;
      if (span.context !== null && isLine) noteEnd(c, log, span, performance.now() - began);
      span.end();
    };
    c.set("span", { ...delegate(span), end, hold: () => (isHeld = true) });
    await next();
    span.set(ATTRIBUTE.httpStatus, c.res.status);
    if (c.res.status >= 500) span.fail(String(c.res.status));
    if (!isHeld) end();
  };
}

function delegate(span: Span): Omit<Span, "end"> {
  return { context: span.context, set: (name, value) => span.set(name, value), fail: (type) => span.fail(type) };
}

function noteEnd(c: Context, log: Logger, span: Span, ms: number): void {
  const fields = { method: c.req.method, route: c.req.path, status: c.res.status, ms: Math.round(ms * 100) / 100 };
  log.info("request", fields, span.context);
}
