// Random calls of Toxiproxy's API: mostly sensible, often slightly wrong, sometimes garbage. Fixed by the seed.

import type { Random } from "../../src/core/random.ts";

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly userAgent: string;
  readonly body: string;
}

/** Addresses that a call may name: free ports to listen on, and one that is taken. */
export interface FuzzAddresses {
  readonly free: readonly string[];
  readonly taken: string;
}

const names = ["a", "b", "c", "d d", "ü", "x".repeat(70), "<&>", ""];
/** Names that no path can hold. */
const unreachable = ["a/b", ".", ".."];
const toxicTypes = [
  "latency",
  "bandwidth",
  "slow_close",
  "timeout",
  "slicer",
  "reset_peer",
  "limit_data",
  "noop",
  "fog",
  "",
];
const attributeNames = [
  "latency",
  "jitter",
  "rate",
  "delay",
  "timeout",
  "average_size",
  "size_variation",
  "bytes",
  "LATENCY",
  "other",
];
const streams = ["upstream", "downstream", "Upstream", "sideways", ""];
const numbers = [
  "0",
  "1",
  "-1",
  "5",
  "1e3",
  "1.5",
  "-0",
  "0.1",
  "0.30000001",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775808",
  "1e400",
  "3.5e38",
  "1e-7",
  "1e-50",
  "123456789.5",
];
const scalars = [
  "null",
  "true",
  "false",
  '"x"',
  '""',
  '"\\ud800"',
  '"\\u00e9\\n<b>"',
  "[]",
  "{}",
  "[1]",
  '{"a":1}',
  ...numbers,
];
const garbage = [
  "",
  " ",
  "{",
  "[",
  "nul",
  "{]",
  '{"name"',
  '{"name":}',
  "{,}",
  "[1,]",
  '{"a":1,}',
  "01",
  "-",
  '"',
  '"\\x"',
  "\u0000",
  "'a'",
  "// x\n{}",
  "{}{}",
  "{} x",
  "null x",
  "[]]",
  "NaN",
  '{"name":"a" "b":1}',
  '"a\tb"',
  "[".repeat(10_001),
];

/** What chance makes of a call's parts. */
interface Parts {
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
  readonly proxy: () => string;
  readonly onTakenPort: () => string;
  readonly toxic: () => string;
  readonly toxicChange: () => string;
  /** Of a path: the name of a proxy. */
  readonly segment: () => string;
  readonly toxicName: () => string;
}

function partsFrom(random: Random, addresses: FuzzAddresses): Parts {
  const chance = (share: number): boolean => random.next() < share;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)] as T;
  const text = (value: string): string => JSON.stringify(value);

  function fields(made: Readonly<Record<string, () => string>>): string {
    const members = Object.entries(made).flatMap(([key, value]) => {
      if (chance(0.12)) return [];
      const name = chance(0.04) ? key.toUpperCase() : key;
      const one = `${text(name)}:${chance(0.08) ? pick(scalars) : value()}`;
      return chance(0.03) ? [one, `${text(key)}:${pick(scalars)}`] : [one];
    });
    if (chance(0.1)) members.push(`"unknown":${pick(scalars)}`);
    return `{${members.join(chance(0.1) ? " ,\n" : ",")}}`;
  }

  const attributes = (): string =>
    `{${Array.from({ length: Math.floor(random.next() * 4) }, () => `${text(pick(attributeNames))}:${chance(0.8) ? pick(numbers) : pick(scalars)}`).join(",")}}`;
  const segment = (): string => encodeURIComponent(pick(chance(0.05) ? unreachable : names));
  return {
    chance,
    pick,
    proxy: () =>
      fields({
        name: () => text(pick(names)),
        listen: () => text(pick([...addresses.free, "nonsense", "127.0.0.1:99999", "127.0.0.1:http:1"])),
        upstream: () => text(pick(["localhost:9", "localhost:10", "", "nowhere"])),
        ...(chance(0.4) ? { enabled: () => pick(["true", "false", "null"]) } : {}),
      }),
    // Only for what is then refused: a stopped proxy on a taken port would make `reset` depend on Go's map order.
    onTakenPort: () => `{"name":"taken","listen":${text(addresses.taken)},"upstream":"127.0.0.1:9"}`,
    toxic: () =>
      fields({
        ...(chance(0.5) ? { name: () => text(pick(names)) } : {}),
        type: () => text(pick(toxicTypes)),
        ...(chance(0.6) ? { stream: () => text(pick(streams)) } : {}),
        ...(chance(0.4) ? { toxicity: () => pick(numbers) } : {}),
        attributes,
      }),
    toxicChange: () => fields({ attributes, toxicity: () => pick(numbers) }),
    segment,
    toxicName: () => (chance(0.5) ? `${pick(toxicTypes)}_${pick(streams)}` : segment()),
  };
}

