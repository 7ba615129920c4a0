// `npm run bench:retrieval [-- --rounds 12 --minutes 60 --only "false alarms" --build FOLDER]`: the figures that
// retrieval has to keep, on real stacks, a line for each with what was reached, its goal and whether it is kept. Ends
// with 1 when one is missed. Best on a machine that does nothing else.

import { runRows } from "../run-rows.ts";
import { ROWS } from "./rows.ts";

await runRows(ROWS, { minutes: 2 });
