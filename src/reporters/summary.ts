// summary.md of a run, for a pull request or a chat message.

import { renderSummary } from "../report/summary.ts";
import type { Reporter } from "./reporter.ts";
import { writeReport } from "../store/results.ts";

export const summary: Reporter = {
  name: "summary",
  finish: ({ dir, result }) => writeReport(dir, "summary.md", renderSummary(result)),
};
