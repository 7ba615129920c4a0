// npm run matrix:retrieval [-- --only chroma]: measures which signal sees which silent damage to an index, engine by
// engine, and writes the tables into the reference stack's README. An engine that is not installed keeps the table that
// it has there, and is named at the end, with 1.
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { VECTOR_ENGINES } from "../../../targets/reference-ai-stack/vector/engines/names.ts";
import { engines } from "../../../targets/reference-ai-stack/vector/engines/table.ts";
import { measureMatrix, type MatrixSize } from "./matrix.ts";
import { tableOf, withTable } from "./table.ts";

/** Sixty looks are half a minute of the healer's. Searches of the others take ten times as long, so they get fewer. */
const SIZES: readonly MatrixSize[] = [
  { engine: "usearch", rows: 2000, looks: 60 },
  { engine: "sqlite-vec", rows: 200, looks: 10 },
  { engine: "chroma", rows: 200, looks: 10 },
];
const README = resolve(import.meta.dirname, "../../../../targets/reference-ai-stack/README.md");

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });
const sizes = SIZES.filter(({ engine }) => engine.includes(values.only));
if (sizes.length === 0) {
  console.error(`--only ${values.only}: expected one of ${VECTOR_ENGINES.join(", ")}`);
  process.exit(3);
}
const missing: string[] = [];
for (const size of sizes) {
  const why = engines[size.engine].whyMissing();
  if (why !== null) {
    missing.push(why);
    continue;
  }
  const table = tableOf(size, await measureMatrix(size));
  await writeFile(README, withTable(await readFile(README, "utf8"), size.engine, table));
  console.log(`${table}\n`);
}
if (missing.length > 0) {
  console.error(`!!! SKIPPED: ${missing.length} vector engines: ${missing.join("; ")}`);
  process.exitCode = 1;
}
