// How the host calls a script's functions. Runs inside the engine.

import { cookieJar } from "./cookies.ts";

type Functions = Readonly<Record<string, (given?: unknown) => unknown>>;

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
 * Makes the functions of a script callable by name; each call gives JSON: what it threw, if anything, and what it
 * returned where that is kept. What `__give` is given as JSON is the argument of all calls from then on, as one value:
 * as in k6, a user that changes it finds it changed. `__ITER` counts calls from 0 on.
 */
export function expose(script: { readonly [name: string]: unknown }): void {
  const functions = script as Functions;
  const keepsCookies = (script["options"] as { noCookiesReset?: unknown } | undefined)?.noCookiesReset === true;
  let [iteration, given]: [number, unknown] = [0, undefined];
  const give = (json: string): void => void (given = JSON.parse(json));
  const run = (name: string, isKept: boolean): string => {
    Object.assign(globalThis, { __ITER: iteration });
    iteration += 1;
    if (!keepsCookies) cookieJar().empty();
    try {
      const returned = functions[name]?.(given);
      return isKept ? JSON.stringify({ returned }) : "{}";
    } catch (thrown) {
      return JSON.stringify({ thrown: thrownText(thrown) });
    }
  };
  Object.assign(globalThis, { __run: run, __give: give });
}
