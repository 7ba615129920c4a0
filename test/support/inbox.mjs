// An inbox of batches, for the stacks of tests: a folder from which a batch is taken when somebody asks for it. Plain
// JavaScript, so that it runs without a build.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Documents of batches that are published at once, in the order of their names; the others wait for ever. */
const mostDocuments = 60;
/** What was taken and not called back may be so long, bytes; what does not fit stays where it lies. */
const mostBytes = 64 * 1024;

/** The inbox in a folder. */
export function inboxIn(folder) {
  const taken = (batch) => join(folder, `.taken-${batch}`);
  return {
    /**
     * It fails when a line of it is no record with a text, and waits behind too many documents; undefined when it never
     * came.
     */
    stateOf(batch) {
      const isHeld = existsSync(join(folder, ".hold"));
      if (!isHeld && existsSync(join(folder, batch)) && fits(folder, batch)) {
        renameSync(join(folder, batch), taken(batch));
      }
      if (existsSync(`${taken(batch)}.withdrawn`)) return "withdrawn";
      if (!existsSync(taken(batch))) return undefined;
      if (!isGood(linesOf(folder, batch))) return "failing";
      return documentsUpTo(folder, batch) > mostDocuments ? "queued" : "published";
    },
    /** A batch that was called back counts as such, also one that never came. */
    withdraw(batch) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${taken(batch)}.withdrawn`, "");
    },
  };
}

function fits(folder, batch) {
  const taken = readdirSync(folder).filter((name) => name.startsWith(".taken-") && !name.endsWith(".withdrawn"));
  const kept = taken.filter((name) => !existsSync(join(folder, `${name}.withdrawn`)));
  const bytes = [...kept, batch].map((name) => statSync(join(folder, name)).size);
  return bytes.reduce((sum, size) => sum + size, 0) <= mostBytes;
}

function isGood(lines) {
  try {
    return lines.every((line) => typeof JSON.parse(line).text === "string");
  } catch {
    return false;
  }
}

/** Lines of all that came, up to a batch. */
function documentsUpTo(folder, batch) {
  const names = readdirSync(folder).map((name) => name.replace(/^\.taken-/, ""));
  const before = names.filter((name) => !name.startsWith(".") && !name.endsWith(".withdrawn") && name <= batch);
  return before.reduce((sum, name) => sum + linesOf(folder, name).length, 0);
}

function linesOf(folder, batch) {
  const file = [join(folder, `.taken-${batch}`), join(folder, batch)].find((path) => existsSync(path));
  if (file === undefined) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}
