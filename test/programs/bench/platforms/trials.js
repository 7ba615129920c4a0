// Two figures of the same trials: t0 against the engine's event, and what a trial costs beyond the engine's own work.

import { makeFolder, requestsIn, startRun, trialsIn } from "./one-run.js";
import { overheadOf, quantile, t0Error } from "./times.js";

const [mostErrorMs, mostOverhead] = [5, 0.1];

/** Both figures over so many runs of two trials. */
export async function measureTrials({ engine, runs, say }) {
  const errors = [];
  const shares = [];
  for (let run = 1; run <= runs; run += 1) {
    const { died, trials, requests, wallAheadMs } = await oneRun(engine, run);
    for (const { timeline, t0 } of trials) {
      const error = t0Error({ timeline, t0, died, wallAheadMs });
      const share = overheadOf({ timeline, requests });
      if (error !== undefined) errors.push(error);
      if (share !== undefined) shares.push(share);
      const t0Words = `t0 ${ms(error?.errorMs)} from the event (our proof: ${ms(error?.provedMs)})`;
      say(`run ${run}: ${t0Words}, overhead ${percent(share)}`);
    }
  }
  return [t0Row(errors), overheadRow(shares)];
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
  const trials = await trialsIn(folder.out);
  if (trials.length === 0) throw new Error(`a run without a trial:\n${run.said().trimEnd()}`);
  return {
    died,
    trials,
    requests: await requestsIn(folder.requests),
    wallAheadMs,
  };
}

/** The worst counts: an error of one trial is one of its marks. */
function t0Row(errors) {
  const worst = Math.max(...errors.map(({ errorMs }) => errorMs));
  const inside = errors.filter(({ isInside }) => isInside).length;
  const median = quantile(
    errors.map(({ errorMs }) => errorMs),
    0.5,
  );
  const width = quantile(
    errors.map(({ widthMs }) => widthMs),
    0.5,
  );
  return {
    what: `error of t0 against the engine's event, ${errors.length} kills`,
    reached: `worst ${ms(worst)}, median ${ms(median)}; in the mark's interval ${inside} of ${errors.length}, which is ${ms(width)} wide at the median`,
    goal: `≤ ${mostErrorMs} ms`,
    isKept: errors.length > 0 && worst <= mostErrorMs,
  };
}

function overheadRow(shares) {
  const [median, worst] = [quantile(shares, 0.5), Math.max(...shares)];
  return {
    what: `of a trial on docker, neither asked for nor the engine's work, ${shares.length} trials`,
    reached: `median ${percent(median)}, worst ${percent(worst)}`,
    goal: `≤ ${percent(mostOverhead)} at the median`,
    isKept: shares.length > 0 && median <= mostOverhead,
  };
}

function ms(value) {
  return value === undefined || !Number.isFinite(value) ? "not seen" : `${value.toFixed(1)} ms`;
}

function percent(share) {
  return share === undefined || !Number.isFinite(share) ? "not seen" : `${(100 * share).toFixed(1)} %`;
}
