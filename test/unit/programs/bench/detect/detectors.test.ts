import { expect, it } from "vitest";
import { normalFrom } from "../../../../programs/bench/detect/chance.ts";
import { DETECTORS } from "../../../../programs/bench/detect/detectors.ts";
import type { Sample } from "../../../../../targets/reference-ai-stack/healer/detection/series/series.ts";

/** Four days of a daily rhythm with noise, a flat stretch, a jump and a spike; a value every 10 minutes. */
function series(): readonly Sample[] {
  const normal = normalFrom(3);
  return Array.from({ length: 576 }, (_, i) => {
    const usual = 100 + 30 * Math.sin((2 * Math.PI * i) / 144) + 3 * normal();
    const value = i >= 300 && i < 330 ? 80 : i === 400 ? 900 : i > 500 ? usual + 60 : usual;
    return { at: i * 600, value };
  });
}

it.each(DETECTORS.map((one) => [one.name, one] as const))(
  "%s sees only the past: what comes later changes no score, and the same comes out twice",
  (_, { open }) => {
    const all = series();
    const [whole, again, cut] = [open(), open(), open()];
    const scores = all.map(whole);
    expect(all.map(again)).toEqual(scores);
    const other = all.map((sample, i) => (i < 350 ? sample : { at: sample.at + 5000, value: -7 * sample.value }));
    expect(other.map(cut).slice(0, 350)).toEqual(scores.slice(0, 350));
    expect(scores.every((score) => score >= 0)).toBe(true);
  },
);

it("the ensemble sees the spike, and is quiet on the rhythm itself", () => {
  const ensemble = DETECTORS.find(({ name }) => name === "ensemble");
  const score = ensemble?.open() ?? (() => Number.NaN);
  const scores = series().map(score);
  const highest = Math.max(...scores);
  expect(scores.indexOf(highest)).toBe(400);
  expect(Math.max(...scores.slice(288, 300))).toBeLessThan(highest / 2);
});
