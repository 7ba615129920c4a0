// index.ghost-rows: one replica's index names rows of documents that were deleted since: the record store beside it has
// none of that number. Vectors and graph are whole, the manifest fits, and the count is right; what a search finds of
// them is nobody's, and the answer is shorter by it.

import { graphFault, shareParam } from "../parts/graph-fault.ts";

export const indexGhostRows = graphFault({
  name: "index.ghost-rows",
  about: "Has a share of the rows of one replica's index go by numbers of deleted rows, and the manifest fit.",
  mode: "ghosts",
  params: shareParam("Share of the rows of which there is no record", 0.3),
  example: { share: 0.3 },
  shareOf: ({ share }) => share,
});
