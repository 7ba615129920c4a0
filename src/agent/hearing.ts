// Waits for messages of an agent.

import { HarnessError } from "../core/errors.ts";
import type { Ms } from "../core/units.ts";
import type { FromAgent } from "./messages.ts";

/** A message of this type. */
export type Saying<Type extends FromAgent["type"]> = Extract<FromAgent, { type: Type }>;

/** Whoever waits for something that an agent shall say. */
export interface Hearing {
  take(message: FromAgent, arrived: bigint): void;
  /** Nothing more comes: all who wait, and will, hear why. */
  fail(reason: string): void;
  /**
   * The first message of the type that fits, and when it arrived on our clock, ns. Rejects with HarnessError
   * "environment" when nothing more comes, or takes longer than `limitMs`.
   */
  next<Type extends FromAgent["type"]>(
    type: Type,
    limitMs: Ms,
    fits?: (message: Saying<Type>) => boolean,
  ): Promise<{ readonly message: Saying<Type>; readonly arrived: bigint }>;
}

/** `agent`: how errors name it. */
export function openHearing(agent: string): Hearing {
  const looking = new Set<Pick<Hearing, "take" | "fail">>();
  let over: string | undefined;
  return {
    take(message, arrived) {
      for (const look of looking) look.take(message, arrived);
    },
    fail(reason) {
      over ??= reason;
      for (const look of looking) look.fail(over);
    },
    next: (type, limitMs, fits = () => true) =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          clearTimeout(timer);
          looking.delete(look);
        };
        const look = {
          fail(reason: string) {
            done();
            reject(new HarnessError("environment", `the agent at ${agent}: ${reason}`));
          },
          take(message: FromAgent, arrived: bigint) {
            if (message.type !== type || !fits(message as Saying<typeof type>)) return;
            done();
            resolve({ message: message as Saying<typeof type>, arrived });
          },
        };
        const timer = setTimeout(() => look.fail(`no answer in ${limitMs} ms`), limitMs);
        looking.add(look);
        if (over !== undefined) look.fail(over);
      }),
  };
}
