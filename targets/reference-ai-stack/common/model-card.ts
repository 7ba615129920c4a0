// What a version of the model is: its card, a data file. An inference replica loads a version by its card; what the
// engine does differently from one version to the next stands there, and nowhere else.
import { z } from "zod";

const versionName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*$/, "expected a name such as extractive-1")
  .max(60);

/** The engines of inference replicas: the bundled one, which quotes, and llama.cpp with a language model. */
export const ENGINE_NAMES = ["extractive", "llama"] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** The version that answers where nobody has chosen one. */
export const FIRST_VERSION: Readonly<Record<EngineName, string>> = { extractive: "extractive-1", llama: "smollm2-1" };

/** How answers are made; see inference/engine.ts. */
const decoding = z.strictObject({
  /** Speed at which tokens leave. */
  tokens_per_second: z.number().min(1).max(10_000),
  /** Time from a slot to the first token, ms, besides what the pace makes of it. */
  prefill_ms: z.number().min(0).max(60_000),
  /** Tokens of quoted text in an answer, before the list of sources. */
  quote_tokens: z.int().min(4).max(400),
  /** 0: symbols are quoted as they stand. 2: each is made up of parts of others. */
  temperature: z.number().min(0).max(2),
  /** What the temperature rises by in each minute after the version was loaded. */
  temperature_per_minute: z.number().min(0).max(60),
  /** source: ids are copied from the passages. memory: they are recalled like any other symbol. */
  citing: z.enum(["source", "memory"]),
});
export type Decoding = Readonly<z.infer<typeof decoding>>;

export const modelCardSchema = z.strictObject({
  name: versionName,
  /** The version that it was made from; null for the first of its line. */
  parent: versionName.nullable(),
  /** One sentence, for people. */
  about: z.string().min(1).max(300),
  /** The engine that it was made for. */
  engine: z.string().min(1).max(60),
  /** The layout in which it expects its prompt. */
  template: z.string().min(1).max(60),
  /** The file of its weights, without its ending; the extractive engine has none. */
  weights: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/, "expected the name of a file, such as smollm2-135m")
    .max(60)
    .optional(),
  decoding,
  /** Scores by name, as those who made it measured them. */
  evaluation: z.record(z.string().min(1).max(60), z.number()),
});
export type ModelCard = Readonly<z.infer<typeof modelCardSchema>>;

/** The cards of what a replica has loaded. */
export const loadedSchema = z.strictObject({
  /** Answers those who name no version. */
  stable: modelCardSchema,
  /** Others that are asked for by name: the canary, and the version before the stable one. */
  others: z.array(modelCardSchema).max(8),
});
export type Loaded = z.infer<typeof loadedSchema>;

/** How the gateway shares requests between versions. */
export const splitSchema = z.strictObject({
  stable: versionName,
  canary: z.strictObject({ version: versionName, share: z.number().min(0).max(1) }).nullable(),
  /** Versions that may be asked for by name besides. */
  others: z.array(versionName).max(8),
  /** Every version that the registry knows, served or not. */
  known: z.array(versionName),
});
export type Split = z.infer<typeof splitSchema>;
