// `npm run bench:history -- [--nights 365] [--trials 200] [--rounds 9]`: how long a history takes to open to the list
// of its nights. Prints every figure; exit code 1 when the median is above its bound.

import { parseArgs } from "node:util";
import { openHistory } from "../../../../src/history/open-history.ts";
import { appendRows } from "../../../../src/history/rows-file.ts";
import { historyLines } from "../../../../src/report/history-text.ts";
import { historyFolder, historyRow, ofNight } from "../../../builders/history-rows.ts";

const { values } = parseArgs({
  options: {
    nights: { type: "string", default: "365" },
    trials: { type: "string", default: "200" },
    rounds: { type: "string", default: "9" },
  },
});
const mostMs = 300;
const [nights, trials, rounds] = [Number(values.nights), Number(values.trials), Number(values.rounds)];
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Opens the history and makes the lines of `rebound history list`; ms. */
async function opened(dir: string): Promise<number> {
  const began = performance.now();
  using history = await openHistory(dir, print);
  const lines = historyLines(await history.runs(), 30);
  const took = performance.now() - began;
  if (!lines.at(-1)?.startsWith(`${nights} runs with ${nights * trials} trials`)) throw new Error(lines.join("\n"));
  return took;
}

await using folder = await historyFolder();
for (let night = 0; night < nights; night += 1) {
  const rows = Array.from({ length: trials }, (_, index) =>
    historyRow({ ...ofNight(night), intent: `theme/intent-${index % 40}`, n: 1 + Math.floor(index / 40) }),
  );
  await appendRows(folder.dir, rows);
}
print(`${nights} nights of ${trials} trials`);
print(`first opening, which makes the index: ${(await opened(folder.dir)).toFixed(0)} ms`);
const times: number[] = [];
for (let round = 0; round < rounds; round += 1) times.push(await opened(folder.dir));
const sorted = times.toSorted((a, b) => a - b);
const median = sorted[Math.floor(rounds / 2)] ?? Infinity;
print(
  `opened ${rounds} times: ${times.map((ms) => ms.toFixed(0)).join(", ")} ms; median ${median.toFixed(0)}, bound ${mostMs} ms`,
);
if (median > mostMs) process.exitCode = 1;
