// The service graph, derived from traces and declared nowhere: a call is a client span, who answered it is its child's
// origin, and where no child came (the callee is dead, or says nothing) what the client knew of its address. Pure.
import type { SpanRow } from "./rows.ts";
import { NUMBERS } from "./numbers.ts";
import { ATTRIBUTE } from "../common/telemetry/names.ts";

interface GraphNode {
  readonly service: string;
  readonly replica: string;
  /** Requests that it served, as its own server spans say. */
  readonly requests: number;
  readonly errors: number;
  readonly durationMs: Durations;
}

interface GraphEdge {
  readonly from: { readonly service: string; readonly replica: string };
  readonly to: { readonly service: string; readonly replica: string };
  /** Where traces are thinned out, each that was kept stands for several. Errors are counted, never estimated. */
  readonly calls: number;
  readonly perSecond: number;
  readonly errors: number;
  /** `error.type` of the calls that failed → how many. */
  readonly errorTypes: Readonly<Record<string, number>>;
  /** As the caller saw them. */
  readonly durationMs: Durations;
  /** ms since 1970: begin of the last call. */
  readonly lastAt: number;
  /** Calls whose callee's own span was seen; the others are known from the caller's word alone. */
  readonly answered: number;
}

/** null where there was none. */
interface Durations {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

interface Peer {
  readonly service: string;
  readonly replica: string;
}

/** The calls that began in (nowMs − windowMs, nowMs]. Older spans still tell whose address is whose. */
export function deriveGraph(spans: readonly SpanRow[], nowMs: number, windowMs: number): Graph {
  const servers = new Map<string, SpanRow>();
  for (const span of spans) if (span.kind === "server" && span.parentId !== null) servers.set(parentKey(span), span);
  const byAddress = new Map<string, Peer>();
  const calls = new Map<
    string,
    { readonly from: Peer; readonly to: Peer; readonly spans: SpanRow[]; answered: number }
  >();
  const clients = spans.filter((span) => span.kind === "client");
  for (const client of clients) {
    const server = servers.get(ownKey(client));
    const address = addressOf(client);
    if (server !== undefined && address !== null) byAddress.set(address, server);
  }
  const isOfNow = ({ startMs }: SpanRow): boolean => startMs > nowMs - windowMs && startMs <= nowMs;
  for (const client of clients) {
    const server = servers.get(ownKey(client));
    const to = server ?? namedPeer(client) ?? byAddress.get(addressOf(client) ?? "") ?? unknownPeer(client);
    if (to === null || !isOfNow(client)) continue;
    const key = `${client.service}\n${client.replica}\n${to.service}\n${to.replica}`;
    const call = calls.get(key) ?? { from: peerOf(client), to: peerOf(to), spans: [], answered: 0 };
    call.spans.push(client);
    if (server !== undefined) call.answered += client.weight;
    calls.set(key, call);
  }
  const busiest = [...calls.values()]
    .toSorted((left, right) => weightOf(right.spans) - weightOf(left.spans))
    .slice(0, NUMBERS.graph.edges);
  return {
    nodes: nodesOf(spans.filter((span) => span.kind === "server" && isOfNow(span))),
    edges: busiest.map(({ from, to, spans: made, answered }) => ({
      from,
      to,
      calls: weightOf(made),
      perSecond: round(weightOf(made) / (windowMs / 1000)),
      errors: made.filter(({ error }) => error !== null).length,
      errorTypes: countsOf(made),
      durationMs: durationsOf(made),
      lastAt: made.reduce((newest, { startMs }) => Math.max(newest, startMs), 0),
      answered,
    })),
  };
}

function nodesOf(served: readonly SpanRow[]): readonly GraphNode[] {
  const byReplica = new Map<string, SpanRow[]>();
  for (const span of served) {
    const key = `${span.service}\n${span.replica}`;
    const held = byReplica.get(key);
    if (held === undefined) byReplica.set(key, [span]);
    else held.push(span);
  }
  return [...byReplica.values()].slice(0, NUMBERS.graph.edges).flatMap((own) =>
    own.slice(0, 1).map(({ service, replica }) => ({
      service,
      replica,
      requests: weightOf(own),
      errors: own.filter(({ error }) => error !== null).length,
      durationMs: durationsOf(own),
    })),
  );
}

function weightOf(spans: readonly SpanRow[]): number {
  return spans.reduce((all, { weight }) => all + weight, 0);
}

function ownKey({ traceId, spanId }: SpanRow): string {
  return traceId + spanId;
}

function parentKey({ traceId, parentId }: SpanRow): string {
  return traceId + (parentId ?? "");
}

function peerOf({ service, replica }: Peer): Peer {
  return { service, replica };
}

function namedPeer({ attributes }: SpanRow): Peer | null {
  const service = attributes[ATTRIBUTE.peerService];
  const replica = attributes[ATTRIBUTE.peerReplica];
  return service === undefined || replica === undefined ? null : { service: String(service), replica: String(replica) };
}

function addressOf({ attributes }: SpanRow): string | null {
  const host = attributes[ATTRIBUTE.serverAddress];
  return host === undefined ? null : `${String(host)}:${String(attributes[ATTRIBUTE.serverPort] ?? "")}`;
}

/** Somebody outside of what is traced: by service, or by address alone. */
function unknownPeer(client: SpanRow): Peer | null {
  const name = client.attributes[ATTRIBUTE.peerService] ?? addressOf(client);
  return name === null || name === undefined ? null : { service: String(name), replica: String(name) };
}

function countsOf(spans: readonly SpanRow[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { error } of spans) if (error !== null) counts.set(error, (counts.get(error) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function durationsOf(spans: readonly SpanRow[]): Durations {
  const sorted = spans.map(({ durationMs }) => durationMs).sort((left, right) => left - right);
  if (sorted.length === 0) return { mean: null, p50: null, p95: null, max: null };
  // Nearest rank.
  const at = (share: number): number => round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  const mean = round(sorted.reduce((all, one) => all + one, 0) / sorted.length);
  return { mean, p50: at(0.5), p95: at(0.95), max: at(1) };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
