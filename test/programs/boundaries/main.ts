// `npm run test:boundaries`: kills a healer before, during and after each step of each pathway (`-- NAME …`: of
// these). Exit 1 when an effect was doubled or lost.
import { measureBoundaries } from "./boundaries.ts";
import { boundaryTable } from "./table.ts";

const cells = await measureBoundaries(process.argv.slice(2));
console.log(boundaryTable(cells));
process.exitCode = cells.some(({ doubled, lost }) => doubled.length + lost.length > 0) ? 1 : 0;
