// Where the extension lies: it is no dependency of the project, and is there once install.sh was run.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../config.ts";

const HERE = "targets/reference-ai-stack/vector/engines/sqlite-vec";
const ENDINGS: Readonly<Record<string, string>> = { darwin: "dylib", win32: "dll" };

/** As the package names its platforms. */
export function extensionFile(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const file = `sqlite-vec-${platform}-${process.arch}/vec0.${ENDINGS[process.platform] ?? "so"}`;
  return join(projectRoot(), HERE, "node_modules", file);
}

/** Why this machine cannot run sqlite-vec, in words; null: it can. */
export function whyNoSqliteVec(): string | null {
  const file = extensionFile();
  return existsSync(file) ? null : `sqlite-vec is not installed (no ${file}); run: bash ${HERE}/install.sh`;
}
