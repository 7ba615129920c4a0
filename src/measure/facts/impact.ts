// What users felt while they were hurt: over the same stretch as the error budget, whether the intent has one or not.

import { armOf } from "../../core/arms.ts";
import { burnRate, burntPerMinute, levelOf, usualSlo } from "../../core/impact.ts";
import { fact } from "./fact.ts";

export const impact = fact(
  "impact",
  ["marks", "recovery"],
  ({ plan, course, settledIn }, { marks: { t0, t1, t6 }, recovery }) => {
    const { slo = usualSlo, stream } = plan.expect.budget ?? {};
    if (course === undefined || t0 === undefined || slo >= 1 || armOf(plan.arm).disturbs !== "fault") return undefined;
    const to = recovery === "healed" && t6 !== undefined ? t6.at : course.until;
    const settled = settledIn({ from: t1?.at ?? course.since, to }, stream);
    if (settled === undefined || settled.expected === 0) return undefined;
    const felt = { bad: settled.bad / settled.expected, slo };
    return { level: levelOf(felt), ...felt, burnRate: burnRate(felt), burntPerMinute: burntPerMinute(felt) };
  },
);
