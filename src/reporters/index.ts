// Every reporter. A new one is one file here and one line below.

import type { Reporter } from "./reporter.ts";
import { consoleReporter } from "./console.ts";
import { html } from "./html.ts";
import { junit } from "./junit.ts";
import { metrics } from "./metrics.ts";
import { summary } from "./summary.ts";
import { trialPages } from "./trial-pages.ts";

/** For one run; `out` is where people look. Trials' pages come first: who reads timelines learns what is amiss. */
export function makeReporters(out: NodeJS.WriteStream): readonly Reporter[] {
  return [consoleReporter(out), trialPages, html, junit, summary, metrics];
}
