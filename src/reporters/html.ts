// index.html of a run.

import { htmlPieces } from "../report/html.ts";
import { pagedTrials } from "../report/paged.ts";
import type { Reporter } from "./reporter.ts";
import { writeReport } from "../store/results.ts";

export const html: Reporter = {
  name: "html",
  finish: ({ dir, result, pages, pastOf }) =>
    writeReport(dir, "index.html", htmlPieces(result, pagedTrials(result, pages), pastOf)),
};
