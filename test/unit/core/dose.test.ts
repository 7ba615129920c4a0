import { expect, test } from "vitest";
import { doseAt, doseText, placeOf, writtenDose, type Dose } from "../../../src/core/dose.ts";
import { levelFrom, levelOf, burntPerMinute } from "../../../src/core/impact.ts";

const latency: Dose = { param: "latency", unit: "ms", mildest: 10, harshest: 60_000, scale: "log" };
const rate: Dose = { param: "rate", unit: "KB/s", mildest: 40, harshest: 1, scale: "log" };
const share: Dose = { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" };

test("places lead to values and back, also where less is harsher", () => {
  expect([0, 0.5, 1].map((place) => doseAt(latency, place))).toEqual([10, 775, 60_000]);
  expect([0, 1].map((place) => doseAt(rate, place))).toEqual([40, 1]);
  expect(placeOf(rate, 40)).toBeCloseTo(0);
  expect(placeOf(share, 0.525)).toBeCloseTo(0.5);
});

test("a dose is written as intents write it, and read as people do", () => {
  expect(writtenDose(latency, 1500)).toBe("1500ms");
  expect(writtenDose(share, 0.3)).toBe(0.3);
  expect([doseText(latency, 1500), doseText(share, 0.3), doseText(rate, 10)]).toEqual(["1.5s", "30 %", "10 KB/s"]);
});

test("levels follow from the burn: at an SLO of 99 % from 1 %, 7.1 % and half of the requests on", () => {
  const level = (bad: number) => levelOf({ bad, slo: 0.99 });
  expect([0.009, 0.011, 0.07, 0.072, 0.49, 0.5].map(level)).toEqual([
    "none",
    "noticeable",
    "noticeable",
    "significant",
    "significant",
    "disabling",
  ]);
  expect(burntPerMinute({ bad: 0.01, slo: 0.99 })).toBeCloseTo(1 / 43_200);
});

test("levels are in order for every SLO", () => {
  for (const slo of [0, 0.2, 0.5, 0.9, 0.95, 0.999, 0.99999]) {
    const [noticeable, significant, disabling] = [
      levelFrom("noticeable", slo),
      levelFrom("significant", slo),
      levelFrom("disabling", slo),
    ];
    expect(noticeable).toBeLessThan(significant);
    expect(significant).toBeLessThan(disabling);
  }
});
