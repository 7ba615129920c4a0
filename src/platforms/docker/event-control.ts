// When the engine's events were, on our clock. An engine on this machine has its clock, which is compared with our
// monotonic one; another one's is asked for, by round trips. Compared before the harm and after it: a clock that was
// set in between is noticed, and widens what is known.

import { z } from "zod";
import { openClockCourse, type RoundTrip } from "../../core/clock-course.ts";
import type { EventControl, Hearing } from "../../core/told-effect.ts";
import type { Ms } from "../../core/units.ts";
import { containerNow, containerOf } from "./containers.ts";
import type { Engine } from "./engine.ts";
import { isSeenHere } from "./main-process.ts";
import type { Project } from "./project.ts";
import { toldBetween } from "./told.ts";

/** Looks at a clock of one comparison: the shortest counts, as a busy machine may interrupt one. */
const tripsAtOnce = 3;
/** SystemTime is read to whole milliseconds, rounded down. */
const roundedMs: Ms = 1;
const nsPerMs = 1e6;

const infoSchema = z.object({ SystemTime: z.string() });
const eventSchema = z.object({
  timeNano: z.number(),
  Actor: z.object({ Attributes: z.object({ container: z.string().optional() }) }),
});

export function eventControl({ engine }: Pick<Project, "engine">): EventControl {
  return {
    async hear(container) {
      const id = container.startsWith("container ") ? containerOf(container).id : container;
      const seen = await containerNow(engine, id);
      // What runs among this machine's processes has this machine's clock, wherever its engine answers.
      const isHere = seen !== undefined && (await isSeenHere(seen));
      return hearingOf(engine, id, isHere ? async () => tripsHere() : async () => tripsThere(engine));
    },
  };
}

/** `compare`: round trips to the engine's clock, at least one. */
async function hearingOf(engine: Engine, id: string, compare: () => Promise<readonly RoundTrip[]>): Promise<Hearing> {
  const course = openClockCourse(await compare());
  const from = monotonicMs();
  let jumpedMs: Ms = 0;
  return {
    async told(event) {
      course.compare(await compare());
      const now = monotonicMs();
      jumpedMs = Math.max(jumpedMs, course.worstSince(now));
      const { aheadMs } = course.at(now);
      const filters =
        event === "disconnect" ? { type: ["network"], event: [event] } : { container: [id], event: [event] };
      const asked = { since: from + aheadMs - jumpedMs, until: now + aheadMs + jumpedMs, filters };
      return (await toldBetween(engine, asked)).flatMap((line) => {
        const { data } = eventSchema.safeParse(line);
        const whose = data?.Actor.Attributes.container;
        if (data === undefined || (event === "disconnect" && whose?.startsWith(id) !== true)) return [];
        const at = data.timeNano / nsPerMs - aheadMs;
        const errorMs = Math.max(course.at(at).errorMs, jumpedMs);
        return [{ lo: at - errorMs, hi: at + errorMs }];
      });
    },
  };
}

function monotonicMs(): Ms {
  return Number(process.hrtime.bigint()) / nsPerMs;
}

function tripsHere(): readonly RoundTrip[] {
  return Array.from({ length: tripsAtOnce }, tripHere);
}

/** The clock shows whole milliseconds: the moment at which it moves on is known best, and comes within one. */
function tripHere(): RoundTrip {
  let asked = monotonicMs();
  const first = Date.now();
  for (;;) {
    const next = monotonicMs();
    const shown = Date.now();
    if (shown !== first) return { asked, received: shown, answered: shown, heard: monotonicMs() };
    asked = next;
  }
}

async function tripsThere({ docker }: Engine): Promise<readonly RoundTrip[]> {
  const trips: RoundTrip[] = [];
  for (let trip = 0; trip < tripsAtOnce; trip += 1) {
    const asked = monotonicMs() - roundedMs / 2;
    const { SystemTime: said } = infoSchema.parse(await docker.info());
    const shown = Date.parse(said) + roundedMs / 2;
    trips.push({ asked, received: shown, answered: shown, heard: monotonicMs() + roundedMs / 2 });
  }
  return trips;
}
