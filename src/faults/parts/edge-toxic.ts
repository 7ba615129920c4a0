// What faults share that put one toxic on an edge: its name, the proof by round trips, and the way back.

import { HarnessError, messageOf } from "../../core/errors.ts";
import type { EdgeControl } from "../../core/controls.ts";
import type { Ms } from "../../core/units.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import { seenWithin } from "./seen-within.ts";

/**
 * Asked at the same time, so that proof costs one latency; the fastest counts, because a busy machine only ever adds
 * time.
 */
export const roundTrips = 5;
/** A replica that does not answer is asked again for so long, ms. */
const answersWithinMs: Ms = 5_000;

/** A name for our toxic that none on the edge has: one of the same name would be replaced by ours and lost with it. */
export async function chooseToxic(
  edge: EdgeControl,
  wanted: string,
): Promise<{ toxic: string; present: readonly string[] }> {
  const present = await toxicsOn(edge);
  let toxic = wanted;
  while (present.includes(toxic)) toxic = `${toxic}x`;
  return { toxic, present };
}

/** Throws HarnessError "environment" when somebody's toxic has that name by now. */
export async function refuseTaken(edge: EdgeControl, toxic: string): Promise<void> {
  if (!(await toxicsOn(edge)).includes(toxic)) return;
  throw new HarnessError("environment", `the edge has a toxic ${toxic} by now: ours would replace it`);
}

/** May run twice; where the proxy is gone, the toxic is gone with it. */
export async function takeToxicOff(toxic: string, edge: EdgeControl): Promise<Evidence> {
  const expected = `no toxic ${toxic} on the edge`;
  const removed = await edge.removeToxic(toxic).catch(async (thrown: unknown) => {
    if ((await edge.toxicNames()) !== undefined) throw thrown;
    return false;
  });
  const left = await edge.toxicNames();
  if (left === undefined) return { confirmed: true, expected, seen: "the fault proxy is gone, and the toxic with it" };
  return {
    confirmed: !left.includes(toxic),
    expected,
    seen: `${removed ? "taken away" : "was not there any more"}; toxics now: ${left.join(", ") || "none"}`,
  };
}

interface AfterHow {
  /** Does the same process answer as before? */
  readonly isSame: () => Promise<boolean>;
  readonly padding?: number;
}

async function toxicsOn(edge: EdgeControl): Promise<readonly string[]> {
  const names = await edge.toxicNames();
  if (names === undefined) throw new HarnessError("environment", "the fault proxy of the edge is gone");
  return names;
}

/**
 * A replica that is being started just then does not answer, and is slow when it first does. So whoever measures waits
 * until it answers, and measures once more when it did not, or another process answers than before; the faster figure
 * counts.
 */
export async function tripsAfter(
  edge: EdgeControl,
  signal: AbortSignal,
  { isSame, padding = 0 }: AfterHow,
): Promise<{ readonly after: Ms | undefined; readonly unanswered: string }> {
  const figures: Ms[] = [];
  let failed = 0;
  let reason = "";
  const answered = async (): Promise<boolean> => {
    try {
      figures.push(await fastestRoundTrip(edge, signal, padding));
      return true;
    } catch (thrown) {
      signal.throwIfAborted();
      failed += 1;
      reason = thrown instanceof HarnessError ? (thrown.hint ?? thrown.message) : messageOf(thrown);
      return false;
    }
  };
  const first = await seenWithin(answersWithinMs, signal, answered);
  const settled = first && ((failed === 0 && (await isSame())) || (await answered()));
  const times = failed === 1 ? "once" : `${failed} times`;
  return {
    after: settled ? Math.min(...figures) : undefined,
    unanswered: failed === 0 ? "" : `; ${times} without an answer (${reason})`,
  };
}

/** `padding`: bytes that each carries besides. */
export async function fastestRoundTrip(edge: EdgeControl, signal: AbortSignal, padding = 0): Promise<Ms> {
  return Math.min(...(await Promise.all(Array.from({ length: roundTrips }, () => edge.roundTripMs(signal, padding)))));
}
