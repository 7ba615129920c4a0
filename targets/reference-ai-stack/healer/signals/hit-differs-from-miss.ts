// A replica answers the same prompt otherwise out of its cache than around it: what it has cached is wrong.
import { signal } from "./signal.ts";
import { twice } from "./sources.ts";
import type { Confirm } from "./signal.ts";

/** The same ones once more; all that is asked twice is confirmed by this. */
export const confirmTwice: Confirm = async (_suspicion, { replica }, { eyes, replicas }) => {
  const entry = replicas.find((one) => one.replica === replica);
  const view = entry === undefined ? null : await eyes.askTwice(entry.port, entry.service);
  if (view === null) return { confirmed: false, says: "it did not answer both times" };
  const says = `asked again: ${view.differing} of ${view.asked} prompts differ`;
  return view.differing > 0 ? { confirmed: true, says, by: "checks" } : { confirmed: false, says };
};

export const hitDiffersFromMiss = signal({
  name: "hit-differs-from-miss",
  rule: "2 of 20 prompts of the healer's own in turn, each asked out of the prefix cache and around it (`cache_salt`): an answer differs",
  detector: twice,
  soft: { confirm: confirmTwice, probe: "both once more" },
  speaksFor: { "cache-corrupt": 30, "replica-slow": 0.2 },
});
