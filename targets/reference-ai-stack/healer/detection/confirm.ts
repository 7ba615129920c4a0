// Detection is not action: a statistical suspicion is told to nobody before an active probe has seen the same.
import type { Eyes, ReplicaEntry, ReplicaScope, Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Suspicion } from "./detect.ts";
import { isLowShare } from "./index-detector.ts";
import { median } from "./robust.ts";

export interface Confirmation {
  readonly confirmed: boolean;
  /** What the confirming probe saw, in words. */
  readonly says: string;
  /** Signals that only the confirming probe brought to light. */
  readonly also?: readonly Signal[];
}

export interface ConfirmContext {
  readonly eyes: Eyes;
  readonly replicas: readonly ReplicaEntry[];
  /** This signature was confirmed before, so fewer tries will do. */
  readonly known: boolean;
  /** How long the suspicion has stood without a break, ms. */
  readonly stoodMs: number;
}

/** Does this suspicion rest on statistics or a single look alone? Then it is told to nobody before it is confirmed. */
export function needsConfirming(suspicion: Suspicion): boolean {
  return suspicion.scope.replica !== undefined && suspicion.signals.every((signal) => SOFT.has(signal.name));
}

/** Asks for a second opinion where one signal alone is not enough. Hard probes have already missed twice. */
export async function confirm(suspicion: Suspicion, context: ConfirmContext): Promise<Confirmation> {
  const names = suspicion.signals.map((signal) => signal.name);
  const { service, replica } = suspicion.scope;
  if (replica === undefined || !needsConfirming(suspicion)) {
    return { confirmed: true, says: "seen several times in a row by the same probe" };
  }
  const scope = { service, replica };
  if (names.includes("slower-than-siblings")) return confirmSlow(scope, context);
  return confirmIndex(suspicion, scope, context);
}

const SOFT: ReadonlySet<Signal["name"]> = new Set(["slower-than-siblings", "index-hash-differs", "self-retrieval-low"]);

async function confirmSlow(scope: ReplicaScope, context: ConfirmContext): Promise<Confirmation> {
  const rule = NUMBERS.confirm;
  const tries = context.known ? rule.triesWhenKnown : rule.tries;
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
  if (ownMs > rule.factor * othersMs && ownMs > othersMs + rule.aboveMs) return { confirmed: true, says };
  if (context.stoodMs >= rule.persistMs) {
    const stood = `slower than its siblings for ${Math.round(context.stoodMs / 1000)} s without a break`;
    return { confirmed: true, says: `${stood}, although ${says}` };
  }
  return { confirmed: false, says };
}

/** A failed check counts as endless. */
async function checkSeveral(eyes: Eyes, replica: string, tries: number): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let n = 0; n < tries; n += 1) seen.push((await eyes.check(replica)) ?? Number.POSITIVE_INFINITY);
  return seen;
}

function show(ms: number): string {
  return Number.isFinite(ms) ? `${ms.toFixed(0)} ms` : "no answer";
}

async function confirmIndex(suspicion: Suspicion, scope: ReplicaScope, context: ConfirmContext): Promise<Confirmation> {
  const port = context.replicas.find((entry) => entry.replica === scope.replica)?.port;
  if (port === undefined) return { confirmed: false, says: "the replica is not in the inventory" };
  const [manifest, view] = await Promise.all([context.eyes.manifest(port), context.eyes.selfRetrieval(port)]);
  const hash = manifest === null ? "hash not seen" : manifest.matches ? "hash as written" : "hash differs";
  const share = view === null ? "self-retrieval not seen" : `self-retrieval ${(100 * view.share).toFixed(0)} %`;
  const differs = manifest?.matches === false;
  const low = view !== null && isLowShare(view.share, []);
  const says = `second look: ${hash}, ${share}`;
  const names = suspicion.signals.map((signal) => signal.name);
  const also: Signal[] = [];
  if (differs && !names.includes("index-hash-differs")) also.push({ name: "index-hash-differs", scope, says });
  if (low && !names.includes("self-retrieval-low")) also.push({ name: "self-retrieval-low", scope, says });
  return { confirmed: differs || low, says, also };
}
