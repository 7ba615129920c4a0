// `rebound up TARGET`: starts a target, says where it answers, and keeps it up until Ctrl-C.

import { addressLines, keepUp } from "../../run/keep-up.ts";
import { checkSettings } from "../../run/overrides.ts";
import { loadTarget } from "../../run/select.ts";
import { exitCodes } from "../exit.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { onTrouble, printLines } from "../table.ts";

export interface UpOptions {
  readonly setting?: Readonly<Record<string, string>>;
  readonly platform?: string;
}

/** Exit code 0 after an orderly end. */
export async function up(name: string, { setting = {}, platform }: UpOptions = {}): Promise<number> {
  const target = await loadTarget(name, platform);
  checkSettings(target, setting);
  using interrupt = listenForInterrupt();
  const clean = await keepUp(target, {
    stopping: interrupt.stopping,
    settings: setting,
    onLine: (line) => printLines([line]),
    onTrouble,
    onUp: (stack) => printLines([...addressLines(target, stack), "Ctrl-C ends it."]),
  });
  return clean ? exitCodes.pass : exitCodes.environment;
}
