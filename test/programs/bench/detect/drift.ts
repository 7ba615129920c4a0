// How often the drift tests cry wolf, and how often they see a drift that is there: on vectors and values made by
// chance.

import { psiTest } from "../../../../targets/reference-ai-stack/healer/detection/drift/psi.ts";
import { compareEmbeddings } from "../../../../targets/reference-ai-stack/healer/detection/drift/reembed.ts";
import { driftOfVectors } from "../../../../targets/reference-ai-stack/healer/detection/drift/two-sample.ts";
import { normalFrom } from "./chance.ts";

const TIMES = 500;
const SAMPLES = 50;
const BINS = 10;
const LEVEL = 0.01;
const DIMENSIONS = 16;
const FROZEN = 20;

/** Shares of 500 pairs of samples of 50, without a drift and with one. */
export function driftTable(): string {
  const normal = normalFrom(11);
  const draws = (shift: number): number[] => Array.from({ length: SAMPLES }, () => normal() + shift);
  // Most of the variance lies along the first axis, as in embeddings it lies along few.
  const vectors = (shift: number): Float32Array[] =>
    Array.from({ length: SAMPLES }, () =>
      Float32Array.from({ length: DIMENSIONS }, (_, i) => (normal() + (i === 0 ? shift : 0)) / (1 + i)),
    );
  const share = (fires: () => boolean): string => {
    const fired = Array.from({ length: TIMES }, fires).filter(Boolean).length;
    return `${((100 * fired) / TIMES).toFixed(1)} %`;
  };
  const line = (name: string, fires: (shift: number) => boolean): string =>
    `  ${name}: ${share(() => fires(0))} without a drift, ${share(() => fires(1))} with one of 1 sigma`;
  return [
    `Drift, ${TIMES} pairs of ${SAMPLES} samples`,
    line("PSI above 0.2, as it is often used", (shift) => psiTest(draws(0), draws(shift), BINS).psi > 0.2),
    line(`PSI against its law, p < ${LEVEL}`, (shift) => psiTest(draws(0), draws(shift), BINS).p < LEVEL),
    line(
      `main directions and Kolmogorov–Smirnov, p < ${LEVEL}`,
      (shift) => driftOfVectors(vectors(0), vectors(shift)).p < LEVEL,
    ),
    line(`${FROZEN} frozen texts`, (shift) => {
      const kept = vectors(0).slice(0, FROZEN);
      const rounded = kept.map((vector) => vector.map((value) => value * (1 + 1e-6 * normal())));
      const changed = rounded.map((vector) => vector.map((value, i) => value + (i === 1 ? 0.1 * shift : 0)));
      return compareEmbeddings(kept, changed).changed.length > 0;
    }),
  ].join("\n");
}
