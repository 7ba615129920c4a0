// `npm run bench:models [-- --rounds 12 --only "equal roll-out"]`: the figures that serving has to keep, on real
// stacks, each under users' load. Ends with 1 when one is missed. Best on a machine that does nothing else.

import { runRows } from "../run-rows.ts";
import { ROWS } from "./rows.ts";

await runRows(ROWS);
