// Why a run, or a stack that is kept up, ends before it is done: a signal, a stop file, or what made it impossible to
// go on. Whoever asks first gives the reason; everybody else asks here.

import { messageOf } from "../../core/errors.ts";
import { reasonText } from "../../core/reasons.ts";
import type { RunResult } from "../../records/results/run-result.ts";
import { watchForStop } from "./stop-file.ts";

/** As run.json names it: a signal, a stop file, a failure. */
export type StopReason = NonNullable<RunResult["reason"]>;

/** What a result says of its end. */
export type EarlyEnd = Pick<RunResult, "interrupted" | "reason" | "failure">;

export interface Stopping extends Disposable {
  /** Aborts as soon as there is a reason. */
  readonly signal: AbortSignal;
  /** What somebody asked for first, else that it failed; undefined as long as nothing stops it. */
  readonly reason: StopReason | undefined;
  /** What made it impossible to go on, the first if there were several. */
  readonly failure: unknown;
  /** Somebody wants it to end; false when somebody did before. */
  ask(reason: "interrupted" | "stopped"): boolean;
  /** It cannot go on. */
  fail(thrown: unknown): void;
  /** It fails when the signal aborts, by the signal's reason. */
  failWith(signal: AbortSignal): void;
  /** From now on, until disposed, each of these files stops it. */
  heed(stopFiles: readonly string[]): void;
}

/** Nothing stops it yet. `onStopFile` is called with the file that did. */
export function openStopping(onStopFile: (file: string) => void = () => undefined): Stopping {
  const controller = new AbortController();
  const over = new AbortController();
  let watch: Disposable | undefined;
  let asked: StopReason | undefined;
  let failure: { readonly thrown: unknown } | undefined;
  const ask = (reason: "interrupted" | "stopped"): boolean => {
    if (asked !== undefined) return false;
    asked = reason;
    controller.abort();
    return true;
  };
  const fail = (thrown: unknown): void => {
    failure ??= { thrown };
    controller.abort();
  };
  return {
    signal: controller.signal,
    get reason() {
      return asked ?? (failure && "failed");
    },
    get failure() {
      return failure?.thrown;
    },
    ask,
    fail,
    failWith(signal) {
      if (signal.aborted) return fail(signal.reason);
      signal.addEventListener("abort", () => fail(signal.reason), { once: true, signal: over.signal });
    },
    heed(stopFiles) {
      watch = watchForStop(stopFiles, (file) => {
        if (ask("stopped")) onStopFile(file);
      });
    },
    [Symbol.dispose]() {
      over.abort();
      watch?.[Symbol.dispose]();
    },
  };
}

/** Of what made a run impossible so much is kept, in UTF-16 units: the last words of a stack may be part of it. */
const longestFailure = 1000;

/** How a result tells of its end; without a reason it came to its end. */
export function earlyEnd(reason: StopReason | undefined, failure?: unknown): EarlyEnd {
  return {
    interrupted: reason !== undefined,
    ...(reason === undefined ? {} : { reason }),
    ...(failure === undefined ? {} : { failure: reasonText(messageOf(failure), longestFailure) }),
  };
}
