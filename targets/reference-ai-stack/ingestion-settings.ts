// How documents are taken in, out of the environment; a part of config.ts.
import { join, resolve } from "node:path";
import { parsePort, readChoice, readCount, readText, type Environment } from "./variables.ts";

export interface IngestionSettings {
  /** `STACK_INGESTION`: whether there is an ingestion at all; `off` is the default. */
  readonly isOn: boolean;
  /** Each folder in it is a source, each file there a batch (`INGESTION_SOURCES_DIR`). */
  readonly sourcesDir: string;
  /** Within this time what arrives is to be found, ms (`INGESTION_FRESH_WITHIN_MS`): what the lag is held against. */
  readonly freshWithinMs: number;
  /**
   * Its copies of what was taken hold so much, KiB (`INGESTION_ROOM_KIB`); absent, or `usual` there: as much as the
   * disk takes.
   */
  readonly roomKib?: number;
  /** Where it calls the embedder on this machine (`INGESTION_TO_EMBEDDER`, 127.0.0.1:port); absent: straight. */
  readonly embedderPort?: number;
}

export function readIngestion(env: Environment, dataDir: string): IngestionSettings {
  return {
    isOn: readChoice(env, "STACK_INGESTION", ["off", "on"]) === "on",
    sourcesDir: resolve(readText(env, "INGESTION_SOURCES_DIR") ?? join(dataDir, "sources")),
    freshWithinMs: readCount(env, "INGESTION_FRESH_WITHIN_MS") ?? 2000,
    ...roomIn(env),
    ...edgeIn(env),
  };
}

function roomIn(env: Environment): Pick<IngestionSettings, "roomKib"> {
  const name = "INGESTION_ROOM_KIB";
  const roomKib = readText(env, name) === "usual" ? undefined : readCount(env, name);
  return roomKib === undefined ? {} : { roomKib };
}

function edgeIn(env: Environment): Pick<IngestionSettings, "embedderPort"> {
  const text = readText(env, EDGE);
  if (text === undefined) return {};
  const digits = /^127\.0\.0\.1:(\d+)$/.exec(text)?.[1];
  if (digits === undefined) throw new Error(`${EDGE} is ${JSON.stringify(text)}; expected 127.0.0.1:port`);
  return { embedderPort: parsePort(EDGE, digits, text) };
}

/** The variable of the ingestion's one edge. */
export const EDGE = "INGESTION_TO_EMBEDDER";
