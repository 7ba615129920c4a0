// Data quality: a repair loses no record. Compared with how many there were before it.
import type { VerifyProbe } from "../probe.ts";

export const recordsKept: VerifyProbe = {
  name: "records-kept",
  shows: "data-quality",
  reads: ["records"],
  open:
    ({ eyes, witness, target }) =>
    async () => {
      if (target.scope !== "replica" || target.service !== "vector") return null;
      const own = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
      const count = own === undefined ? null : await witness.records(own.port);
      if (count === null) return null;
      return { bad: -count, isGood: count > 0, says: `holds ${count} records` };
    },
  harm: 0.5,
};
