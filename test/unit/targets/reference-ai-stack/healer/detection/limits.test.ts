import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { limitsFile, readLimits } from "../../../../../../targets/reference-ai-stack/healer/detection/limits.ts";

const folder = mkdtempSync(join(tmpdir(), "limits-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(content: string): string {
  const file = join(folder, `${Math.abs(content.length)}.json`);
  writeFileSync(file, content);
  return file;
}

test("the limits in force come with where they are from", () => {
  const { provenance, latency } = readLimits();
  expect(provenance.falseAlarmsPerDay).toBe(1);
  expect(provenance.seconds).toBeGreaterThanOrEqual(60);
  expect(provenance.samples["questions"]).toBeGreaterThan(100);
  expect(latency.limit).toBeGreaterThan(0);
});

test("limits that are missing, torn, of another version or out of reason are refused, with what to do", () => {
  const whole = readLimits(limitsFile());
  expect(() => readLimits(join(folder, "none.json"))).toThrow("npm run calibrate:healer writes it");
  expect(() => readLimits(written('{"version": 1'))).toThrow("npm run calibrate:healer writes it");
  expect(() => readLimits(written(JSON.stringify({ ...whole, version: 2 })))).toThrow("does not hold the limits");
  const endless = JSON.stringify({ ...whole, latency: { limit: -3 } });
  expect(() => readLimits(written(endless))).toThrow("latency");
  expect(() => readLimits(written(JSON.stringify({ ...whole, errors: { p0: 1, limit: 4 } })))).toThrow("p0");
});
