// One question to a real stack is one trace across its services, its logs carry the trace's id, the graph has the
// edges, and an operation of the healer is a trace too. Without telemetry nothing of it is there, and without the
// collector nobody misses it.
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { bootStack, type RunningStack } from "../programs/stack/boot.ts";
import { serveForTest } from "../support/serve-for-test.ts";
import { parseMetricPage } from "../../src/probes/metrics/prometheus-text.ts";
import { readGolden } from "../../targets/reference-ai-stack/corpus/golden.ts";
import { traceOf } from "../../targets/reference-ai-stack/healer/telemetry/incident-trace.ts";

const root = resolve(import.meta.dirname, "../..");
const cacheDir = join(root, ".cache/reference-ai-stack");
/** Its embedding is cached: another one would wait until the model is loaded. */
const question = readGolden()[0]?.question ?? "";
const patiently = { timeout: 30_000, interval: 100 };
let stack: RunningStack;
beforeAll(async () => {
  stack = await bootStack({ root, cacheDir });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

interface Span {
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly error: string | null;
  readonly attributes: Readonly<Record<string, string | number>>;
}

const url = (of: RunningStack, name: string, path: string): string => `http://127.0.0.1:${of.port(name)}${path}`;

async function collected<Answer>(path: string, of: RunningStack = stack): Promise<Answer> {
  return (await (await fetch(url(of, "collector", path))).json()) as Answer;
}

async function ask(traceparent: string, of: RunningStack = stack): Promise<number> {
  const body = { model: "any", stream: true, messages: [{ role: "user", content: question }] };
  const headers = { "content-type": "application/json", traceparent };
  const answer = await fetch(url(of, "gateway", "/v1/chat/completions"), {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  await answer.text();
  return answer.status;
}

it("makes one trace of a question, from the user's own context to the three services behind the gateway", async () => {
  const [traceId, userSpan] = ["a1".repeat(16), "b2".repeat(8)];
  expect(await ask(`00-${traceId}-${userSpan}-01`)).toBe(200);
  const spans = await vi.waitFor(async () => {
    const answer = await collected<{ spans?: readonly Span[] }>(`/api/traces/${traceId}`);
    expect(answer.spans).toHaveLength(7);
    return answer.spans ?? [];
  }, patiently);
  const only = (service: string, name: string): Span => {
    const found = spans.filter((span) => span.service === service && span.name === name);
    expect([service, name, found.length]).toEqual([service, name, 1]);
    return found[0] as Span;
  };
  const chat = only("gateway", "POST /v1/chat/completions");
  expect(chat).toMatchObject({ parentId: userSpan, kind: "server", error: null });
  expect(chat.attributes).toMatchObject({
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "any",
    "gen_ai.response.model": "extractive-1",
    "http.response.status_code": 200,
  });
  for (const [operation, service, served] of [
    ["embeddings", "embedder", "POST /v1/embeddings"],
    ["retrieval", "vector", "POST /search"],
    ["chat", "inference", "POST /v1/chat/completions"],
  ] as const) {
    const call = only("gateway", operation);
    const answer = only(service, served);
    expect([call.kind, call.parentId, answer.parentId]).toEqual(["client", chat.spanId, call.spanId]);
    expect(answer.attributes["gen_ai.operation.name"]).toBe(operation);
    expect(call.durationMs).toBeGreaterThanOrEqual(answer.durationMs);
    expect(chat.durationMs).toBeGreaterThanOrEqual(call.durationMs);
  }
  const logs = await vi.waitFor(async () => {
    const answer = await collected<{ logs: readonly { service: string; spanId: string }[] }>(
      `/api/logs?trace=${traceId}`,
    );
    expect(answer.logs).toHaveLength(1);
    return answer.logs;
  }, patiently);
  expect(logs.map(({ service }) => service)).toEqual(["gateway"]);
  expect(logs.every(({ spanId }) => spans.some((span) => span.spanId === spanId))).toBe(true);
});

interface Edge {
  readonly from: { readonly replica: string };
  readonly to: { readonly service: string; readonly replica: string };
  readonly calls: number;
  readonly answered: number;
  readonly errors: number;
}

it("derives the graph of the stack from its traces, the dead replica among it", async () => {
  const victim = (await stack.inventory()).find(({ replica }) => replica === "inference-2");
  for (let i = 0; i < 6; i += 1) expect(await ask("")).toBe(200);
  const edges = async (): Promise<readonly Edge[]> =>
    (await collected<{ edges: readonly Edge[] }>("/graph?windowMs=60000")).edges;
  await vi.waitFor(async () => {
    const found = (await edges()).filter(({ answered }) => answered > 0);
    expect(found.map(({ from, to }) => `${from.replica}>${to.replica}`).sort()).toEqual(
      ["embedder", "inference-1", "inference-2", "vector-1", "vector-2"].map((replica) => `gateway>${replica}`),
    );
  }, patiently);
  process.kill(victim?.pid ?? 0, "SIGKILL");
  for (let i = 0; i < 2; i += 1) await ask("");
  await vi.waitFor(async () => {
    const broken = (await edges()).find(({ to }) => to.replica === "inference-2");
    expect(broken?.errors).toBeGreaterThan(0);
  }, patiently);
  // The healer starts it again: its call of the supervisor lies in the trace of the incident.
  await vi.waitFor(async () => {
    const { traces } = await collected<{ traces: readonly { traceId: string; services: string[] }[] }>(
      "/api/traces?service=healer",
    );
    const healing = traces.find(({ services }) => services.includes("supervisor"));
    const { spans } = await collected<{ spans: readonly Span[] }>(`/api/traces/${healing?.traceId}`);
    const incident = String(spans.find(({ service }) => service === "healer")?.attributes["stack.incident.id"]);
    expect(traceOf(incident).traceId).toBe(healing?.traceId);
    const { logs } = await collected<{ logs: readonly { service: string }[] }>(`/api/logs?trace=${healing?.traceId}`);
    expect(new Set(logs.map(({ service }) => service))).toEqual(new Set(["healer", "supervisor"]));
    // The case is the trace's first span once it is over.
    expect(spans.find(({ parentId }) => parentId === null)).toMatchObject({ name: "heal", error: null });
  }, patiently);
});

it("has the metrics of every service on one page, under OpenTelemetry's names where they have one", async () => {
  const page = await (await fetch(url(stack, "collector", "/metrics"))).text();
  expect(parseMetricPage(page, "text").names.length).toBeGreaterThan(20);
  for (const service of ["gateway", "embedder", "vector", "inference", "healer", "supervisor", "collector"]) {
    expect(page).toMatch(new RegExp(`process_resident_memory_bytes\\{.*service="${service}"\\} \\d+`));
  }
  expect(page).toMatch(
    /gen_ai_client_operation_duration_seconds_bucket\{.*gen_ai_operation_name="chat".*le="0.005"\} \d+/,
  );
  expect(page).toMatch(/vllm:generation_tokens_total\{.*replica="inference-1".*\} [1-9]/);
});

it("has the collector back after its death, with what it knew before", async () => {
  const before = await collected<{ traces: readonly { traceId: string }[] }>("/api/traces?service=gateway");
  const pidNow = async (): Promise<number | null | undefined> =>
    (await stack.inventory()).find(({ replica }) => replica === "collector")?.pid;
  const dead = await pidNow();
  process.kill(dead ?? 0, "SIGKILL");
  await vi.waitFor(async () => {
    expect(await pidNow()).not.toBe(dead);
    const known = before.traces[0]?.traceId ?? "";
    expect((await fetch(url(stack, "collector", `/api/traces/${known}`))).status).toBe(200);
  }, patiently);
});

it("answers users while the collector hangs or is dead, hands on to a backend, and is silent when switched off", async () => {
  const seen = new Set<string>();
  const backend = await serveForTest((request, response) => {
    seen.add(`${request.url} ${String(request.headers["x-key"])}`);
    request.resume().on("end", () => response.end("{}"));
  });
  const forwarding = { OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, OTEL_EXPORTER_OTLP_HEADERS: "x-key=mine" };
  await using other = await bootStack({ root, cacheDir, env: () => ({ ...forwarding, HEALER_OFF: "1" }) });
  await vi.waitFor(async () => {
    await ask("", other);
    expect([...seen].sort()).toEqual(["/v1/logs mine", "/v1/metrics mine", "/v1/traces mine"]);
  }, patiently);
  const collector = (await other.inventory()).find(({ replica }) => replica === "collector");
  process.kill(collector?.pid ?? 0, "SIGSTOP");
  for (let i = 0; i < 20; i += 1) expect(await ask("", other)).toBe(200);
  process.kill(collector?.pid ?? 0, "SIGKILL");
  for (let i = 0; i < 20; i += 1) expect(await ask("", other)).toBe(200);
  await using off = await bootStack({ root, cacheDir, env: () => ({ OTEL_SDK_DISABLED: "true", HEALER_OFF: "1" }) });
  expect(await ask("", off)).toBe(200);
  expect((await off.inventory()).map(({ replica }) => replica)).not.toContain("collector");
});
