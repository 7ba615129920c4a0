// container.limit: the engine lets the container of one replica have less memory, or less of the processors, as after a
// deployment with a wrong limit. The limit stays with a container that is started again; proved by the kernel.

import { z } from "zod";
import type { QuotaFields, QuotaName } from "../../core/container-controls.ts";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { startIfDown } from "../parts/start-again.ts";

const mib = 2 ** 20;
/** An engine takes no less, bytes and processors. */
const least: Readonly<Record<QuotaName, number>> = { memory: 6 * mib, processors: 0.01 };
const leastShare = 0.01;
const mostShare = 0.95;
const shareBounds = `a share from ${leastShare} to ${mostShare}`;

interface Lowered {
  readonly container: string;
  readonly limit: QuotaName;
  readonly before: QuotaFields;
  readonly lowered: QuotaFields;
  readonly to: number;
  readonly [field: string]: string | number | QuotaFields;
}

export const containerLimit = fault({
  name: "container.limit",
  about:
    "Lowers what the engine lets one replica's container have: memory to little more than it holds, or processors.",
  acts: "replica",
  wayBack: "orders the limit of before from the engine, and starts a replica that died of it",
  needs: ["quotas"],
  wants: ["process", "replica"],
  params: z.strictObject({
    limit: z.enum(["memory", "processors"]).describe("What is limited: memory or processors."),
    room: z
      .int()
      .min(0)
      .max(65_536)
      .default(16)
      .describe("Of memory: what it may still take, MiB beyond what it holds and cannot give up; 16 when absent."),
    share: z
      .number(shareBounds)
      .min(leastShare, shareBounds)
      .max(mostShare, shareBounds)
      .default(0.1)
      .describe("Of processors: the share of what it may use now, 0.01 to 0.95; 0.1 when absent."),
  }),
  example: { limit: "memory", room: 32 },

  async prepare({ limit, room, share }, { replica, controls: { quotas } }): Promise<Lowered> {
    const look = await quotas.look(limit);
    if (look === undefined) throw new HarnessError("environment", `${replica} has no running container to limit`);
    const { container, before, may = look.has, has } = look;
    const wanted = limit === "memory" ? has + room * mib : may * share;
    const to = Math.max(least[limit], limit === "memory" ? Math.ceil(wanted / mib) * mib : wanted);
    if (to >= may) {
      throw new HarnessError("environment", `${replica} may have ${may} of ${limit} already: ${to} is no less`);
    }
    return { container, limit, before, lowered: quotas.orderFor(look, limit, to), to };
  },

  async apply(_params, { container, limit, before, lowered }, { replica, controls: { quotas }, harmBegins }, signal) {
    if ((await quotas.seen(container, before, limit))?.isTold !== true) {
      throw new HarnessError("environment", `the container of ${replica} is gone, or has another limit by now`);
    }
    signal.throwIfAborted();
    harmBegins?.();
    await quotas.order(container, lowered);
  },

  // It may have died of it by the time we look: then only the engine can say that the limit holds.
  async observe({ undo: { container, limit, lowered, to } }, { replica, controls: { quotas } }) {
    const expected = `${replica} may have ${to} of ${limit}, by the kernel`;
    const seen = await quotas.seen(container, lowered, limit);
    if (seen === undefined) return { confirmed: false, expected, seen: "its container is gone" };
    const { isTold, enforced } = seen;
    const isLow = enforced === undefined || (typeof enforced === "number" && enforced <= to * 1.001);
    const otherwise = isTold === undefined ? ", and the engine does not say" : ", and the engine was told otherwise";
    return {
      confirmed: isTold === true && isLow,
      expected,
      seen: `${enforced ?? "nothing of it runs"}${isTold === true ? "" : otherwise}`,
    };
  },

  async revert({ container, limit, before, lowered }, site, signal) {
    const { quotas } = site.controls;
    const expected = `the limit of ${limit} is what it was, by the engine, and the replica runs`;
    if (quotas === undefined) return { confirmed: false, expected, seen: "the platform has no limits of containers" };
    // What somebody else has ordered meanwhile is left alone.
    if ((await quotas.seen(container, lowered, limit))?.isTold === true) await quotas.order(container, before);
    const after = await quotas.seen(container, lowered, limit);
    const { runs, seen } = await startIfDown(site, signal);
    const says = after === undefined ? "its container is gone" : loweredWords(after.isTold);
    return { confirmed: (after === undefined || after.isTold === false) && runs, expected, seen: `${says}${seen}` };
  },
});

function loweredWords(isLowered: boolean | undefined): string {
  if (isLowered === undefined) return "the engine does not say whether it is still lowered";
  return isLowered ? "it is still lowered" : "it is not lowered";
}
