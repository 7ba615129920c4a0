// Each page of metrics that lies, on a real replica's app, against what proves a target's signals before a trial.
import { describe, expect, it, onTestFinished } from "vitest";
import type { TargetAccess } from "../../../../../src/core/probe-kind.ts";
import { preset as presetKind, type PresetSpec } from "../../../../../src/probes/preset.ts";
import { proveSignals } from "../../../../../src/probes/metrics/prove.ts";
import type { ProofEvent } from "../../../../../src/records/timeline/proof.ts";
import { listen } from "../../../../../targets/reference-ai-stack/common/serve.ts";
import { DEFAULT_PACE } from "../../../../../targets/reference-ai-stack/inference/token-stream.ts";
import { defectNamed } from "../../../../../targets/reference-ai-stack/sabotage/table.ts";
import { appForTest, ask } from "../inference/inference-for-test.ts";

/** A replica with the defect, or as it is. */
async function replicaWith(defect: string | undefined, pace = DEFAULT_PACE): Promise<string> {
  const { app } = appForTest({ pace });
  const wrapped = defect === undefined ? app : (defectNamed(defect).inference?.(app) ?? app);
  const server = await listen(wrapped, 0);
  onTestFinished(() => server.close());
  return `http://127.0.0.1:${server.port}`;
}

function spec(name: string): PresetSpec {
  const params = presetKind.params({ preset: name, ...(name === "vllm/ttft-p95" && { threshold: "500ms" }) });
  const base = { kind: "preset", service: "inference", everyMs: 200, timeoutMs: 1000, data: false } as const;
  return { ...base, ...(params as PresetSpec), name: name.replace(/\W/g, "_") };
}

/** What the proofs of the target's presets find. */
async function foundOf(defect: string | undefined): Promise<string[]> {
  const address = await replicaWith(defect);
  const events: ProofEvent[] = [];
  const presets = ["vllm/stall", "vllm/ttft-p95", "vllm/kv-use"].map(spec);
  await proveSignals(presets, {
    access: {
      replicas: () => [{ replica: "inference-1", address, isRunning: async () => true }],
      health: () => ({ path: "/health" }),
    },
    clock: { now: () => performance.now() },
    record: (event) => void events.push(event),
    signal: new AbortController().signal,
    patienceMs: 3000,
  });
  return events.flatMap(({ result }) => (result.ok ? [] : [result.says]));
}

describe("a page that lies", () => {
  it.each([
    ["counts-refusals-as-successes", /request_success_total moved by 2, where one request of ours made 1/],
    ["buckets-above-every-value", /between 0 and 5, .*the buckets cannot tell/],
    ["tokens-reset-by-reading", /vllm:generation_tokens_total (did not move|moved by|fell from one look)/],
    ["ghost-of-a-dead-worker", /num_requests_running reads 7 when nothing runs/],
  ])("%s is found before anything is injected", async (defect, words) => {
    const found = await foundOf(defect);
    expect(found).not.toEqual([]);
    expect(found.join("\n")).toMatch(words);
  });

  it("is none as long as nothing is planted", async () => {
    expect(await foundOf(undefined)).toEqual([]);
  });

  it("percent-for-ratio shows a hundred times the share, and all else as it is", async () => {
    const pageOf = (kv: number): string =>
      `vllm:kv_cache_usage_perc{engine="0",model_name="m"} ${kv}\nvllm:num_requests_waiting{engine="0"} 0.5\n`;
    const app = defectNamed("percent-for-ratio").inference?.({ fetch: () => new Response(pageOf(0.25)) });
    const at = async (path: string): Promise<string | undefined> =>
      (await app?.fetch(new Request(`http://127.0.0.1${path}`)))?.text();
    expect(await at("/metrics")).toBe(pageOf(25));
    expect(await at("/health")).toBe(pageOf(0.25));
  });

  it("percent-for-ratio is found at the first reading while a prompt holds its memory", async () => {
    const address = await replicaWith("percent-for-ratio", { tokensPerSecond: 20, chunkEveryMs: 50 });
    const over = new AbortController();
    onTestFinished(() => over.abort());
    const look = presetKind.open(spec("vllm/kv-use"));
    const access: TargetAccess = {
      replicas: () => [{ replica: "inference-1", address, isRunning: async () => true }],
      health: () => ({ path: "/health" }),
    };
    await ask(address, { stream: true }, over.signal);
    const read = async (): Promise<unknown> => look({ access, signal: over.signal, seed: 1 });
    await expect.poll(read).toMatchObject({ ok: false, unfit: true });
  });
});
