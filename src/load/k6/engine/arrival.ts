// Iterations at a rate, open loop: each is due at an instant that was fixed before, and begins then if a user is free.
// One for which none is free is not begun, and counts as unsent, as k6's dropped_iterations does.

import type { Ms } from "../../../core/units.ts";
import { makeAgenda } from "../../agenda.ts";
import { startPacer } from "../../pacer.ts";
import type { Schedule } from "../../schedule.ts";
import type { Scenario } from "../script/scenarios.ts";
import type { Crowd } from "./crowd.ts";
import type { World } from "./world.ts";

/** A scenario that is under way. */
export interface Running {
  /** From `at` on `times` as much as the script says; not cumulative. */
  setRate(times: number, at: Ms): void;
  /** Begins nothing more. */
  stop(): void;
}

/** From `startMs` of the scenario on to its end. */
export function runArrivals(
  { exec, durationMs, startMs }: Scenario,
  { schedule, at, crowd, world }: { schedule: Schedule; at: Ms; crowd: Crowd; world: World },
): Running {
  const endAt = at + startMs + durationMs;
  // Where nothing more is due the end is: a rate may fall to nothing.
  const bounded: Schedule = { ...schedule, peek: () => Math.min(schedule.peek(), endAt), take };
  function take(): Ms {
    return schedule.peek() < endAt ? schedule.take() : endAt;
  }
  const agenda = makeAgenda(bounded, (intended) => {
    if (intended >= endAt) return pacer.stop();
    const user = crowd.take();
    world.metrics.add("dropped_iterations", user === undefined ? 1 : 0, world.tags);
    if (user !== undefined) return void user.iterate(exec, intended).then(() => crowd.giveBack(user));
    const never = { sent: null, firstToken: null, done: null, right: null } as const;
    world.emit({ kind: "request", at: world.clock.now(), id: world.nextId(), intended, ...never, outcome: "unsent" });
  });
  const pacer = startPacer(agenda, world.clock);
  return {
    setRate(times, from) {
      schedule.changeRate(times, from);
      pacer.wake();
    },
    stop: () => pacer.stop(),
  };
}
