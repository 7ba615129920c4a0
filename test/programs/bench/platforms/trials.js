// Two figures of the same trials: t0 against the engine's event, and what a trial costs beyond the engine's own work.

import { overheadRow, t0Row, trialLine } from "../../../../dist/test/programs/bench/platforms/figures.js";
import { overheadOf, partsText } from "../../../../dist/test/programs/bench/platforms/overhead.js";
import { makeFolder, requestsIn, startRun, trialsIn, trialsOfRun } from "./one-run.js";
import { t0Error } from "./times.js";

/** Both figures over so many runs of two trials. */
export async function measureTrials({ engine, runs, say }) {
  const trials = [];
  for (let run = 1; run <= runs; run += 1) {
    const { died, found, requests, wallAheadMs, said } = await oneRun(engine, run);
    const seen = found.map(({ timeline, t0, holdMs, arm }) => {
      const overhead = overheadOf(timeline, requests, holdMs);
      const trial = { error: t0Error({ timeline, t0, died, wallAheadMs }), share: overhead?.share };
      say(`${trialLine(run, trial)}${overhead === undefined ? "" : `; ${arm}: ours in ${partsText(overhead)}`}`);
      return trial;
    });
    const missing = Math.max(0, trialsOfRun - seen.length);
    if (missing > 0) say(`run ${run}: ${missing} of ${trialsOfRun} trials are missing:\n${said.trimEnd()}`);
    trials.push(...seen, ...Array.from({ length: missing }, () => ({})));
  }
  return [t0Row(trials), overheadRow(trials)];
}

async function oneRun(engine, seed) {
  const folder = await makeFolder(engine.host);
  try {
    return await runIn(folder, engine, seed);
  } finally {
    await folder.remove();
  }
}

async function runIn(folder, engine, seed) {
  const died = [];
  const stream = await engine.docker.getEvents({ filters: { type: ["container"], event: ["die"] } });
  stream.setEncoding("utf8");
  let rest = "";
  stream.on("data", (part) => {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") died.push(JSON.parse(line).timeNano / 1e6);
  });
  const run = startRun(folder, seed, true);
  await run.exited;
  const wallAheadMs = performance.timeOrigin + performance.now() - Number(process.hrtime.bigint()) / 1e6;
  stream.destroy();
  return {
    died,
    found: await trialsIn(folder.out),
    requests: await requestsIn(folder.requests),
    wallAheadMs,
    said: run.said(),
  };
}
