// index.html of a run: one trial's timeline at a time is read from the disk.

import { renderHtmlFrom } from "../report/html.ts";
import type { Reporter } from "./reporter.ts";
import { writeReport } from "../store/run-folder.ts";

export const html: Reporter = {
  name: "html",
  finish: async ({ dir, result, timelineOf }) =>
    writeReport(dir, "index.html", await renderHtmlFrom(result, timelineOf)),
};
