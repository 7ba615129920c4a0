// What a vector in a request must be: of the model's dimension, and finite as 32-bit floats, as engines take it.
import { z } from "zod";
import { DIMENSIONS } from "../embedder/cache.ts";
import { hasDirection } from "./same-vector.ts";

/** One that is searched for. It may be all zeros: so are vectors that a damaged index gives back. */
export const queryVectorSchema = z
  .array(z.number(), `expected ${DIMENSIONS} numbers`)
  .length(DIMENSIONS, `expected ${DIMENSIONS} numbers`)
  .transform((numbers) => Float32Array.from(numbers))
  .refine((vector) => vector.every(Number.isFinite), "expected numbers that are finite as 32-bit floats");

/** One that is stored. No search would find one that points nowhere, and no index could be made of it anew. */
export const vectorSchema = queryVectorSchema.refine(
  hasDirection,
  "expected a direction: a length between 1e-6 and 1e6",
);
