import { expect, test } from "vitest";
import { prometheus } from "../../../src/probes/prometheus.ts";
import { problems, sound } from "./lint-cases.ts";

const withProbe = (probe: string): string => sound.replace("probes:\n", `probes:\n  - ${probe}\n`);
const common = "service: back, every: 1s, timeout: 1s";
const series = `name: done.back, kind: prometheus, series: done_total, combine: sum, ${common}`;
const preset = (name: string): string => `name: of.back, kind: preset, preset: ${name}, ${common}`;

test.each([
  [`{ ${series}, per_second_over: 5s, data: true }`, "data: true beside per_second_over"],
  [`{ ${preset("vllm/ttft-p95")}, data: true }`, "data: true beside vllm/ttft-p95"],
  [`{ ${preset("litellm/failure-per-second")}, data: true }`, "data: true beside litellm/failure-per-second"],
])("what falls without any loss cannot be a count of data: %s", (probe, found) => {
  expect(problems(withProbe(probe))).toEqual([expect.stringContaining(found)]);
});

test.each([
  [`{ ${series}, per_second_over: 5s }`],
  [`{ ${series}, data: true }`],
  [`{ ${preset("vllm/waiting")}, data: true }`],
  [`{ ${preset("vllm/ttft-p95")}, data: false }`],
])("what stands as it is can be one, and a rate need not be: %s", (probe) => {
  expect(problems(withProbe(probe))).toEqual([]);
});

test("a rate is never below 0, and a series as it stands may be", () => {
  expect(prometheus.bounds({ data: false, overMs: 5000 }, 1)).toEqual({ lo: 0, hi: Infinity });
  expect(prometheus.bounds({ data: false }, 1)).toEqual({ lo: -Infinity, hi: Infinity });
});
