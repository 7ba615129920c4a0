// index.html of a run: one trial's timeline at a time is read from the disk.

import { htmlPieces } from "../report/html.ts";
import type { Reporter } from "./reporter.ts";
import { writeReport } from "../store/results.ts";

export const html: Reporter = {
  name: "html",
  finish: ({ dir, result, ...source }) => writeReport(dir, "index.html", htmlPieces(result, source)),
};
