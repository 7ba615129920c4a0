// The versions that come with the stack: one card a file.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../common/log.ts";
import { modelCardSchema, type EngineName, type ModelCard } from "../common/model-card.ts";
import { projectRoot } from "../config.ts";

/** Among the sources, also when the compiled program reads them. */
const FOLDER = join(projectRoot(), "targets/reference-ai-stack/registry/versions");

/**
 * Those that were made for this engine. `leftOut` hears of each file that holds no card, or one of a name that another
 * has, whatever its engine; absent: an Error is thrown.
 */
export function shippedCards(
  engine: EngineName = "extractive",
  leftOut: (why: string) => void = refuse,
  folder: string = FOLDER,
): readonly ModelCard[] {
  const cards: ModelCard[] = [];
  for (const name of readdirSync(folder).toSorted()) {
    if (!name.endsWith(".json")) continue;
    try {
      const card = modelCardSchema.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
      if (cards.some((one) => one.name === card.name)) leftOut(`${name} holds a second ${card.name}`);
      else cards.push(card);
    } catch (error) {
      leftOut(`${name} holds no card: ${whyNot(error)}`);
    }
  }
  return cards.filter((card) => card.engine === engine);
}

function refuse(why: string): never {
  throw new Error(`a shipped version is damaged: ${why}`);
}

function whyNot(error: unknown): string {
  return error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : messageOf(error);
}
