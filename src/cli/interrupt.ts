// Ctrl-C once: stop, take everything back, write what there is. Twice: end at once and say how to clean up.

import { openStopping, type Stopping } from "../run/stopping/stopping.ts";
import { exitCodes } from "./exit.ts";
import { sayLines } from "./table.ts";

export interface Interrupt extends Disposable {
  readonly stopping: Stopping;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP until disposed; the first stops, a second one ends the process.
 */
export function listenForInterrupt(): Interrupt {
  const stopping = openStopping((file) =>
    sayLines(["", `Stop file ${file}: taking the faults back and ending the stack.`]),
  );
  const onSignal = (name: NodeJS.Signals): void => {
    if (stopping.ask("interrupted")) {
      sayLines(["", `${name}: taking the faults back and ending the stack; once more ends at once.`]);
      return;
    }
    sayLines(["\nEnded at once. The watchdog takes back what is left; `rebound restore` waits and says what remains."]);
    process.exit(exitCodes.interrupted);
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    stopping,
    [Symbol.dispose]() {
      stopping[Symbol.dispose]();
      for (const name of names) process.off(name, onSignal);
    },
  };
}
