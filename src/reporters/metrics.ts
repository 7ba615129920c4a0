// metrics.prom of a run, for the textfile collector of Prometheus' node exporter.

import { metricsOf, metricsText } from "../report/metrics.ts";
import type { Reporter } from "./reporter.ts";
import { writeReport } from "../store/results.ts";
import { asEnvironment, writeWhole } from "../store/whole-file.ts";

export const metrics: Reporter = {
  name: "metrics",
  finish: ({ dir, result }) => writeReport(dir, "metrics.prom", metricsText(metricsOf(result))),
};

/** The same in a place of the user's, whole or not at all, as that collector wants it. */
export function textfile(file: string): Reporter {
  return {
    name: "textfile",
    finish: ({ result }) =>
      asEnvironment(`cannot write ${file}`, () => writeWhole(file, metricsText(metricsOf(result)))),
  };
}
