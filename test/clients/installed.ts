// Whether the client libraries of the lock beside this file are installed.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [installed, wanted] = ["node_modules/.installed-lock", "package-lock.json"].map((file) =>
  join(import.meta.dirname, file),
);
const isThere =
  existsSync(installed ?? "") && readFileSync(installed ?? "", "utf8") === readFileSync(wanted ?? "", "utf8");

/** Why they cannot be tested with; undefined: they are there. */
export const clientsMissing = isThere
  ? undefined
  : "the client libraries of the lock are not installed: run test/support/install-tools.sh";
if (clientsMissing !== undefined) process.stderr.write(`\n!!! SKIPPED: ${clientsMissing}\n\n`);
