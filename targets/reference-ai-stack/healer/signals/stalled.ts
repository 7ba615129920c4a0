// Work under way and none done: seen in a server's own counts, whatever its health check says. A count that a dead
// process left behind looks the same, so the gateway has to have requests waiting there, too.
import { NUMBERS } from "../numbers.ts";
import { signal } from "./signal.ts";
import type { Confirm } from "./signal.ts";
import { metrics } from "./sources.ts";

const confirmStall: Confirm = async (_suspicion, { replica }, { eyes }) => {
  const view = (await eyes.traffic())?.find((one) => one.replica === replica);
  const oldestMs = view?.oldestMs ?? 0;
  const seconds = `${(oldestMs / 1000).toFixed(1)} s`;
  if (oldestMs >= NUMBERS.metrics.stall.afterMs / 2) {
    return { confirmed: true, says: `the gateway has waited for an answer of it for ${seconds}` };
  }
  return { confirmed: false, says: "the gateway waits for nothing there: the count may be a dead process's" };
};

export const stalled = signal({
  name: "stalled",
  rule: "running or waiting above 0 while first tokens, ends and tokens stand still: 2 s, 3 readings, twice their age",
  detector: metrics,
  soft: { confirm: confirmStall, probe: "requests at the gateway that have waited for it for 1 s" },
  speaksFor: { "replica-hung": 30, "replica-down": 3, "replica-slow": 0.2 },
});
