// `rebound init`, `rebound new`, `import` and `export`: files from a stack, a few words or a tool.

import { begin } from "../../init/begin.ts";
import { newIntent, type NewOptions } from "../../run/new-intent.ts";
import { askAtTerminal } from "../ask-choice.ts";
import { exportFile } from "../../run/export-file.ts";
import { importFile, type ImportOptions } from "../../run/import-file.ts";
import { printLines } from "../table.ts";

export async function init(name: string, options: { readonly from?: string }): Promise<number> {
  printLines(await begin(name, { root: ".", ...options }));
  return 0;
}

export async function importing(kind: string, file: string, options: ImportOptions): Promise<number> {
  printLines(await importFile(kind, file, options));
  return 0;
}

export async function exporting(kind: string, file: string, options: { readonly out?: string }): Promise<number> {
  printLines(await exportFile(kind, file, options));
  return 0;
}

export async function making(id: string, options: NewOptions): Promise<number> {
  printLines(await newIntent(id, options, askAtTerminal()));
  return 0;
}
