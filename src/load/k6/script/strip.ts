// Takes the types out of TypeScript, by the library that k6 itself uses for it. Loaded only where scripts are.

import { transformSync } from "esbuild";

/** JavaScript without types, and its source map as JSON. The text must parse. */
export function stripped(text: string, file: string): { readonly code: string; readonly map: string } {
  const { code, map } = transformSync(text, {
    loader: file.endsWith(".ts") ? "ts" : "js",
    sourcefile: file,
    sourcemap: "external",
    format: "esm",
    target: "es2022",
  });
  return { code, map };
}
