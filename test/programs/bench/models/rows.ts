// Every row of `bench:models`. To add one: a file in this folder and a line here.
import { badRollOut } from "./bad-roll-out.ts";
import { equalRollOut } from "./equal-roll-out.ts";
import { hangBehindGreen, leakRecycled } from "./hangs.ts";
import type { BenchRow } from "./row.ts";
import { scaleOut } from "./scale-out.ts";

export const ROWS: readonly BenchRow[] = [badRollOut, equalRollOut, hangBehindGreen, leakRecycled, scaleOut];
