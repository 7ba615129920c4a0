// Kills of the harness at random instants of a run on docker, in every third round with its watchdog: then
// `rebound restore`, and a look at what is left.

import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { killsRow } from "../../../../dist/test/programs/bench/platforms/figures.js";
import { seededRandom } from "../../../../dist/src/core/random.js";
import { makeFolder, restore, startRun } from "./one-run.js";

/** A run of the intent takes about so long, ms; a later kill finds it ended. */
const runMs = 25_000;
/** A watchdog that has more than this to do hangs, ms. */
const quietWithinMs = 60_000;

export async function measureKills({ engine, kills, seed, say }) {
  const random = seededRandom(seed, "kills of a harness on docker");
  const rounds = [];
  for (let round = 1; round <= kills; round += 1) {
    const [afterMs, both] = [random.next() * runMs, round % 3 === 0];
    const { wasRunning, left } = await oneKill(engine, { seed: round, afterMs, both });
    rounds.push({ wasRunning, left });
    const whom = wasRunning ? `killed${both ? " with its watchdog" : ""}` : "had ended";
    say(`kill ${round}, ${(afterMs / 1000).toFixed(1)} s: ${whom}; left: ${left.join(", ") || "nothing"}`);
  }
  return [killsRow(rounds)];
}

async function oneKill(engine, how) {
  const folder = await makeFolder(engine.host);
  try {
    return await killIn(folder, engine, how);
  } finally {
    await folder.remove();
  }
}

async function killIn(folder, engine, { seed, afterMs, both }) {
  const before = await thingsOf(engine);
  const { child, exited } = startRun(folder, seed, false);
  await Promise.race([exited, delay(afterMs)]);
  const wasRunning = child.exitCode === null && child.signalCode === null;
  if (wasRunning) {
    const watchdogs = both ? ownProcesses(folder.state).filter((pid) => pid !== child.pid) : [];
    for (const pid of [child.pid, ...watchdogs]) tryKill(pid);
  }
  await exited;
  const quiet = await untilQuiet(folder.state);
  const code = await restore(folder);
  const after = await thingsOf(engine);
  const left = after.filter((one) => !before.includes(one));
  return {
    wasRunning,
    left: [...left, ...(quiet ? [] : ["processes of the run"]), ...(code === 0 ? [] : [`restore ended with ${code}`])],
  };
}

function tryKill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch (thrown) {
    if (thrown.code !== "ESRCH") throw thrown;
  }
}

/** Processes of this machine that were started with the run's state folder. */
function ownProcesses(state) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`REBOUND_STATE_DIR=${state}\0`);
      } catch {
        return false;
      }
    });
}

async function untilQuiet(state) {
  const until = performance.now() + quietWithinMs;
  while (ownProcesses(state).length > 0) {
    if (performance.now() > until) return false;
    await delay(50);
  }
  return true;
}

/** What an engine has that a trial may leave there. */
async function thingsOf({ docker }) {
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
  ]);
  return [
    ...containers.map(({ Names: [name], Id: id }) => `container ${name ?? id}`),
    ...networks.map(({ Name: name, Id: id }) => `network ${name} ${id.slice(0, 12)}`),
    ...(volumes ?? []).map(({ Name: name }) => `volume ${name}`),
  ];
}
