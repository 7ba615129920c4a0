// Where the corpus comes from: the declaration files of the pinned @types/node, read in a fixed order.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../config.ts";
import { MAX_INPUT_CHARS } from "../embedder/input.ts";
import { CHUNKER_VERSION, MIN_PROSE, type SourceFile } from "./chunker.ts";
import { MAX_PASSAGE, MIN_REMAINDER } from "./comment.ts";

/**
 * `ts5.6/` and `compatibility/` repeat other files for old compilers; the generated inspector protocol is no API to
 * read.
 */
const LEFT_OUT = /^(?:ts[\d.]+\/|compatibility\/|inspector\.generated\.d\.ts$)/;

/** The declaration files of @types/node, sorted by path. Throws when the package is not installed. */
export function readSources(
  packageDir: string = join(projectRoot(), "node_modules/@types/node"),
): readonly SourceFile[] {
  return readdirSync(packageDir, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".d.ts") && !LEFT_OUT.test(path))
    .sort()
    .map((path) => ({ path, content: readFileSync(join(packageDir, path), "utf8") }));
}

/** SHA-256 over the sources and all that the cutting depends on: equal hash, equal passages and embedded texts. Hex. */
export function hashSources(sources: readonly SourceFile[]): string {
  const rules = [CHUNKER_VERSION, MIN_PROSE, MAX_PASSAGE, MIN_REMAINDER, MAX_INPUT_CHARS];
  const hash = createHash("sha256").update(`chunker ${rules.join(" ")}
`);
  for (const source of sources) hash.update(`${source.path}\0${source.content}\0`);
  return hash.digest("hex");
}
