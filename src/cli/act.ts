// What a command does, as commander calls it.

import { reportError } from "./exit.ts";

/** Loads a command's code, runs it and leaves its exit code; anything thrown is reported in one place. */
export function act<Words extends unknown[]>(load: () => Promise<(...words: Words) => Promise<number>>) {
  return async (...words: Words): Promise<void> => {
    try {
      process.exitCode = await (await load())(...words);
    } catch (thrown) {
      process.exitCode = reportError(thrown);
    }
  };
}
