// Which versions an engine can load.
import { openSync, closeSync, readSync } from "node:fs";
import type { EngineName, ModelCard } from "../common/model-card.ts";
import type { InferenceSettings } from "../inference-settings.ts";
import { isKnownTemplate } from "./engine.ts";
import { isKnownLayout } from "./llama/chat-template.ts";
import { weightsFile } from "./llama/library.ts";

/** Null: it loads. Else why not, in words. */
export type Fit = (card: ModelCard) => string | null;

/** Of the bundled engine. */
export const EXTRACTIVE: Fit = (card) => stranger(card, "extractive") ?? wrongTemplate(card, isKnownTemplate);

/** Of the engine that is set. */
export function fitFor({ engine, weightsDir }: Pick<InferenceSettings, "engine" | "weightsDir">): Fit {
  if (engine === "extractive") return EXTRACTIVE;
  return (card) => stranger(card, engine) ?? wrongTemplate(card, isKnownLayout) ?? wrongWeights(card, weightsDir);
}

function stranger({ name, engine }: ModelCard, own: EngineName): string | null {
  return engine === own ? null : `${name} does not load: it is made for the engine ${engine}, this one is ${own}`;
}

function wrongTemplate({ name, template }: ModelCard, isKnown: (template: string) => boolean): string | null {
  return isKnown(template) ? null : `${name} does not load: its template ${template} is not known here`;
}

/** What stands behind the first bytes is not looked at: nobody hashes gigabytes at each load. */
function wrongWeights({ name, weights }: ModelCard, weightsDir: string): string | null {
  if (weights === undefined) return `${name} does not load: its card names no weights`;
  const head = Buffer.alloc(4);
  try {
    const file = openSync(weightsFile(weightsDir, weights), "r");
    readSync(file, head, 0, 4, 0);
    closeSync(file);
  } catch {
    return `${name} does not load: there are no weights ${weights} here`;
  }
  return head.toString("latin1") === "GGUF" ? null : `${name} does not load: the weights ${weights} are no GGUF file`;
}
