// What is printed line by line: words of others do nothing to the terminal.

import { expect, it } from "vitest";
import { printLines, sayLines } from "../../../src/cli/table.ts";

it.each([
  ["asked for", printLines],
  ["said beside it", sayLines],
])("a line that was %s has no control character but its end", (_which, print) => {
  const written: string[] = [];
  print(["a\u001b]0;owned\u0007b", "\u009b2J\r\u202ec"], { write: (text: string) => written.push(text) });
  expect(written).toEqual(["a\ufffd]0;owned\ufffdb\n", "\ufffd2J\n\ufffdc\n"]);
});
