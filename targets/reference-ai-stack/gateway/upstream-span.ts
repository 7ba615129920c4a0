// A span for each call of an upstream replica, as long as its answer.

import { ATTRIBUTE, OPERATION, type GenAiOperation } from "../common/telemetry/names.ts";
import type { Span, Tracer } from "../common/telemetry/span.ts";
import { failureType } from "./upstream-failure.ts";

/** What is called, and where. */
export interface CalledReplica {
  readonly service: string;
  readonly replica: string;
  /** host:port. */
  readonly address: string;
}

/** The call that a span is for. */
export interface SpannedCall {
  readonly path: string;
  /** Absent: by GET. */
  readonly body?: object;
  /** The request that it belongs to. */
  readonly span: Span;
}

/** What the paths of the services do, in GenAI's words. */
const OPERATIONS: Readonly<Record<string, GenAiOperation>> = {
  "/v1/embeddings": OPERATION.embeddings,
  "/search": OPERATION.retrieval,
  "/v1/chat/completions": OPERATION.chat,
};

/** Begins a span for each call of one replica. */
export function spansTo(to: CalledReplica, tracer: Tracer): (call: SpannedCall) => Span {
  const colon = to.address.lastIndexOf(":");
  const shared = {
    [ATTRIBUTE.serverAddress]: to.address.slice(0, colon),
    [ATTRIBUTE.serverPort]: Number(to.address.slice(colon + 1)),
    [ATTRIBUTE.peerService]: to.service,
    [ATTRIBUTE.peerReplica]: to.replica,
  };
  return ({ path, body, span }) => {
    const operation = OPERATIONS[path];
    const method = body === undefined ? "GET" : "POST";
    const own = {
      ...shared,
      [ATTRIBUTE.httpMethod]: method,
      ...(operation !== undefined && { [ATTRIBUTE.operationName]: operation }),
    };
    // What is read by its id has a query of its own each time.
    const name = operation ?? `${method} ${path.split("?", 1)[0] ?? path}`;
    return tracer.begin(name, { kind: "client", parent: span.context, attributes: own });
  };
}

/** The span lasts as long as the answer. */
export async function* endingWith(span: Span, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    span.fail(failureType(error));
    throw error;
  } finally {
    span.end();
  }
}
