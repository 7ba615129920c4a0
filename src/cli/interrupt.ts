// Ctrl-C once: stop, take everything back, write what there is. Twice: end at once and say how to clean up.

import { watchForStop } from "../store/stop-file.ts";
import { exitCodes } from "./exit.ts";

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
  /** What ended it: a signal, or a stop file; undefined as long as nothing did. */
  readonly reason: () => "interrupted" | "stopped" | undefined;
  /** From now on, until disposed, each of these stop files ends as Ctrl-C does. */
  readonly heed: (stopFiles: readonly string[]) => void;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP until disposed; the first aborts the signal, a second one ends the process.
 */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  let watch: Disposable | undefined;
  let reason: "interrupted" | "stopped" | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      process.stderr.write(
        "\nEnded at once. The watchdog takes back what is left; `rebound restore` waits for it and says what remains.\n",
      );
      process.exit(exitCodes.interrupted);
    }
    process.stderr.write(`\n${name}: taking the faults back and ending the stack; once more ends at once.\n`);
    reason = "interrupted";
    controller.abort();
  };
  const onStopFile = (file: string): void => {
    if (controller.signal.aborted) return;
    process.stderr.write(`\nStop file ${file}: taking the faults back and ending the stack.\n`);
    reason = "stopped";
    controller.abort();
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    reason: () => reason,
    heed(stopFiles) {
      watch = watchForStop(stopFiles, onStopFile);
    },
    [Symbol.dispose]() {
      watch?.[Symbol.dispose]();
      for (const name of names) process.off(name, onSignal);
    },
  };
}
