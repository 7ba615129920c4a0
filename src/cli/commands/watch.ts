// `rebound watch`: lint and dry plan on each save, until Ctrl-C.

import { watchIntent } from "../../run/watch-intent.ts";
import { printLines } from "../table.ts";

/** Ends with 0 on SIGINT, SIGTERM and SIGHUP: nothing was started, so that nothing is left. */
export async function watching(file: string): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, onSignal);
  try {
    await watchIntent(file, (lines) => printLines(lines), stop.signal);
  } finally {
    for (const name of names) process.off(name, onSignal);
  }
  return 0;
}
