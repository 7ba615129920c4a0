// What goes wrong in a script while it runs, with its place in the file as it was written.

import { SourceMap, type SourceMapPayload } from "node:module";
import type { Script } from "../script/read-script.ts";

/** thrown: by the script · limit: of memory or time · ended: by us, at the end of the load. */
type Kind = "thrown" | "limit" | "ended";

export class ScriptError extends Error {
  readonly kind: Kind;

  constructor(kind: Kind, message: string) {
    super(message);
    this.name = "ScriptError";
    this.kind = kind;
  }
}

/** What was thrown, with `file:line:column` of the innermost place in the script's own files. */
export function scriptErrorOf(
  { message, stack }: { readonly message: string; readonly stack: string },
  { modules }: Script,
): ScriptError {
  for (const [, path = "", line = "", column = ""] of stack.matchAll(/\(?([^\s(]+?):(\d+)(?::(\d+))?\)?$/gm)) {
    const module = modules.get(path);
    if (module === undefined) continue;
    const map = new SourceMap(JSON.parse(module.map) as SourceMapPayload);
    const found = map.findEntry(Number(line) - 1, Number(column || "1") - 1);
    const place = "originalLine" in found ? `${found.originalLine + 1}:${found.originalColumn + 1}` : line;
    return new ScriptError("thrown", `${module.file}:${place}: ${message}`);
  }
  return new ScriptError("thrown", message);
}
