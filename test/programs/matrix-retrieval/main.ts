// npm run matrix:retrieval: measures which signal sees which silent damage to an index, and writes the table into the
// reference stack's README.
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { measureMatrix, type Row } from "./matrix.ts";

const ROWS = 2000;
/** Half a minute of the healer's. */
const LOOKS = 60;
const README = resolve(import.meta.dirname, "../../../../targets/reference-ai-stack/README.md");
const [BEGIN, END] = ["<!-- matrix:retrieval -->", "<!-- /matrix:retrieval -->"];

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ damage, recall, ext, int, differing, hashFits, countFits, spokeAt }) => {
    const spoke = [...spokeAt].toSorted(([, a], [, b]) => a - b).map(([name, look]) => `\`${name}\` (${look})`);
    return `| ${[
      damage.name,
      damage.fault === undefined ? "" : `\`${damage.fault}\``,
      recall.toFixed(2),
      ext.toFixed(2),
      int.toFixed(2),
      differing.toFixed(2),
      hashFits ? "fits" : "**differs**",
      countFits ? "fits" : "**differs**",
      spoke.join(", ") || "none",
    ].join(" | ")} |`;
  });
  return [
    `usearch, ${ROWS} rows about 50 centres, ${LOOKS} looks:`,
    "",
    "| damage | fault | recall@10 | ext | int | other vectors | file hash | count | healer's signals (at which look) |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
}

const text = await readFile(README, "utf8");
const [head = "", rest = ""] = text.split(BEGIN);
const tail = rest.split(END)[1];
if (tail === undefined) throw new Error(`${README} has no ${BEGIN} … ${END}`);
const table = tableOf(await measureMatrix({ rows: ROWS, looks: LOOKS }));
await writeFile(README, `${head}${BEGIN}\n\n${table}\n\n${END}${tail}`);
process.stdout.write(`${table}\n`);
