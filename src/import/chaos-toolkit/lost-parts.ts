// What of an intent has no place in an experiment of Chaos Toolkit, beside single conditions and disturbances.

import { isTreatment } from "../../core/arms.ts";
import { formatDuration } from "../../core/duration.ts";
import type { Intent } from "../../core/intent.ts";

/** What became of one part of an intent. */
export interface ExportNote {
  readonly part: string;
  readonly fate: "kept" | "changed" | "dropped";
  readonly because: string;
}

export type Say = (part: string, fate: ExportNote["fate"], because: string) => void;

type Lost = readonly (readonly [part: string, isThere: boolean, because: string])[];

/** Says it of every part that the intent has. */
export function sayLost(intent: Intent, say: Say): void {
  const lost = [...ofRun(intent), ...ofJudging(intent)];
  for (const [part, isThere, because] of lost) if (isThere) say(part, "dropped", because);
}

function ofRun({ arms, load, limits, abortIf, trials, stopping, operator, settings }: Intent): Lost {
  return [
    [
      "arms",
      arms.some((arm) => !isTreatment(arm)),
      "the same without the repair is not run: nothing proves which repair did it",
    ],
    ["seed", true, "nothing is drawn there: what is hit is what you name"],
    ["load", true, `no requests are sent: bring ${load.ratePerSecond}/s of your own`],
    [
      "load.warmup",
      load.warmupMs > 0,
      `it waits for the baseline alone: begin with your requests ${formatDuration(load.warmupMs)} before`,
    ],
    ["limits", limits !== undefined, "nothing there bounds what an action hits"],
    ["abort_if", abortIf !== undefined, "write it as a control of chaosaddons.controls.safeguards"],
    ["trials", trials > 1 || stopping !== undefined, `it runs once, not ${trials} times`],
    ["operator", operator !== undefined, "nobody answers the healer's questions"],
    ["settings", settings !== undefined, "the stack is started by you"],
  ];
}

function ofJudging({ expect, steady, again, weaknesses }: Intent): Lost {
  const { detected, recovered, budget, never, heldFire } = expect;
  return [
    [
      "steady.window",
      true,
      `nothing looks all the time: a breach that heals leaves no trace (windows of ${formatDuration(steady.windowMs)} here)`,
    ],
    ["steady.bad_after", true, "one bad look is a failed hypothesis"],
    ["steady.back", steady.conditions.some(({ back }) => back !== undefined), "before and after are judged alike"],
    ["steady.probe_every", steady.probeEveryMs !== undefined, "it looks once before, and once after"],
    ["expect.detected", detected !== undefined, "nobody hears what the healer says"],
    [
      "expect.recovered.by",
      recovered !== undefined,
      `who repaired is not asked; that it is well is asked once, ${formatDuration(recovered?.withinMs ?? 0)} after`,
    ],
    ["expect.recovered.hold", recovered !== undefined, "one look at the end cannot see a relapse"],
    ["expect.hold_fire", heldFire, "what the healer does is not seen"],
    ["expect.again", again !== undefined, "there is no second time"],
    ["expect.budget", budget !== undefined, "requests are not counted"],
    ["expect.never", never.length > 0, "nothing looks in between"],
    ["known_weaknesses", weaknesses !== undefined, "a failure that is known is told from no other there"],
  ];
}
