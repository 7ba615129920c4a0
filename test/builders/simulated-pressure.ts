// What looks at two processors see: a calm machine, strangers that take them, and a stack that takes them itself.

import type { PressureLook } from "../../src/records/pressure.ts";
import type { Ms } from "../../src/core/units.ts";

/** Half a second of a stack whose healer waited so long, ms of processor time beside it. */
export function looked(healerWaitMs: Ms, used: { target: Ms; others: Ms; stolen?: Ms }): PressureLook {
  return {
    ok: true,
    cores: 2,
    target: {
      cpuMs: used.target,
      waits: [
        { instance: "pid 1", what: "node healer/main.js", waitMs: healerWaitMs, runMs: used.target / 2 },
        { instance: "pid 2", what: "node vector/main.js", waitMs: healerWaitMs / 2, runMs: used.target / 2 },
      ],
    },
    ours: { cpuMs: 50, waitMs: 5 },
    othersMs: used.others,
    stolenMs: used.stolen ?? 0,
  };
}

export const calm = looked(20, { target: 150, others: 20 });
export const starved = looked(300, { target: 150, others: 800 });
/** Strangers that take what there is, while the scheduler lets the stack in soon: it has a session of its own. */
export const crowded = looked(30, { target: 150, others: 800 });
/** As many strangers, and a processor that is free now and then. */
export const shared = looked(30, { target: 150, others: 550 });
/** The stack wants more than there is, and nobody else does. */
export const selfMade = looked(400, { target: 940, others: 10 });
/** One that wants nearly all there is, and somebody else who wants a little. */
export const mostlySelfMade = looked(450, { target: 700, others: 250 });
export const unmeasured: PressureLook = { ok: false, reason: "only Linux tells" };
