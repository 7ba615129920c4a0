// The collection is dropped and made anew: the index is as good as new, and of the documents nothing is left on the
// disk.
import { DatabaseSync } from "@photostructure/sqlite";
import type { Defect } from "./defect.ts";

export const dropsAndRecreatesEmpty: Defect = {
  name: "drops-and-recreates-empty",
  summary: "Makes an index anew and empties the record store beside it.",
  rebuild: (make) => async (target) => {
    const made = await make(target);
    const db = new DatabaseSync(target.records, { timeout: 5000 });
    db.exec("DELETE FROM records");
    db.close();
    return made;
  },
};
