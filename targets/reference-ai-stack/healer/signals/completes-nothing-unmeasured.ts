// The same where nobody tells whether tokens move: telemetry is stale, or there is none. Long work looks just like it,
// and a restart would cut each of its answers, so the replica's own page is asked before anything is believed.
import { signal } from "./signal.ts";
import type { Confirm } from "./signal.ts";
import { deepProbe } from "./sources.ts";

const confirmByOwnCount: Confirm = async (_suspicion, { replica }, { eyes, replicas, persistMs, stoodMs }) => {
  const port = replicas.find((one) => one.replica === replica)?.port;
  if (port === undefined) return { confirmed: false, says: `${replica} is not known any more` };
  const moves = await eyes.tokensMove(port);
  if (moves === true) return { confirmed: false, says: "its own page counts more tokens after a second: it works on" };
  if (moves === false)
    return { confirmed: true, says: "its own page counts no token more after a second", by: "checks" };
  // A server without such a page: what has stood that long, with users who wait, is its own second signal.
  const oldestMs = (await eyes.traffic())?.find((one) => one.replica === replica)?.oldestMs ?? 0;
  const stood = `it has stood for ${Math.round(stoodMs / 1000)} s`;
  const isOld = stoodMs >= persistMs && oldestMs >= persistMs;
  const waits = `a user's request waits there for ${(oldestMs / 1000).toFixed(1)} s`;
  return { confirmed: isOld, says: `no count of tokens can be read off it; ${stood}, and ${waits}`, by: "standing" };
};

export const completesNothingUnmeasured = signal({
  name: "completes-nothing-unmeasured",
  rule: "4 completions of one token not made within 1 s, /health answers within 500 ms, and nobody tells of its tokens",
  detector: deepProbe,
  soft: {
    confirm: confirmByOwnCount,
    probe: "its own count of tokens, twice, 1 s apart; without one, that and a user's request stand for 12 s",
  },
  speaksFor: { "replica-hung": 30, "replica-down": 3, "replica-slow": 0.2 },
});
