// Ctrl-C once: stop, take everything back, write what there is. Twice: end at once and say how to clean up.

import { exitCodes } from "./exit.ts";

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/** Listens for SIGINT, SIGTERM and SIGHUP until disposed; the first aborts the signal, a second one ends the process. */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      process.stderr.write("\nEnded at once. Type `rebound restore` to take back what is left.\n");
      process.exit(exitCodes.interrupted);
    }
    process.stderr.write(`\n${name}: taking the faults back and ending the stack; once more ends at once.\n`);
    controller.abort();
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
