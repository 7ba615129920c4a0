// `npm run bench:start [-- --rounds 3 --before COMMIT --cold-only]`: this commit and the one before, in turns, each in
// a fresh clone: how long `npm start` takes to its first verdict and to its end, with a cold and with a warm cache.
// Best on a machine that does nothing else.

import { parseArgs } from "node:util";
import { before, orderOf, withTwoBuilds } from "../two-builds.ts";
import { makeCold, startOnce } from "./one-start.ts";
import { ratiosOf, ratioText } from "./times.ts";
import type { Round, StartTimes } from "./times.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    before: { type: "string", default: before },
    "cold-only": { type: "boolean", default: false },
  },
});
const caches = values["cold-only"] ? (["cold"] as const) : (["cold", "warm"] as const);
const seconds = (time: number | undefined): string => (time === undefined ? "–" : `${time.toFixed(1)} s`);

await withTwoBuilds({ rounds: values.rounds, commit: values.before }, async ({ folders, rounds, signal }) => {
  const seen: Record<"cold" | "warm", Round[]> = { cold: [], warm: [] };
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of orderOf(round)) await makeCold(folders[name]);
    for (const cache of caches) {
      const times: { before: StartTimes; now: StartTimes } = { before: {}, now: {} };
      for (const name of orderOf(round)) {
        times[name] = await startOnce(folders[name], { say: console.log, signal });
        const { firstVerdict, end } = times[name];
        console.log(`${round} ${cache} ${name}: first ${seconds(firstVerdict)}, end ${seconds(end)}`);
      }
      seen[cache].push(times);
    }
  }
  for (const cache of caches) {
    console.log(`${cache}: first verdict ${ratioText(ratiosOf(seen[cache], "firstVerdict"))}`);
    console.log(`${cache}: end           ${ratioText(ratiosOf(seen[cache], "end"))}`);
  }
});
