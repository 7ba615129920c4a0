// What a vector in a request must be: of the model's dimension, and finite as 32-bit floats, as engines take it.
import { z } from "zod";
import { DIMENSIONS } from "../embedder/cache.ts";

/** One that is searched for. It may be all zeros: so are vectors that a damaged index gives back. */
export const queryVectorSchema = z
  .array(z.number(), `expected ${DIMENSIONS} numbers`)
  .length(DIMENSIONS, `expected ${DIMENSIONS} numbers`)
  .transform((numbers) => Float32Array.from(numbers))
  .refine((vector) => vector.every(Number.isFinite), "expected numbers that are finite as 32-bit floats");

/**
 * One that is stored. All zeros point nowhere: no search would find them, and whoever checks the index would take it
 * for damaged.
 */
export const vectorSchema = queryVectorSchema.refine(
  (vector) => vector.some((component) => component !== 0),
  "expected a direction: all numbers are 0",
);
