// The module `k6` of a script. Runs inside the engine.

import { call, refuse, wait } from "./host.ts";
import { Response } from "./response.ts";
import { inGroup, tagsOf } from "./tags.ts";

type Checks<T> = Readonly<Record<string, boolean | ((value: T) => unknown)>>;

/**
 * As k6's: one sample for each check, true when all passed. A check that throws has failed, and the exception goes on.
 * One of a response is about the request that it answers, any other about the newest one.
 */
export function check<T>(value: T, checks: Checks<T>, tags?: object): boolean {
  let all = true;
  const request = value instanceof Response ? value.requestId : undefined;
  for (const [name, one] of Object.entries(checks)) {
    let passed = false;
    try {
      passed = Boolean(typeof one === "function" ? one(value) : one);
    } finally {
      call("check", { name, passed, request, tags: tagsOf(tags) });
    }
    all &&= passed;
  }
  return all;
}

/** Waits so many seconds; the user does nothing else meanwhile. A text of `__ENV` may say them, without a unit. */
export function sleep(seconds: number | string): void {
  const isText = typeof seconds === "string";
  const wanted = isText && seconds.trim() !== "" ? Number(seconds) : seconds;
  if (typeof wanted !== "number" || !Number.isFinite(wanted) || wanted < 0) {
    refuse(`sleep(${isText ? JSON.stringify(seconds) : String(seconds)}), which is no number of seconds from 0 on,`);
  }
  wait("sleep", wanted);
}

/** Runs a part of an iteration under a name; what it returns is returned. */
export function group<T>(name: string, part: () => T): T {
  return inGroup(name, part);
}

/** Ends the iteration as one that threw. */
export function fail(why = ""): never {
  throw new Error(why);
}
