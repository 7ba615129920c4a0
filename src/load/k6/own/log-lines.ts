// What a k6 logs (`--log-format json`, on its standard error): an exception in an iteration, which k6 counts as any
// other, and its newest error. What scripts print is not kept.

import type { ChildProcess } from "node:child_process";

const mostChars = 64 * 1024;

interface Line {
  readonly level?: unknown;
  readonly msg?: unknown;
  readonly source?: unknown;
  readonly executor?: unknown;
}

export interface Log {
  /** Its message; empty: there was none. */
  lastError(): string;
}

/** `onThrown` is called with the message of each exception in an iteration. */
export function logIn(child: ChildProcess, onThrown: (message: string) => void): Log {
  let [rest, last] = ["", ""];
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = (lines.pop() ?? "").slice(-mostChars);
    for (const line of lines) {
      const { level, msg, source, executor } = parsed(line);
      if (level !== "error" && level !== "fatal") continue;
      if (source === "console" || typeof msg !== "string") continue;
      last = msg;
      if (executor !== undefined) onThrown(msg);
    }
  });
  return { lastError: () => last };
}

/** What is no JSON is an error of what comes before the log, such as a loader's. */
function parsed(line: string): Line {
  if (!line.startsWith("{")) return line.trim() === "" ? {} : { level: "error", msg: line };
  try {
    return JSON.parse(line) as Line;
  } catch {
    return {};
  }
}
