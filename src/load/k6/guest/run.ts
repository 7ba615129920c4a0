// How the host calls a script's functions. Runs inside the engine.

type Functions = Readonly<Record<string, () => unknown>>;

/** What is thrown may be anything. */
function thrownText(thrown: unknown): { readonly message: string; readonly stack: string } {
  if (thrown instanceof Error) return { message: `${thrown.name}: ${thrown.message}`, stack: thrown.stack ?? "" };
  return { message: shown(thrown), stack: "" };
}

/** What a script logs changes nothing, and is not kept. */
const levels = ["log", "info", "debug", "warn", "error"] as const;
(globalThis as { console?: unknown }).console = Object.fromEntries(levels.map((level) => [level, () => undefined]));

function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

/**
 * Makes the functions of a script callable by name; each call gives JSON: what it threw, if anything. `__ITER`
 * counts them from 0 on.
 */
export function expose(functions: Functions): void {
  let iteration = 0;
  const run = (name: string): string => {
    Object.assign(globalThis, { __ITER: iteration });
    iteration += 1;
    try {
      functions[name]?.();
      return "{}";
    } catch (thrown) {
      return JSON.stringify({ thrown: thrownText(thrown) });
    }
  };
  Object.assign(globalThis, { __run: run });
}
