// `rebound init NAME`: a first target.yaml and two intents, from what supervises the stack.

import { begin } from "../../init/begin.ts";
import { printLines } from "../table.ts";

export async function init(name: string, options: { readonly from?: string }): Promise<number> {
  printLines(await begin(name, { root: ".", ...options }));
  return 0;
}
