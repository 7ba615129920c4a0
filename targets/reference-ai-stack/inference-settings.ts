// How much an inference replica does at once, out of the environment; a part of config.ts.
import { readChoice, readCount, type Environment } from "./variables.ts";

export interface InferenceSettings {
  /** True: each replica runs its bundled engine in a child process (`INFERENCE_PROCESS=apart`). */
  readonly apart: boolean;
  /** Requests answered at once by one replica (`INFERENCE_SLOTS`). */
  readonly slots: number;
  /** Requests that may wait beyond them (`INFERENCE_QUEUE`). */
  readonly maxWaiting: number;
  /** Replicas that the service may have (`INFERENCE_MOST_REPLICAS`); 8 processes are what a small machine bears. */
  readonly mostReplicas: number;
  /** KV memory of one replica, in blocks of 16 tokens (`INFERENCE_KV_BLOCKS`). */
  readonly kvBlocks: number;
  /** Prompt tokens that are read in a second where no cached block has them (`INFERENCE_PREFILL_TOKENS`). */
  readonly prefillPerSecond: number;
}

export function readInference(env: Environment): InferenceSettings {
  return {
    apart: readChoice(env, "INFERENCE_PROCESS", ["inside", "apart"]) === "apart",
    slots: readCount(env, "INFERENCE_SLOTS") ?? 8,
    maxWaiting: readCount(env, "INFERENCE_QUEUE") ?? 32,
    mostReplicas: readCount(env, "INFERENCE_MOST_REPLICAS") ?? 8,
    kvBlocks: readCount(env, "INFERENCE_KV_BLOCKS") ?? 8192,
    prefillPerSecond: readCount(env, "INFERENCE_PREFILL_TOKENS") ?? 40_000,
  };
}
