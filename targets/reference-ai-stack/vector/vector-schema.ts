// What a vector in a request must be: of the model's dimension, finite as 32-bit floats, and not all zeros, which point
// nowhere: no search would find them, and whoever checks the index would take it for damaged.
import { z } from "zod";
import { DIMENSIONS } from "../embedder/cache.ts";

export const vectorSchema = z
  .array(z.number(), `expected ${DIMENSIONS} numbers`)
  .length(DIMENSIONS, `expected ${DIMENSIONS} numbers`)
  .transform((numbers) => Float32Array.from(numbers))
  .refine((vector) => vector.every(Number.isFinite), "expected numbers that are finite as 32-bit floats")
  .refine((vector) => vector.some((component) => component !== 0), "expected a direction: all numbers are 0");
