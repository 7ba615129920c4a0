// index.degenerate-build: one replica's index is as after a build that linked nothing: every vector and every name is
// there, the manifest fits, and a search ends where it begins, so that each question is answered by the same one row.

import { z } from "zod";
import { graphFault } from "../parts/graph-fault.ts";

export const indexDegenerateBuild = graphFault({
  name: "index.degenerate-build",
  about: "Empties all lists of links of one replica's index, and has the manifest fit: one answer to all.",
  mode: "bare",
  params: z.strictObject({}),
  example: {},
  shareOf: () => 1,
});
