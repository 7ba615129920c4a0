// The stack's configuration: defaults that fit together, and a readable complaint for what does not.
import { describe, expect, it } from "vitest";
import { readStackConfig } from "../../../../targets/reference-ai-stack/config.ts";

describe("readStackConfig", () => {
  it("leads every edge straight to its replica's port when no edge is given", () => {
    const { ports, edges } = readStackConfig({ VECTOR_2_PORT: "9002" });
    expect(edges.vector["vector-2"]).toBe("127.0.0.1:9002");
    expect(edges.embedder).toBe(`127.0.0.1:${ports.embedder}`);
  });

  it("gives every process a default port of its own", () => {
    const { ports, engine, portPool } = readStackConfig({ STACK_HEALER_ENGINE: "restate" });
    const endpoint = engine.kind === "restate" ? [engine.port] : [];
    const all = [...Object.values(ports), ...endpoint];
    expect(endpoint).toHaveLength(1);
    expect(all.filter((port, index) => all.indexOf(port) !== index)).toEqual([]);
    expect(all.filter((port) => port >= portPool.from && port <= portPool.to)).toEqual([]);
  });

  it("takes an edge from the environment without moving the replica", () => {
    const { ports, edges } = readStackConfig({ GATEWAY_TO_INFERENCE_1: "127.0.0.1:5555", INFERENCE_1_PORT: "9011" });
    expect(edges.inference["inference-1"]).toBe("127.0.0.1:5555");
    expect(ports["inference-1"]).toBe(9011);
  });

  it("names the variable, what it found and what it expected", () => {
    expect(() => readStackConfig({ GATEWAY_PORT: "http" })).toThrow('GATEWAY_PORT is "http"; expected a port');
    expect(() => readStackConfig({ GATEWAY_PORT: "70000" })).toThrow("GATEWAY_PORT");
    expect(() => readStackConfig({ GATEWAY_TO_EMBEDDER: "localhost" })).toThrow("expected host:port");
    for (const text of ["0", "-5", "1.5", "1e3", "much"]) {
      const wanted = `REPLICA_MEMORY_LIMIT_MIB is "${text}"; expected a whole number above 0`;
      expect(() => readStackConfig({ REPLICA_MEMORY_LIMIT_MIB: text })).toThrow(wanted);
    }
  });

  it("bounds the ingestion's folder only where a number of KiB is given", () => {
    const room = (text: string): number | undefined => readStackConfig({ INGESTION_ROOM_KIB: text }).ingestion.roomKib;
    expect([readStackConfig({}).ingestion.roomKib, room("usual"), room("512")]).toEqual([undefined, undefined, 512]);
    expect(() => room("little")).toThrow('INGESTION_ROOM_KIB is "little"; expected a whole number above 0');
  });

  it("keeps cases in the healer's own file unless a Restate server is chosen, and says what is wrong with one", () => {
    expect(readStackConfig({}).engine).toEqual({ kind: "sqlite" });
    const restate = { STACK_HEALER_ENGINE: "restate" };
    expect(readStackConfig({ ...restate, STACK_RESTATE_INGRESS_URL: "http://10.0.0.5:8080/" }).engine).toEqual({
      kind: "restate",
      server: { ingress: "http://10.0.0.5:8080", admin: "http://127.0.0.1:9070" },
      port: 7442,
      realm: "reference-ai-stack",
    });
    for (const [name, value] of [
      ["STACK_HEALER_ENGINE", "temporal"],
      ["STACK_RESTATE_ADMIN_URL", "127.0.0.1:9070"],
      ["STACK_RESTATE_INGRESS_URL", "http://127.0.0.1:8080/ingress"],
      ["STACK_RESTATE_REALM", "A/B"],
      ["STACK_HEALER_ENGINE_PORT", "0"],
    ] as const) {
      expect(() => readStackConfig({ ...restate, [name]: value }), name).toThrow(`${name} is "${value}"; expected`);
    }
  });

  it("answers by the language model where that is asked for and nobody else answers", () => {
    const engineOf = (env: Readonly<Record<string, string>>): string => readStackConfig(env).inference.engine;
    expect(engineOf({})).toBe("extractive");
    expect(engineOf({ INFERENCE_ENGINE: "llama" })).toBe("llama");
    expect(engineOf({ INFERENCE_ENGINE: "llama", INFERENCE_UPSTREAM_URL: "http://127.0.0.1:1/v1" })).toBe("extractive");
    expect(() => engineOf({ INFERENCE_ENGINE: "vllm" })).toThrow('INFERENCE_ENGINE is "vllm"; expected');
    const blocksOf = (env: Readonly<Record<string, string>>): number => readStackConfig(env).inference.kvBlocks;
    const two = { INFERENCE_ENGINE: "llama", INFERENCE_SLOTS: "2" };
    // A block of a language model takes 368 KiB: 8,192 of them were 3 GiB.
    expect(blocksOf({ ...two, INFERENCE_KV_BLOCKS: "usual" })).toBe(192);
    expect(blocksOf({ INFERENCE_KV_BLOCKS: "usual" })).toBe(8192);
    expect(blocksOf({ ...two, INFERENCE_KV_BLOCKS: "64" })).toBe(64);
  });

  it("searches with usearch unless another engine is named that it knows", () => {
    expect(readStackConfig({}).vectorEngine).toBe("usearch");
    expect(readStackConfig({ VECTOR_ENGINE: "sqlite-vec" }).vectorEngine).toBe("sqlite-vec");
    expect(() => readStackConfig({ VECTOR_ENGINE: "faiss" })).toThrow(
      'VECTOR_ENGINE is "faiss"; expected usearch or chroma or sqlite-vec',
    );
  });

  it("reads replicas' own metrics unless another source of telemetry is named, whole and well-formed", () => {
    const read = (env: Readonly<Record<string, string>>) => readStackConfig(env).telemetry;
    expect(read({})).toMatchObject({ source: { kind: "scrape" }, servers: [{ service: "inference", server: "vllm" }] });
    const url = "http://127.0.0.1:9090/prom";
    const own = read({ STACK_TELEMETRY_SOURCE: "prometheus", STACK_TELEMETRY_URL: url, STACK_TELEMETRY_TOKEN: "t" });
    expect(own).toMatchObject({ source: { kind: "prometheus", url: new URL(url) }, token: "t" });
    const collector = { STACK_TELEMETRY_SOURCE: "collector" };
    const fromUrl = read({ ...collector, STACK_TELEMETRY_URL: url, OTEL_SDK_DISABLED: "true" });
    expect(fromUrl.source).toEqual({ kind: "collector", url: new URL(url) });
    const fromStack = read({ ...collector, COLLECTOR_PORT: "9041" });
    expect(fromStack.source).toEqual({ kind: "collector", url: new URL("http://127.0.0.1:9041") });
    expect(read({ HEALER_TO_INFERENCE_1: "127.0.0.1:5555" }).edges).toEqual({ "inference-1": "127.0.0.1:5555" });
    expect(read({ STACK_TELEMETRY_SERVERS: "inference=vllm@0.8.5, embedder=tei" }).servers).toEqual([
      { service: "inference", server: "vllm", version: "0.8.5" },
      { service: "embedder", server: "tei" },
    ]);
    const wrong: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
      [
        { STACK_TELEMETRY_SOURCE: "graphite" },
        /STACK_TELEMETRY_SOURCE is "graphite"; expected scrape, prometheus, collector/,
      ],
      [{ STACK_TELEMETRY_SOURCE: "prometheus" }, /STACK_TELEMETRY_URL is not set; expected/],
      [{ STACK_TELEMETRY_SOURCE: "prometheus", STACK_TELEMETRY_URL: "ftp://x" }, /STACK_TELEMETRY_URL is "ftp:/],
      [
        { ...collector, STACK_TELEMETRY_URL: "localhost:7441" },
        /STACK_TELEMETRY_URL is "localhost:7441"; expected a coll/,
      ],
      [
        { ...collector, OTEL_SDK_DISABLED: "true" },
        /STACK_TELEMETRY_SOURCE is collector and OTEL_SDK_DISABLED is true/,
      ],
      [{ STACK_TELEMETRY_SERVERS: "vllm" }, /STACK_TELEMETRY_SERVERS has "vllm"; expected service=server/],
      [
        { HEALER_TO_INFERENCE_1: "127.0.0.1:99999" },
        /HEALER_TO_INFERENCE_1 is "127.0.0.1:99999"; expected a port from 1 to 65535/,
      ],
    ];
    for (const [env, complaint] of wrong) expect(() => read(env)).toThrow(complaint);
  });

  it("takes an empty variable for an absent one and splits lists", () => {
    const config = readStackConfig({ STACK_OPERATOR_TOKEN: "", HEALER_NOOP_ACTIONS: " restore-index ,, escalate" });
    expect(config.operatorToken).toBeUndefined();
    expect(config.noopActions).toEqual(["restore-index", "escalate"]);
  });
});
