// Runs of the built command on a target of containers, each in a folder and with a state of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const root = resolve(import.meta.dirname, "../../../..");
const bin = join(root, "bin/rebound.js");
const hook = pathToFileURL(join(import.meta.dirname, "engine-requests.mjs")).href;
/** One of three containers crashes, with its restart policy and without. */
const intent = "experiments/containers/crashed-replica.yaml";
/** Its arms. Each has the fault. */
export const trialsOfRun = 2;

/** A folder for one run. */
export async function makeFolder(host) {
  const dir = await mkdtemp(join(tmpdir(), "rebound-platforms-"));
  const [out, state, requests] = ["reports", "state", "requests"].map((name) => join(dir, name));
  await mkdir(requests);
  const env = { ...process.env, DOCKER_HOST: host, REBOUND_STATE_DIR: state, NO_COLOR: "1" };
  return { out, state, requests, env, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** Starts `rebound run` of the intent, with that seed; `hooked`: requests to the engine are written down. */
export function startRun({ out, requests, env }, seed, hooked) {
  const words = [...(hooked ? ["--import", hook] : []), bin, "run", intent, "--out", out, "--seed", String(seed)];
  const more = hooked ? { REBOUND_BENCH_REQUESTS: requests } : {};
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: { ...env, ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (said += part));
  return { child, exited: once(child, "exit"), said: () => said };
}

/** Takes back what was left, as a user would: the exit code. */
export async function restore({ env }) {
  const child = spawn(process.execPath, [bin, "restore"], { cwd: root, env, stdio: "ignore" });
  return (await once(child, "exit"))[0];
}

/** Every trial of the run below the folder: its timeline, t0 as the run has measured it, and how long it holds. */
export async function trialsIn(out) {
  const names = await readdir(out, { recursive: true }).catch(() => []);
  const [run] = names.filter((name) => name.endsWith("run.json") && !name.startsWith("latest"));
  if (run === undefined) return [];
  const { intents } = JSON.parse(await readFile(join(out, run), "utf8"));
  const measured = intents.flatMap(({ trials }) => trials);
  const files = names.filter((name) => name.endsWith("timeline.jsonl") && !name.startsWith("latest"));
  return Promise.all(
    files.map(async (name) => {
      const { arm, index, holdMs } = JSON.parse(await readFile(join(out, dirname(name), "plan.json"), "utf8"));
      const trial = measured.find(({ plan }) => plan.arm === arm && plan.index === index);
      return { timeline: await linesOf(join(out, name)), t0: trial?.facts.marks.t0, holdMs, arm };
    }),
  );
}

export async function requestsIn(folder) {
  const files = await readdir(folder);
  return (await Promise.all(files.map((name) => linesOf(join(folder, name))))).flat();
}

async function linesOf(file) {
  const text = await readFile(file, "utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
}
