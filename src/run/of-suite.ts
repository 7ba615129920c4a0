// Which files hold intents of a suite, by their tags alone: whether they are sound is not asked.

import { readYaml } from "../language/yaml-source.ts";
import { readText } from "../store/read-experiments.ts";

/** Those that carry the tag, and those whose tags cannot be read. */
export async function filesOfSuite(files: readonly string[], suite: string): Promise<readonly string[]> {
  const tagged = await Promise.all(files.map(async (file) => [file, tagsIn(await readText(file), file)] as const));
  return tagged.flatMap(([file, tags]) => (tags === undefined || tags.includes(suite) ? [file] : []));
}

function tagsIn(text: string, file: string): readonly unknown[] | undefined {
  const { value } = readYaml(text, file);
  if (typeof value !== "object" || value === null) return undefined;
  if (!("tags" in value)) return [];
  return Array.isArray(value.tags) ? value.tags : undefined;
}
