// Whether a request of a user's own k6 can stand in the timeline: k6 leaves out what would be needed of some.

import type { Ms } from "../../../core/units.ts";
import type { Asked } from "./points.ts";

/** Of requests that our end of the load cuts off nothing is known; those that had waited for longer would be missed. */
const longestCutOffMs: Ms = 1_000;

/** take: as it is · pass: it is none of the load · why: the trial cannot be measured. */
export type Judged = "take" | "pass" | { readonly why: string; readonly where?: "script" };

interface Bounds {
  readonly timeoutMs: Ms;
  /** ms since the epoch; Infinity while it runs. */
  readonly askedToEndAt: number;
  readonly target: string;
  readonly hide: (text: string) => string;
}

export function judgeRequest(asked: Asked, { timeoutMs, askedToEndAt, target, hide }: Bounds): Judged {
  const { group = "", url = "", name, status, error_code: code = "unknown" } = asked.tags;
  if (/^::(?:setup|teardown)(?:::|$)/.test(group)) return "pass";
  const took = asked.duration + asked.blocked;
  if (asked.time > askedToEndAt) {
    const why = `k6's end cut off a request that had waited ${Math.round(took)} ms`;
    return took > longestCutOffMs ? { why, where: "script" } : "pass";
  }
  // It tells no times where it got no connection; of one that is refused at once the instant of the end will do.
  if (status === "0" && took === 0 && code !== "1212") {
    return { why: `k6 does not say when it asked where it got no connection (its error ${code})` };
  }
  if (took > timeoutMs + 1_000) {
    const limit = `${timeoutMs} ms`;
    return {
      why: `k6 waited ${Math.round(took)} ms for an answer: give its requests a \`timeout\` of ${limit} or less`,
    };
  }
  if (name === url && URL.canParse(url) && new URL(url).origin !== new URL(target).origin) {
    return { why: `the script asks for ${hide(url)}, and may reach its target alone (\`url\` of its stream)` };
  }
  return "take";
}
