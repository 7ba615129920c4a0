// `rebound up TARGET`: starts a target, says where it answers, and keeps it up until Ctrl-C.

import type { Stack } from "../../core/platform.ts";
import type { Target } from "../../core/target.ts";
import { keepUp } from "../../run/keep-up.ts";
import { checkSettings } from "../../run/overrides.ts";
import { loadTarget } from "../../run/select.ts";
import { exitCodes } from "../exit.ts";
import { listenForInterrupt } from "../interrupt.ts";

export interface UpOptions {
  readonly setting?: Readonly<Record<string, string>>;
}

/** Exit code 0 after an orderly end. */
export async function up(name: string, { setting = {} }: UpOptions = {}): Promise<number> {
  const target = await loadTarget(name);
  checkSettings(target, setting);
  using interrupt = listenForInterrupt();
  const clean = await keepUp(target, {
    stopping: interrupt.stopping,
    settings: setting,
    onLine: (line) => process.stdout.write(`${line}\n`),
    onTrouble: (says) => process.stderr.write(`trouble: ${says}\n`),
    onUp: (stack) => say(target, stack),
  });
  return clean ? exitCodes.pass : exitCodes.environment;
}

function say(target: Target, stack: Stack): void {
  const replicas = target.services.flatMap((service) => service.replicas);
  const rows = [...replicas.map(({ id }) => [id, stack.addressOf(id)] as const), ...stack.notes];
  for (const [name, value] of rows) process.stdout.write(`${name.padEnd(16)} ${value}\n`);
  process.stdout.write("Ctrl-C ends it.\n");
}
