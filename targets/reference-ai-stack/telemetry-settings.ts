// Where the healer's telemetry comes from, out of the environment; a part of config.ts.
import { readAddress, readText, type Environment } from "./variables.ts";

/** What the healer reads, where, and as what. */
export interface TelemetrySettings {
  readonly source: SourceSettings;
  /** Bearer token for the source (`STACK_TELEMETRY_TOKEN`). */
  readonly token: string | undefined;
  /** What runs behind a service, by the metric catalogue (`STACK_TELEMETRY_SERVERS`: `inference=vllm@0.33.0`). */
  readonly servers: readonly { readonly service: string; readonly server: string; readonly version?: string }[];
  /** Addresses (`host:port`) at which pages of replicas are read instead of their own (`HEALER_TO_INFERENCE_1`). */
  readonly edges: Readonly<Record<string, string>>;
}

/**
 * `STACK_TELEMETRY_SOURCE`: each replica's own page (scrape), a Prometheus server, or the stack's collector; of the
 * latter two `STACK_TELEMETRY_URL`, without which the collector is looked for where the stack starts its own.
 */
type SourceSettings = { readonly kind: "scrape" } | { readonly kind: "prometheus" | "collector"; readonly url: URL };

/** What the rest of the configuration knows. */
interface StackAround {
  /** They may have an edge. */
  readonly replicas: readonly string[];
  /** null: the stack starts no collector. */
  readonly collectorPort: number | null;
}

/** Throws an Error that names the variable, what was found and what was expected. */
export function readTelemetry(env: Environment, { replicas, collectorPort }: StackAround): TelemetrySettings {
  const edges = replicas.flatMap((replica) => {
    const name = `HEALER_TO_${replica.toUpperCase().replaceAll("-", "_")}`;
    const address = readAddress(env, name);
    return address === undefined ? [] : [[replica, address] as const];
  });
  const token = readText(env, "STACK_TELEMETRY_TOKEN");
  return { source: sourceIn(env, collectorPort), token, servers: serversIn(env), edges: Object.fromEntries(edges) };
}

function sourceIn(env: Environment, collectorPort: number | null): SourceSettings {
  const kind = readText(env, "STACK_TELEMETRY_SOURCE") ?? "scrape";
  if (kind === "scrape") return { kind };
  if (kind !== "prometheus" && kind !== "collector") {
    const expected = "scrape, prometheus, collector or nothing";
    throw new Error(`STACK_TELEMETRY_SOURCE is ${JSON.stringify(kind)}; expected ${expected}`);
  }
  const address = readText(env, "STACK_TELEMETRY_URL");
  if (kind === "collector" && address === undefined) {
    if (collectorPort !== null) return { kind, url: new URL(`http://127.0.0.1:${collectorPort}`) };
    throw new Error("STACK_TELEMETRY_SOURCE is collector and OTEL_SDK_DISABLED is true; expected one of them alone");
  }
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return { kind, url };
  const found = address === undefined ? "not set" : JSON.stringify(address);
  const expected = {
    prometheus: "a Prometheus server's, such as http://127.0.0.1:9090",
    collector: "a collector's, such as http://127.0.0.1:7441, or nothing",
  };
  throw new Error(`STACK_TELEMETRY_URL is ${found}; expected ${expected[kind]}`);
}

function serversIn(env: Environment): TelemetrySettings["servers"] {
  const list = readText(env, "STACK_TELEMETRY_SERVERS") ?? "inference=vllm";
  return list.split(",").map((text) => {
    const [, service, server, version] = /^\s*([a-z-]+)=([a-z.-]+)(?:@(\d+(?:\.\d+)*))?\s*$/.exec(text) ?? [];
    if (service !== undefined && server !== undefined)
      return { service, server, ...(version !== undefined && { version }) };
    const expected = "service=server or service=server@version, several with commas between";
    throw new Error(`STACK_TELEMETRY_SERVERS has ${JSON.stringify(text)}; expected ${expected}`);
  });
}
