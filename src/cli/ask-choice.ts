// One question to a person at a terminal, with numbered answers.

import { createInterface } from "node:readline/promises";
import type { Ask } from "../run/new-intent.ts";
import { printLines } from "./table.ts";

/** Asks where stdin and stdout are a terminal; undefined elsewhere. Rejects when the person ends it by Ctrl-D. */
export function askAtTerminal(): Ask {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  return async (question, choices) => {
    printLines(["", question, ...choices.map(({ name, about }, index) => `  ${index + 1}. ${name}  ${about}`)]);
    const reading = createInterface({ input: process.stdin, output: process.stdout });
    try {
      const word = (await reading.question("number or name: ")).trim();
      return choices[Number(word) - 1]?.name ?? word;
    } finally {
      reading.close();
    }
  };
}
