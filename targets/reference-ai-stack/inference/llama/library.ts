// The part of node-llama-cpp that the engine uses, and how it is found: it is no dependency of the project, and lies
// beside its own lock once install.sh was run.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectRoot } from "../../config.ts";

/** A number of the model's vocabulary. */
export type Token = number & { readonly __token?: never };

export interface Sampling {
  readonly temperature: number;
  readonly seed: number;
}

/** The KV memory of one request. */
export interface Sequence {
  /** What it holds now. */
  readonly contextTokens: readonly Token[];
  readonly nextTokenIndex: number;
  /** Forgets all behind these; `allowShift` moves what stands further behind. */
  adaptStateToTokens(tokens: readonly Token[], allowShift: boolean): Promise<void>;
  clearHistory(): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly Token[]): Promise<void>;
  /** Reads the tokens and makes others until the model ends its turn. */
  evaluate(tokens: readonly Token[], sampling: Sampling): AsyncGenerator<Token, void, void>;
}

interface Context {
  getSequence(): Sequence;
}

export interface Model {
  tokenize(text: string, specialTokens: boolean): readonly Token[];
  /** `before`: tokens that stand before these. */
  detokenize(tokens: readonly Token[], specialTokens: boolean, before: readonly Token[]): string;
  createContext(options: {
    /** Tokens of each sequence. */
    readonly contextSize: number;
    readonly sequences: number;
    readonly batchSize: number;
    readonly threads: number;
  }): Promise<Context>;
}

interface Llama {
  loadModel(options: { readonly modelPath: string; readonly useMmap: boolean }): Promise<Model>;
}

interface Library {
  readonly getLlama: (options: {
    readonly build: "never";
    readonly gpu: false;
    readonly skipDownload: true;
    readonly progressLogs: false;
    readonly maxThreads: number;
    readonly logLevel: "error";
  }) => Promise<Llama>;
}

const INSTALL = "bash targets/reference-ai-stack/inference/llama/install.sh";

/** Where the weights of that name lie below `weightsDir`. */
export function weightsFile(weightsDir: string, name: string): string {
  return join(weightsDir, `${name}.gguf`);
}

/** Why this machine cannot run the language model, in words; null: it can. */
export function whyNoLlama(weightsDir: string): string | null {
  const missing = [libraryFile(), weightsFile(weightsDir, "smollm2-135m")].find((path) => !existsSync(path));
  return missing === undefined ? null : `the language model is not installed (no ${missing}); run: ${INSTALL}`;
}

function libraryFile(): string {
  return join(projectRoot(), "targets/reference-ai-stack/inference/llama/node_modules/node-llama-cpp/dist/index.js");
}

/** Loads the prebuilt library. One thread: its threads wait for each other by spinning, and processors are few. */
export async function loadLlama(): Promise<Llama> {
  const { getLlama } = (await import(pathToFileURL(libraryFile()).href)) as Library;
  return getLlama({
    build: "never",
    gpu: false,
    skipDownload: true,
    progressLogs: false,
    maxThreads: 1,
    logLevel: "error",
  });
}
