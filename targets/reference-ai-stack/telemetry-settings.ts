// Where the healer's telemetry comes from, out of the environment; a part of config.ts.

/** What the healer reads, where, and as what. */
export interface TelemetrySettings {
  /** `STACK_TELEMETRY_SOURCE`: each replica's own page (scrape), or a Prometheus server. */
  readonly source: "scrape" | "prometheus";
  /** Of the Prometheus server (`STACK_TELEMETRY_URL`). */
  readonly url: URL | undefined;
  /** Bearer token for the source (`STACK_TELEMETRY_TOKEN`). */
  readonly token: string | undefined;
  /** What runs behind a service, by the metric catalogue (`STACK_TELEMETRY_SERVERS`: `inference=vllm@0.33.0`). */
  readonly servers: readonly { readonly service: string; readonly server: string; readonly version?: string }[];
  /** Addresses (`host:port`) at which pages of replicas are read instead of their own (`HEALER_TO_INFERENCE_1`). */
  readonly edges: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `replicas` may have an edge. Throws an Error that names the variable, what was found and what was expected. */
export function readTelemetry(env: Environment, replicas: readonly string[]): TelemetrySettings {
  const source = textOf(env, "STACK_TELEMETRY_SOURCE") ?? "scrape";
  if (source !== "scrape" && source !== "prometheus") {
    throw new Error(`STACK_TELEMETRY_SOURCE is ${JSON.stringify(source)}; expected scrape, prometheus or nothing`);
  }
  const address = textOf(env, "STACK_TELEMETRY_URL");
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : undefined;
  if (source === "prometheus" && (url === undefined || !/^https?:$/.test(url.protocol))) {
    const found = address === undefined ? "not set" : JSON.stringify(address);
    throw new Error(`STACK_TELEMETRY_URL is ${found}; expected a Prometheus server's, such as http://127.0.0.1:9090`);
  }
  const edges = replicas.flatMap((replica) => {
    const name = `HEALER_TO_${replica.toUpperCase().replaceAll("-", "_")}`;
    const text = textOf(env, name);
    return text === undefined ? [] : [[replica, addressIn(name, text)] as const];
  });
  const token = textOf(env, "STACK_TELEMETRY_TOKEN");
  return { source, url, token, servers: serversIn(env), edges: Object.fromEntries(edges) };
}

function serversIn(env: Environment): TelemetrySettings["servers"] {
  const list = textOf(env, "STACK_TELEMETRY_SERVERS") ?? "inference=vllm";
  return list.split(",").map((text) => {
    const [, service, server, version] = /^\s*([a-z-]+)=([a-z.-]+)(?:@(\d+(?:\.\d+)*))?\s*$/.exec(text) ?? [];
    if (service !== undefined && server !== undefined)
      return { service, server, ...(version !== undefined && { version }) };
    const expected = "service=server or service=server@version, several with commas between";
    throw new Error(`STACK_TELEMETRY_SERVERS has ${JSON.stringify(text)}; expected ${expected}`);
  });
}

function addressIn(name: string, text: string): string {
  const [, port] = /^[^\s:/]+:(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined && Number(port) >= 1 && Number(port) <= 65_535) return text;
  throw new Error(`${name} is ${JSON.stringify(text)}; expected host:port`);
}

/** An empty variable counts as absent. */
function textOf(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}
