// How documents are taken in, out of the environment; a part of config.ts.
import { join, resolve } from "node:path";
import { readChoice, readCount, readText, type Environment } from "./variables.ts";

export interface IngestionSettings {
  /** `STACK_INGESTION`: whether there is an ingestion at all; `off` is the default. */
  readonly isOn: boolean;
  /** Each folder in it is a source, each file there a batch (`INGESTION_SOURCES_DIR`). */
  readonly sourcesDir: string;
  /** Within this time what arrives is to be found, ms (`INGESTION_FRESH_WITHIN_MS`): what the lag is held against. */
  readonly freshWithinMs: number;
}

export function readIngestion(env: Environment, dataDir: string): IngestionSettings {
  return {
    isOn: readChoice(env, "STACK_INGESTION", ["off", "on"]) === "on",
    sourcesDir: resolve(readText(env, "INGESTION_SOURCES_DIR") ?? join(dataDir, "sources")),
    freshWithinMs: readCount(env, "INGESTION_FRESH_WITHIN_MS") ?? 2000,
  };
}
