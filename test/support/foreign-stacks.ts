// Which stacks that nobody here wrote are installed? Without one its tests are skipped, loudly; in CI that fails.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const supervisord = [".cache/foreign/supervisor", ".cache/engines/chroma"] as const;
const needs = {
  supervisord,
  "supervisord-watched": [...supervisord, ".cache/foreign/prometheus"],
  runit: [".cache/foreign/runit"],
} as const;

/** True when all that it starts is there. */
export function isForeignInstalled(name: keyof typeof needs): boolean {
  const missing = needs[name].filter((folder) => !existsSync(join(root, folder)));
  if (missing.length === 0) return true;
  const says = `${missing.join(", ")} missing: bash targets/foreign/${name}/install.sh`;
  if (process.env["CI"] === "true") throw new Error(says);
  process.stderr.write(`\n!!! SKIPPED: the stack on ${name}: ${says}\n\n`);
  return false;
}
