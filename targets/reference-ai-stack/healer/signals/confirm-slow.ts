// The second look at a replica that is taken for slow: active checks of it and of its siblings, on users' way.
import { median } from "../detection/robust.ts";
import type { Eyes } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Confirm } from "./signal.ts";

/** For the README. */
export const SLOW_PROBE =
  "3 checks at once through the gateway, median 3 × and 100 ms above the siblings'; or 12 s without a break";

export const confirmSlow: Confirm = async (_suspicion, scope, context) => {
  const rule = NUMBERS.confirm;
  const { tries, persistMs } = context;
  const siblings = context.replicas.filter(
    (entry) => entry.service === scope.service && entry.replica !== scope.replica && entry.pid !== null,
  );
  const [own, ...others] = await Promise.all(
    [scope.replica, ...siblings.map((entry) => entry.replica)].map((replica) =>
      checkSeveral(context.eyes, replica, tries),
    ),
  );
  if (own === undefined || others.length === 0) return { confirmed: false, says: "no sibling to compare with" };
  const ownMs = median(own);
  const othersMs = median(others.map(median));
  // Who cannot be reached is not slow: that is for the hard probe to say.
  if (!Number.isFinite(ownMs)) return { confirmed: false, says: "active checks did not reach it" };
  const says = `${tries} active checks: median ${show(ownMs)} against ${show(othersMs)} at its siblings`;
  if (ownMs > rule.factor * othersMs && ownMs > othersMs + rule.aboveMs) return { confirmed: true, says, by: "checks" };
  if (context.stoodMs >= persistMs) {
    const stood = `slower than its siblings for ${Math.round(context.stoodMs / 1000)} s without a break`;
    return { confirmed: true, says: `${stood}, although ${says}`, by: "standing" };
  }
  return { confirmed: false, says };
};

/** At the same time, so that proof costs one latency. A failed check counts as endless. */
async function checkSeveral(eyes: Eyes, replica: string, tries: number): Promise<readonly number[]> {
  const seen = await Promise.all(Array.from({ length: tries }, () => eyes.check(replica)));
  return seen.map((ms) => ms ?? Number.POSITIVE_INFINITY);
}

function show(ms: number): string {
  return Number.isFinite(ms) ? `${ms.toFixed(0)} ms` : "no answer";
}