type Call = () => Omit<ApiCall, "userAgent">;

function sensibleCalls({
  chance,
  pick,
  proxy,
  onTakenPort,
  toxic,
  toxicChange,
  segment,
  toxicName,
}: Parts): readonly Call[] {
  return [
    () => ({ method: "GET", path: "/proxies", body: "" }),
    () => ({ method: "POST", path: "/proxies", body: chance(0.05) ? onTakenPort() : proxy() }),
    () => ({ method: "POST", path: "/proxies", body: proxy() }),
    () => ({
      method: "POST",
      path: "/populate",
      body: chance(0.1) ? pick(scalars) : `[${[proxy(), proxy()].slice(0, pick([0, 1, 2])).join(",")}]`,
    }),
    () => ({ method: "GET", path: `/proxies/${segment()}`, body: "" }),
    () => ({ method: pick(["POST", "PATCH"]), path: `/proxies/${segment()}`, body: proxy() }),
    () => ({ method: "DELETE", path: `/proxies/${segment()}`, body: "" }),
    () => ({ method: "GET", path: `/proxies/${segment()}/toxics`, body: "" }),
    () => ({ method: "POST", path: `/proxies/${segment()}/toxics`, body: toxic() }),
    () => ({ method: "POST", path: `/proxies/${segment()}/toxics`, body: toxic() }),
    () => ({ method: "GET", path: `/proxies/${segment()}/toxics/${toxicName()}`, body: "" }),
    () => ({
      method: pick(["POST", "PATCH"]),
      path: `/proxies/${segment()}/toxics/${toxicName()}`,
      body: toxicChange(),
    }),
    () => ({ method: "DELETE", path: `/proxies/${segment()}/toxics/${toxicName()}`, body: "" }),
    () => ({ method: "POST", path: "/reset", body: "" }),
  ];
}

const oddPaths = [
  "/",
  "",
  "/nope",
  "//proxies",
  "/proxies/",
  "/proxies/./a",
  "/proxies/../proxies",
  "/proxies/a/toxics/",
  "/proxies/a/x",
  "/proxies/a%2Fb",
  "/proxies/%zz",
  "/PROXIES",
  "/proxies?x=1",
  "/version",
  "/reset",
];
const methods = ["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"];

/** Makes call after call from chance. */
export function apiFuzzer(random: Random, addresses: FuzzAddresses): () => ApiCall {
  const parts = partsFrom(random, addresses);
  const { chance, pick } = parts;
  const sensible = sensibleCalls(parts);

  return () => {
    const call = pick(sensible)();
    return {
      method: chance(0.04) ? pick(methods) : call.method,
      path: chance(0.04) ? pick(oddPaths) : call.path,
      userAgent: chance(0.01) ? "Mozilla/5.0 (X11)" : "toxiproxy-cli/v2.12.0",
      body: mangle(call.body),
    };
  };

  function mangle(body: string): string {
    if (chance(0.05)) return pick(garbage);
    if (!chance(0.05)) return body;
    return chance(0.5) ? body.slice(0, Math.floor(random.next() * body.length)) : `${body}${pick(garbage)}`;
  }
}
