// How much an inference replica does at once, out of the environment; a part of config.ts.
import { join, resolve } from "node:path";
import { ENGINE_NAMES, type EngineName } from "./common/model-card.ts";
import { readChoice, readCount, readText, type Environment } from "./variables.ts";

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
  /** What makes the answers (`INFERENCE_ENGINE`); a language model needs llama/install.sh before. */
  readonly engine: EngineName;
  /** Where the weights of language models lie (`STACK_WEIGHTS_DIR`). */
  readonly weightsDir: string;
}

/** A language model's memory is real: 23 KiB a token for SmolLM2-135M, here 1,536 tokens a slot. */
const LLAMA_BLOCKS_PER_SLOT = 96;

/** `cacheRoot`: where weights lie unless the environment says otherwise. */
export function readInference(env: Environment, cacheRoot: string): InferenceSettings {
  // Where somebody else answers, a language model of our own would only take memory.
  const isElsewhere = readText(env, "INFERENCE_UPSTREAM_URL") !== undefined;
  const engine = isElsewhere ? "extractive" : readChoice(env, "INFERENCE_ENGINE", ENGINE_NAMES);
  const slots = readCount(env, "INFERENCE_SLOTS") ?? 8;
  return {
    engine,
    weightsDir: resolve(readText(env, "STACK_WEIGHTS_DIR") ?? join(cacheRoot, "weights")),
    apart: readChoice(env, "INFERENCE_PROCESS", ["inside", "apart"]) === "apart",
    slots,
    maxWaiting: readCount(env, "INFERENCE_QUEUE") ?? 32,
    mostReplicas: readCount(env, "INFERENCE_MOST_REPLICAS") ?? 8,
    kvBlocks: readBlocks(env) ?? (engine === "llama" ? LLAMA_BLOCKS_PER_SLOT * slots : 8192),
    prefillPerSecond: readCount(env, "INFERENCE_PREFILL_TOKENS") ?? 40_000,
  };
}

/** Undefined: as many as the engine has unless somebody says otherwise. */
function readBlocks(env: Environment): number | undefined {
  return readText(env, "INFERENCE_KV_BLOCKS") === "usual" ? undefined : readCount(env, "INFERENCE_KV_BLOCKS");
}
