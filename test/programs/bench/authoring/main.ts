// npm run bench:authoring: the figures of authoring, each kept or MISSED; exit code 1 when one is missed.

import { sweepRows } from "./sweep-rows.ts";

const rows = [...(await sweepRows())];
for (const { figure, says, kept } of rows) console.log(`${kept ? "kept  " : "MISSED"}  ${figure}: ${says}`);
process.exitCode = rows.every(({ kept }) => kept) ? 0 : 1;
