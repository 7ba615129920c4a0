// index.torn-pair: one replica's index answers with the names of another build: vectors and graph are whole, the
// manifest fits, and the record store beside it numbers its rows otherwise.

import { graphFault, shareParam } from "../parts/graph-fault.ts";

export const indexTornPair = graphFault({
  name: "index.torn-pair",
  about: "Has a share of the rows of one replica's index go by the names of other rows, and the manifest fit.",
  mode: "keys",
  params: shareParam("Share of the rows that the two builds number differently", 1),
  // Below what a target allows where it says nothing (limits.max_dose).
  example: { share: 0.6 },
  shareOf: ({ share }) => share,
});
