// Files of scripts as they lie on this machine, by their absolute paths.

import { existsSync, readFileSync } from "node:fs";
import type { SourceFiles } from "../../core/load-source.ts";

export const filesHere: SourceFiles = {
  exists: existsSync,
  read: (path) => readFileSync(path, "utf8"),
  shown: (path) => path,
};
