// `rebound init NAME` and `rebound import KIND FILE`: first files of a stack, from what there is of it elsewhere.

import { begin } from "../../init/begin.ts";
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
