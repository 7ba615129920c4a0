// junit.xml of a run, for build servers.

import { renderJunit } from "../report/junit.ts";
import type { Reporter } from "./reporter.ts";
import { writeReport } from "../store/results.ts";

export const junit: Reporter = {
  name: "junit",
  finish: ({ dir, result }) => writeReport(dir, "junit.xml", renderJunit(result)),
};
