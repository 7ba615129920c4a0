// `npm run test:boundaries`: kills a healer before, during and after each step of each pathway (`-- NAME …`: of
// these; `--engine restate`: on a real Restate server; `--every 5`: at one of five boundaries). Exit 1 when an effect
// was doubled or lost.
import { parseArgs } from "node:util";
import { measureBoundaries } from "./boundaries.ts";
import { stepCost } from "./cost.ts";
import { boundaryTable } from "./table.ts";

const { values, positionals } = parseArgs({
  options: { engine: { type: "string", default: "sqlite" }, every: { type: "string", default: "1" } },
  allowPositionals: true,
});
const every = Number(values.every);
if (values.engine !== "sqlite" && values.engine !== "restate") throw new Error("--engine is sqlite or restate");
if (!Number.isInteger(every) || every < 1) throw new Error("--every is a whole number from 1 on");
const cells = await measureBoundaries({ engine: values.engine, only: positionals, every });
console.log(`engine: ${values.engine}`);
console.log(boundaryTable(cells));
const { steps, medianMs, p95Ms } = await stepCost(values.engine);
console.log(`the journal adds ${medianMs.toFixed(2)} ms to a claim (median of ${steps}; 95 %: ${p95Ms.toFixed(2)} ms)`);
// The endpoint that a Restate server calls stays open.
process.exit(cells.some(({ doubled, lost }) => doubled.length + lost.length > 0) ? 1 : 0);
