// How a k6 is started: with nothing of the user's own settings, no usage report, no extension that it would download,
// no server, and no secret among its arguments, where every process of the machine could read it.

import { delimiter } from "node:path";
import type { K6Files } from "./files.ts";

export function argumentsFor({ entry, samples, exported }: K6Files): readonly string[] {
  return [
    "run",
    "--quiet",
    "--no-color",
    "--no-usage-report",
    // Of its REST server, which older versions open by themselves.
    "--address=",
    "--log-output=stderr",
    "--log-format=json",
    `--out=json=${samples}`,
    `--summary-export=${exported}`,
    // By user and iteration checks belong to their request.
    "--system-tags=url,name,method,status,group,check,error,error_code,scenario,expected_response,vu,iter",
    // A redirect is an answer, as it is where we run the script.
    "--max-redirects=0",
    entry,
  ];
}

/** `dir` is its home. Of our own environment it has what marks processes of the trial, and PATH. */
export function environmentFor(
  env: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string | undefined>>,
  dir: string,
): Record<string, string> {
  const marks = Object.entries(own).flatMap(([name, value]) =>
    value === undefined || name.startsWith("K6_") ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(marks),
    PATH: own["PATH"] ?? ["/usr/bin", "/bin"].join(delimiter),
    ...env,
    HOME: dir,
    XDG_CONFIG_HOME: dir,
    K6_NO_USAGE_REPORT: "true",
    K6_AUTO_EXTENSION_RESOLUTION: "false",
    K6_WEB_DASHBOARD: "false",
    // A limit that Go heeds before ours ends it.
    GOMEMLIMIT: "1536MiB",
  };
}
