// Which start of a program has a number: the kernel gives numbers again.

import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * When a program was started, by its folder below /proc, as the kernel counts; empty once it is over, also where nobody
 * has asked yet how it ended.
 */
export function startOf(program: string): string {
  try {
    const text = readFileSync(join(program, "stat"), "utf8");
    const [state = "", ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return "ZX".includes(state) ? "" : (fields[18] ?? "");
  } catch {
    return "";
  }
}
