// An inbox of batches, for the stacks of tests: a folder from which a batch is taken when somebody asks for it. Plain
// JavaScript, so that it runs without a build.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The inbox in a folder. */
export function inboxIn(folder) {
  const taken = (batch) => join(folder, `.taken-${batch}`);
  return {
    /** It fails when a line of it is no record with a text; undefined when it never came. */
    stateOf(batch) {
      const file = taken(batch);
      if (existsSync(join(folder, batch))) renameSync(join(folder, batch), file);
      if (existsSync(`${file}.withdrawn`)) return "withdrawn";
      if (!existsSync(file)) return undefined;
      try {
        const lines = readFileSync(file, "utf8")
          .split("\n")
          .filter((line) => line !== "");
        return lines.every((line) => typeof JSON.parse(line).text === "string") ? "published" : "failing";
      } catch {
        return "failing";
      }
    },
    /** A batch that was called back counts as such, also one that never came. */
    withdraw(batch) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${taken(batch)}.withdrawn`, "");
    },
  };
}
