// Whether it recovered, whose merit that was, and whether it stayed so.

import { streamsOf } from "../../core/streams.ts";
import { recoveryOf, relapseAfter } from "../marks/recovery.ts";
import { widenedMark } from "../marks/window-marks.ts";
import { fact } from "./fact.ts";

export const recovery = fact("recovery", [], ({ plan, course, settledIn }) => {
  if (course === undefined) return "unseen";
  const { periods, since, until, byWindow } = course;
  const settled = streamsOf(plan.load).flatMap(({ name }) => {
    const counted = settledIn({ from: since, to: until }, name);
    return counted === undefined ? [] : [{ ...counted, ...(name !== undefined && { stream: name }) }];
  });
  return recoveryOf(byWindow, plan, { periods, since, settled });
});

export const relapse = fact("relapse", [], ({ plan, course, load }) => {
  if (course === undefined) return { watchedMs: 0, wantedMs: 5 * plan.holdMs };
  const found = relapseAfter(course.byWindow, plan, course.periods);
  if (found.at === undefined) return found;
  return { ...found, at: widenedMark(found.at, load.clockMs ?? 0, course.since) };
});
