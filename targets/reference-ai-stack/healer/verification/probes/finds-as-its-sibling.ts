// Data quality: the replica's search finds what an exact search over its sibling's records finds.
import { NUMBERS } from "../../numbers.ts";
import type { VerifyProbe } from "../probe.ts";

export const findsAsItsSibling: VerifyProbe = {
  name: "finds-as-its-sibling",
  shows: "data-quality",
  reads: ["search"],
  open({ eyes, witness, target }) {
    let seed = 0;
    return async () => {
      if (target.scope !== "replica" || target.service !== "vector") return null;
      const replicas = (await eyes.rollCall()) ?? [];
      const own = replicas.find(({ replica }) => replica === target.replica);
      const sibling = replicas.find((one) => one.service === target.service && one !== own && one.pid !== null);
      if (own === undefined || sibling === undefined) return null;
      seed += 1;
      const view = await witness.agreement(own.port, sibling.port, seed);
      if (view === null) return null;
      const says = `finds ${(100 * view.share).toFixed(0)} % of what ${sibling.replica} has nearest`;
      return { bad: 1 - view.share, isGood: view.share >= NUMBERS.verification.agreement, says };
    };
  },
  harm: 0.1,
};
