// `npm run bench:harness`: what the harness itself costs. Figures of one run on one machine, for comparing, not for asserting.

import { judgeLongTrial } from "./judge.ts";

const { events, seconds, peakMiB, outcome } = await judgeLongTrial(10);
console.log(
  `judge   ${(events / 1e6).toFixed(1)} million events of 10 h: ${seconds.toFixed(0)} s, ${Math.ceil(peakMiB)} MiB at most (${outcome})`,
);
