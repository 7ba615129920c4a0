// How the host calls a script's functions. Runs inside the engine.

import { call } from "./host.ts";

type Functions = Readonly<Record<string, (data?: unknown) => unknown>>;

/** What is thrown may be anything. */
function thrownText(thrown: unknown): { readonly message: string; readonly stack: string } {
  if (thrown instanceof Error) return { message: `${thrown.name}: ${thrown.message}`, stack: thrown.stack ?? "" };
  return { message: shown(thrown), stack: "" };
}

const levels = ["log", "info", "debug", "warn", "error"] as const;
(globalThis as { console?: unknown }).console = Object.fromEntries(
  levels.map((level) => [level, (...words: unknown[]) => call("log", { level, text: words.map(shown).join(" ") })]),
);

function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

/** Makes the functions of a script callable by name; each call gives JSON: what it returned, or what it threw. */
export function expose(functions: Functions): void {
  const run = (name: string, data: unknown): string => {
    try {
      return JSON.stringify({ value: functions[name]?.(data) ?? null });
    } catch (thrown) {
      return JSON.stringify({ thrown: thrownText(thrown) });
    }
  };
  Object.assign(globalThis, { __run: run });
}
