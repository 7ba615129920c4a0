// Every row of `bench:retrieval`. To add one: a file in this folder and a line here.
import type { BenchRow } from "../models/row.ts";
import { falseAlarms } from "./false-alarms.ts";
import { rebuildFromRecords } from "./rebuild-from-records.ts";
import { restoreFromPeer } from "./restore-from-peer.ts";
import { silentDamage } from "./silent-damage.ts";
import { watching } from "./watching.ts";

export const ROWS: readonly BenchRow[] = [silentDamage, restoreFromPeer, rebuildFromRecords, watching, falseAlarms];
