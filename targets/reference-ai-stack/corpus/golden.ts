// The golden set: questions with the passage that answers them, checked in beside this file.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../config.ts";

export interface GoldenQuestion {
  readonly question: string;
  /** Id of the right passage. */
  readonly passage: string;
}

/** Where the golden set lies; among the sources, also when the compiled program reads it. */
export function goldenFile(): string {
  return join(projectRoot(), "targets/reference-ai-stack/corpus/golden.jsonl");
}

/** All golden questions. Throws when a line is not one. */
export function readGolden(file: string = goldenFile()): readonly GoldenQuestion[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line, i) => {
      const { question, passage } = JSON.parse(line) as Partial<GoldenQuestion>;
      if (typeof question !== "string" || typeof passage !== "string")
        throw new Error(`${file}:${i + 1}: no golden question`);
      return { question, passage };
    });
}
