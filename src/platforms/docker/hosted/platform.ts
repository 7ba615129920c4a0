// The platform docker with the stacks of this machine's processes that can run as containers, too (start.compose).

import type { Platform } from "../../../core/platform.ts";
import type { MachinePlatform } from "../../starting/run-program.ts";
import { offeredOf } from "./controls.ts";
import { reopenHosted, startHosted } from "./stack.ts";
import { isHostedWatch, watchBoth } from "./watch.ts";

/** `docker` for stacks that name their containers themselves, and for the others what they share with processes. */
export function withHosted(docker: Platform, machine: MachinePlatform): Platform {
  const { openSampler } = machine;
  return {
    ...docker,
    ...(openSampler && { openSampler }),
    offers: (target, site) =>
      target.start.compose === undefined ? docker.offers(target, site) : offeredOf(machine.offers(target, site)),
    prepare: (target, how) => (target.start.compose === undefined ? docker : machine).prepare(target, how),
    watch: () => watchBoth(machine.watch()),
    async start(target, how, journal, signal) {
      const { machine: given, ...rest } = how;
      // Which platform it is: for who compares trials, and not for the stack.
      const { platform: _own, ...settings } = how.settings ?? {};
      const watch = given !== undefined && isHostedWatch(given) ? given : watchBoth(given ?? machine.watch());
      const { compose } = target.start;
      if (compose === undefined) {
        watch.leaveMachine();
        return docker.start(target, { ...rest, machine: watch.containers }, journal, signal);
      }
      return startHosted({ machine, compose, target, how: { ...rest, settings }, watch, journal }, signal);
    },
    reopen: async (handle) => (await reopenHosted(machine, handle)) ?? docker.reopen(handle),
  };
}
