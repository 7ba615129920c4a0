// Keys of a stack. A target's file holds the name of an environment variable, `{env:NAME}`, and never a key: its value
// is put into a header, or into the stack's own environment, at the moment of use, and is hidden wherever else it turns
// up.

import type { FeedSource } from "./feed-source.ts";
import type { ProbeSpec } from "./probe-kind.ts";
import { withRequests } from "./session.ts";
import type { Target, TrafficSpec } from "./target.ts";

/** The value of a variable; undefined: it is not set. */
export type KeyLookup = (name: string) => string | undefined;

type Headers = Readonly<Record<string, string>>;

const pattern = /\{env:([^{}]*)\}/g;
/** A key shorter than this is refused: it might stand in any text, and could not be hidden. */
export const shortestKey = 8;

/** Names in `{env:NAME}` of a text, in order, each as often as it stands there. */
export function keysIn(text: string): readonly string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name);
}

/** Every variable that a checked target names, each once; they stand only where the linter lets them. */
export function keysOf(target: Target): readonly string[] {
  return [...new Set(keysIn(JSON.stringify(target)))];
}

/** Puts values in the place of `{env:NAME}`; what is not set becomes nothing. */
export function fillKeys(text: string, valueOf: KeyLookup): string {
  return text.replace(pattern, (_, name: string) => valueOf(name) ?? "");
}

/** The target as it is asked: keys in all headers of ours. Only to be held in memory; its commands keep the names. */
export function withKeys(target: Target, valueOf: KeyLookup): Target {
  const filled = (headers: Headers): Headers =>
    Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, fillKeys(text, valueOf)]));
  const [first, ...rest] = target.streams.map((stream) =>
    "source" in stream ? stream : streamWith(stream, valueOf, filled),
  );
  const { documents, feedSource } = target;
  return {
    ...target,
    ...(first !== undefined && { streams: [first, ...rest] }),
    ...(feedSource && { feedSource: sourceWith(feedSource, (text) => fillKeys(text, valueOf)) }),
    services: target.services.map((service) =>
      service.health?.headers === undefined
        ? service
        : { ...service, health: { ...service.health, headers: filled(service.health.headers) } },
    ),
    probes: target.probes.map((probe) => {
      const [headers, env] = [mapIn(probe, "headers"), mapIn(probe, "env")];
      return { ...probe, ...(headers && { headers: filled(headers) }), ...(env && { env: filled(env) }) };
    }),
    ...(documents !== undefined && {
      documents: {
        ...documents,
        write: { ...documents.write, headers: filled(documents.write.headers) },
        read: { ...documents.read, headers: filled(documents.read.headers ?? {}) },
      },
    }),
  };
}

function streamWith(stream: TrafficSpec, valueOf: KeyLookup, filled: (headers: Headers) => Headers): TrafficSpec {
  const { session, ...own } = withRequests(stream, (one) => ({ ...one, headers: filled(one.headers) }));
  if (session === undefined) return own;
  const users = session.map((each) => ({ ...each, keys: each.keys.map((key) => fillKeys(key, valueOf)) }));
  return { ...own, session: users };
}

function sourceWith(source: FeedSource, fill: (text: string) => string): FeedSource {
  if (source.kind === "webhook") return { ...source, token: fill(source.token) };
  if (!("headers" in source)) return source;
  const headers = Object.entries(source.headers).map(([name, text]) => [name, fill(text)] as const);
  return { ...source, headers: Object.fromEntries(headers) };
}

/** Texts by name, which a key may be in. */
function mapIn(probe: ProbeSpec, key: "headers" | "env"): Headers | undefined {
  const { [key]: map } = probe;
  return typeof map === "object" && map !== null ? (map as Headers) : undefined;
}
