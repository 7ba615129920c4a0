// Which trace a request of ours began, and where the stack keeps it.

import { isAllowedHost } from "../../core/addresses.ts";
import type { StreamOrder } from "../../core/load-source.ts";
import type { Stack } from "../../core/platform.ts";
import { requestsOf } from "../../core/session.ts";
import type { Target } from "../../core/target.ts";
import { namesOwnContext, traceIdsOf } from "../../core/trace-context.ts";
import { readTrace } from "../../probes/traces.ts";
import type { RequestEvent } from "../../records/timeline/request.ts";
import type { RequestTraceDesk, RunningStack } from "../../trial/ports.ts";

interface Traced {
  readonly target: Target;
  readonly stack: Pick<Stack, "fill" | "mask">;
  readonly orders: readonly StreamOrder[];
  /** `epochNs` of the trial. */
  readonly trial: string;
  readonly seed: number;
}

/** Of streams that are not ours, or have a context of their own, nothing is known. */
export function tracesOf({ target, stack, orders, trial, seed }: Traced): Pick<RunningStack, "traceOf"> {
  const { tracesUrl, addresses = [] } = target;
  const ids = new Map(
    orders.flatMap(({ name, stream }) => {
      if ("source" in stream || requestsOf(stream).some(({ headers }) => namesOwnContext(headers))) return [];
      return [[name, traceIdsOf({ trial, seed, stream: stream.name })] as const];
    }),
  );
  const allows = (host: string): boolean => isAllowedHost(host, addresses);
  const mask = (text: string): string => stack.mask(text);
  return {
    traceOf({ id, stream }: Pick<RequestEvent, "id" | "stream">): RequestTraceDesk | undefined {
      const traceId = ids.get(stream)?.(id).traceId;
      if (traceId === undefined || tracesUrl === undefined) return traceId === undefined ? undefined : { traceId };
      const url = stack.fill(tracesUrl).replaceAll("{trace}", traceId);
      return { traceId, read: (signal) => readTrace(url, { signal, allows, mask }) };
    },
  };
}
