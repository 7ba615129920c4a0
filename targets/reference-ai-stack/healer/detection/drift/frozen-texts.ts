// Texts that never change, with the vectors that the model gave them when the corpus was embedded: what the embedder of
// now is held against. Written by `npm run corpus:embeddings`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { projectRoot } from "../../../config.ts";

export interface FrozenText {
  readonly text: string;
  readonly vector: Float32Array;
}

/** Texts that are frozen; enough that a change of a part of the model shows in one of them. */
const COUNT = 20;

const fileSchema = z.strictObject({
  model: z.string(),
  /** Vectors as little-endian 32-bit floats, base64. */
  texts: z.array(z.strictObject({ text: z.string().min(1), vector: z.base64() })).min(COUNT),
});

/** Where they lie; among the sources, also when the compiled program reads them. */
function frozenTextsFile(): string {
  return join(projectRoot(), "targets/reference-ai-stack/healer/detection/drift/frozen-texts.json");
}

/** Picks texts from all over the list and writes them. Throws for a list that is too short. */
export function writeFrozenTexts(
  model: string,
  embedded: readonly FrozenText[],
  file: string = frozenTextsFile(),
): void {
  if (embedded.length < COUNT) throw new Error(`${embedded.length} texts; ${COUNT} are to be frozen`);
  const step = Math.floor(embedded.length / COUNT);
  const picked = embedded.filter((_, i) => i % step === 0).slice(0, COUNT);
  const texts = picked.map(({ text, vector }) => {
    const bytes = Buffer.alloc(4 * vector.length);
    vector.forEach((value, i) => bytes.writeFloatLE(value, 4 * i));
    return { text, vector: bytes.toString("base64") };
  });
  writeFileSync(file, `${JSON.stringify({ model, texts }, null, 2)}\n`);
}

/** Throws when the file is not there or not whole: without it a change of the model would go unseen. */
function readFrozenTexts(file: string = frozenTextsFile()): readonly FrozenText[] {
  const parsed = fileSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success) throw new Error(`${file} does not hold frozen texts: ${z.prettifyError(parsed.error)}`);
  return parsed.data.texts.map(({ text, vector }) => {
    const bytes = Buffer.from(vector, "base64");
    return { text, vector: Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i)) };
  });
}

let known: readonly FrozenText[] | undefined;

/** Read once in a process, at the first call. Throws like `readFrozenTexts`. */
export function frozenTexts(): readonly FrozenText[] {
  known ??= readFrozenTexts();
  return known;
}
