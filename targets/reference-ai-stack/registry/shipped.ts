// The versions that come with the stack: one card a file.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { modelCardSchema, type ModelCard } from "../common/model-card.ts";
import { projectRoot } from "../config.ts";

/** Among the sources, also when the compiled program reads them. Throws when one of them is no card. */
export function shippedCards(
  folder: string = join(projectRoot(), "targets/reference-ai-stack/registry/versions"),
): readonly ModelCard[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => modelCardSchema.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))));
}
