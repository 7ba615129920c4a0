// Which service calls which, by the traces that trials keep of the stack's own.

import { eventsOf } from "../../measure/windows/timeline-view.ts";
import type { TracedSpan } from "../../records/timeline/traces.ts";
import { byKey, type ToldTrial } from "./told.ts";

/** One service calls another one. */
interface Call {
  readonly from: string;
  readonly to: string;
}

export interface TracedCall extends Call {
  /** Traces that show it. */
  readonly traces: number;
}

/** `gateway→vector`. */
export function callName({ from, to }: Call): string {
  return `${from}→${to}`;
}

/** In order of name, each once; and how many traces were read. */
export function callsIn(trials: readonly ToldTrial[]): {
  readonly calls: readonly TracedCall[];
  readonly traces: number;
} {
  const requests = trials.flatMap(({ record }) => eventsOf(record.timeline, "traces").flatMap((one) => one.requests));
  const traced = requests.flatMap(({ spans }) => (spans === undefined ? [] : [callsOf(spans)]));
  const calls = byKey(traced.flat(), callName).flatMap(([, own]) =>
    own.slice(0, 1).map((call) => ({ ...call, traces: own.length })),
  );
  return { calls, traces: traced.length };
}

/** Each call from one named service to another, once. A span stands behind the one that called it, one deeper. */
function callsOf(spans: readonly TracedSpan[]): readonly Call[] {
  const calls = new Map<string, Call>();
  const above: TracedSpan[] = [];
  for (const span of spans) {
    above.length = Math.min(above.length, span.depth);
    const from = above.at(-1)?.service ?? "";
    if (above.length === span.depth && from !== "" && span.service !== "" && from !== span.service) {
      const call = { from, to: span.service };
      calls.set(callName(call), call);
    }
    above.push(span);
  }
  return [...calls.values()];
}

/** The services and all that call them, directly or through others. */
export function withCallers(services: Iterable<string>, calls: readonly Call[]): ReadonlySet<string> {
  const reached = new Set(services);
  let before = -1;
  while (before < reached.size) {
    before = reached.size;
    for (const { from, to } of calls) if (reached.has(to)) reached.add(from);
  }
  return reached;
}
