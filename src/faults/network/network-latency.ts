// network.latency: makes one edge slow, by a latency toxic on its proxy; proved by round trips through that edge.

import { z } from "zod";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { EdgeControl } from "../../core/controls.ts";
import type { Ms } from "../../core/units.ts";
import { fault } from "../fault.ts";
import { durationWithin, need } from "../parts/params.ts";
import { seenWithin } from "../parts/seen-within.ts";

const kind = "network.latency";
/**
 * Asked at the same time, so that proof costs one latency; the fastest counts, because a busy machine only ever adds
 * time.
 */
const roundTrips = 5;
/** The share of the latency asked for that must be seen. */
const requiredShare = 0.8;
/** A replica that does not answer is asked again for so long, ms. */
const answersWithinMs: Ms = 5_000;
/**
 * With jitter the fastest may come earlier by all of it; but this share of the latency must be seen whatever the
 * jitter.
 */
const leastShare = 0.2;

const paramsSchema = z
  .strictObject({
    latency: durationWithin("1ms", "1m").describe("Every answer comes this much later: 1ms to 1m."),
    jitter: durationWithin("0ms", "1m")
      .default(0)
      .describe("Up to this much more or less, at random; at most the latency, 0ms when absent."),
  })
  .refine((params) => params.jitter <= params.latency, { path: ["jitter"], message: "at most the latency" });

export const networkLatency = fault({
  name: kind,
  about: "Delays every answer on one network edge by a fixed time, with optional jitter.",
  acts: "edge",
  wayBack: "takes its toxic off the edge",
  needs: ["edge"],
  wants: ["process"],
  params: paramsSchema,
  example: { latency: "400ms", jitter: "20ms" },

  async prepare(_params, site) {
    const present = await toxicsOn(site.controls.edge);
    let toxic = `latency-${site.seed}`;
    // A toxic of the same name would be replaced by ours and lost with it.
    while (present.includes(toxic)) toxic = `${toxic}x`;
    return { toxic, present };
  },

  async apply(params, { toxic }, site, signal) {
    const { edge } = site.controls;
    if ((await toxicsOn(edge)).includes(toxic)) {
      throw new HarnessError("environment", `the edge has a toxic ${toxic} by now: ours would replace it`);
    }
    const answering = await site.controls.process?.find().catch(() => undefined);
    const before = await fastestRoundTrip(edge, signal);
    signal.throwIfAborted();
    const attributes = { latency: params.latency, jitter: params.jitter };
    site.harmBegins?.();
    await edge.addToxic({ name: toxic, type: "latency", stream: "downstream", toxicity: 1, attributes });
    return { before, answering };
  },

  async observe({ params: { latency, jitter }, before: { before, answering } }, site, signal) {
    const atLeast = Math.max(requiredShare * latency - jitter, leastShare * latency);
    const { after, unanswered } = await tripsAfter(site.controls.edge, signal, async () =>
      answering === undefined ? true : (await site.controls.process?.isAlive(answering)) !== false,
    );
    const figure =
      after === undefined ? "not measured after" : `${after.toFixed(1)} ms after (fastest of ${roundTrips})`;
    return {
      confirmed: after !== undefined && after - before >= atLeast,
      expected: `fastest round trip through the edge at least ${atLeast.toFixed(0)} ms longer`,
      seen: `${before.toFixed(1)} ms before, ${figure}${unanswered}`,
    };
  },

  async revert(undo, site) {
    const edge = need(site, kind, "edge");
    const expected = `no toxic ${undo.toxic} on the edge`;
    const removed = await edge.removeToxic(undo.toxic).catch(async (thrown: unknown) => {
      if ((await edge.toxicNames()) !== undefined) throw thrown;
      return false;
    });
    const left = await edge.toxicNames();
    if (left === undefined)
      return { confirmed: true, expected, seen: "the fault proxy is gone, and the toxic with it" };
    return {
      confirmed: !left.includes(undo.toxic),
      expected,
      seen: `${removed ? "taken away" : "was not there any more"}; toxics now: ${left.join(", ") || "none"}`,
    };
  },
});

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
async function tripsAfter(
  edge: EdgeControl,
  signal: AbortSignal,
  isSame: () => Promise<boolean>,
): Promise<{ readonly after: Ms | undefined; readonly unanswered: string }> {
  const figures: Ms[] = [];
  let failed = 0;
  let reason = "";
  const answered = async (): Promise<boolean> => {
    try {
      figures.push(await fastestRoundTrip(edge, signal));
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

async function fastestRoundTrip(edge: EdgeControl, signal: AbortSignal): Promise<Ms> {
  return Math.min(...(await Promise.all(Array.from({ length: roundTrips }, () => edge.roundTripMs(signal)))));
}
