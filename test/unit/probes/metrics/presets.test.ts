import { describe, expect, it } from "vitest";
import { presetNamed, presetNames, presetTexts, rowsOf, whyNoPreset } from "../../../../src/probes/metrics/presets.ts";

describe("the names of presets", () => {
  it("offer no mean where the _sum is made up, nothing of servers that nobody can prove, and no row that reading changes", () => {
    expect(presetNames.filter((name) => name.startsWith("ray/") && name.endsWith("-mean"))).toEqual([]);
    expect(presetNames.filter((name) => /^(qdrant|weaviate|milvus|triton|kserve|ollama)\//.test(name))).toEqual([]);
    expect(presetNames).not.toContain("llama.cpp/decode-speed");
    expect(presetNames).toContain("vllm/ttft-p95");
    expect(new Set(presetNames).size).toBe(presetNames.length);
    for (const name of presetNames) expect(whyNoPreset(name)).toBeUndefined();
  });

  it("are listed with their unit, their age and what they count", () => {
    const texts = new Map(presetTexts());
    expect([...texts.keys()]).toEqual(presetNames);
    expect(texts.get("lmdeploy/running")).toBe("count; up to 10 s old");
    expect(texts.get("vllm/success-per-second")).toContain("without match it has every end");
    expect(texts.get("vllm/kv-use")).toMatch(/^share; up to 0\.1 s old; named perc/);
  });

  it("belong to servers in which a request of ours must move something", () => {
    const moved = ["success", "prompt-tokens", "generation-tokens"];
    for (const name of presetNames) {
      const signals = presetNamed(name)?.server.signals.map(({ signal }) => signal) ?? [];
      expect(signals.filter((signal) => moved.includes(signal))).not.toEqual([]);
    }
  });

  it("stand for the rows of a version where names changed", () => {
    const kv = presetNamed("vllm/kv-use");
    if (kv === undefined) throw new Error("no vllm/kv-use");
    const series = (version?: string) => rowsOf(kv.server, ["kv-use", "inter-token"], version).map((row) => row.series);
    expect(series()).toEqual(["vllm:kv_cache_usage_perc", "vllm:inter_token_latency_seconds"]);
    expect(series("0.33.0")).toEqual(series());
    expect(series("0.8.5")).toEqual(["vllm:gpu_cache_usage_perc", "vllm:time_per_output_token_seconds"]);
    expect(series("0.10.0")).toEqual(["vllm:time_per_output_token_seconds"]);
  });
});
