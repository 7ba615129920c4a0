// How good the forecast of exhaustion is: leaks of a known rate under noise with wild samples.

import {
  exhaustionOf,
  theilSen,
  type Point,
} from "../../../../targets/reference-ai-stack/healer/detection/theil-sen.ts";
import { normalFrom } from "./chance.ts";

const TIMES = 400;
const POINTS = 60;
const EVERY_S = 10;
/** MiB. */
const START = 100;
const LIMIT = 512;
const PER_SECOND = 0.05;
const NOISE = 8;
const WILD_SHARE = 0.1;
const WILD = 150;

/** Of 400 leaks: how far off the forecast is, and how often the truth lies within its bounds. */
export function leakTable(): string {
  const normal = normalFrom(5);
  const points = (perSecond: number): Point[] =>
    Array.from({ length: POINTS }, (_, i) => {
      const wild = Math.abs(normal()) > 1.645 ? WILD : 0;
      return { at: i * EVERY_S, value: START + perSecond * i * EVERY_S + NOISE * normal() + wild };
    });
  const now = START + PER_SECOND * (POINTS - 1) * EVERY_S;
  const truth = (LIMIT - now) / PER_SECOND;
  const off: number[] = [];
  let within = 0;
  let seen = 0;
  let falsely = 0;
  for (let n = 0; n < TIMES; n += 1) {
    const trend = theilSen(points(PER_SECOND));
    const flat = theilSen(points(0));
    if (trend === undefined || flat === undefined) continue;
    const { expected, earliest, latest } = exhaustionOf(trend, LIMIT);
    off.push(Math.abs(expected - truth) / truth);
    if (truth >= earliest && truth <= latest) within += 1;
    if (trend.low > 0) seen += 1;
    if (flat.low > 0) falsely += 1;
  }
  off.sort((a, b) => a - b);
  const percent = (count: number): string => `${((100 * count) / TIMES).toFixed(1)} %`;
  const at = (share: number): string => `${(100 * (off[Math.floor(share * off.length)] ?? 0)).toFixed(0)} %`;
  return [
    `Leaks of ${PER_SECOND * 60} MiB a minute, ${POINTS} looks, ${100 * WILD_SHARE} % of them wild: time to ${LIMIT} MiB, ${TIMES} times`,
    `  off by ${at(0.5)} at the median, ${at(0.9)} in nine of ten; the truth within the bounds ${percent(within)}`,
    `  a growth is seen ${percent(seen)} of the time, and where there is none ${percent(falsely)}`,
  ].join("\n");
}
