// The files of a script as a k6 is given them: JavaScript without types, below one folder, and an entry of ours around
// them, which writes down what k6 sums up. The script's own `handleSummary` is called by our runtime alone.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Script } from "../script/read-script.ts";

export interface K6Files {
  readonly entry: string;
  readonly samples: string;
  /** By `--summary-export`. */
  readonly exported: string;
  /** What `handleSummary` is called with. */
  readonly data: string;
}

/** Writes them below `dir`, which is not there yet. */
export async function writeFiles(script: Script, dir: string): Promise<K6Files> {
  const paths = [...script.modules.keys()];
  const root = commonFolder(paths);
  const placeOf = (path: string): string => `./files/${relative(root, path).split(sep).join("/")}`;
  for (const [path, { code }] of script.modules) await write(join(dir, placeOf(path)), code);
  const files = {
    entry: join(dir, "entry.js"),
    samples: join(dir, "samples.json"),
    exported: join(dir, "exported.json"),
    data: join(dir, "data.json"),
  };
  await write(files.entry, entryOf(script, placeOf(script.entry), files.data));
  return files;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, text, { flag: "wx", mode: 0o600 });
}

function entryOf({ options: { scenarios, once } }: Script, from: string, data: string): string {
  const called = new Set([...scenarios.map(({ exec }) => exec), ...Object.keys(once)]);
  called.delete("handleSummary");
  const exported = [...called].map((name) =>
    name === "default" ? "export default script.default;" : `export const ${name} = script.${name};`,
  );
  const lines = [
    `import * as script from ${JSON.stringify(from)};`,
    "export const options = script.options;",
    ...exported,
    `export function handleSummary(data) { return { ${JSON.stringify(data)}: JSON.stringify(data) }; }`,
  ];
  return `${lines.join("\n")}\n`;
}

function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => dirname(path).split(sep));
  const length = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return (length === -1 ? first : first.slice(0, length)).join(sep) || sep;
}
