// A harness that gets as far as it is told, says so, and then waits to be killed. Needs a build.
// Arguments: run folder, instance id, stage (`directory`, `starting`, `started` or a fault's name).

import { join } from "node:path";
import { faults } from "../../dist/src/faults/index.js";
import { controlsFor, platformHandle } from "../../dist/src/platforms/processes/controls.js";
import { startGuarded } from "../../dist/src/platforms/processes/guarded-start.js";
import { openUndoLog } from "../../dist/src/trial/undo-log.js";

const [runDir, instanceId, stage, targetJson] = process.argv.slice(2);
const trialDir = join(runDir, "trials/theme/name/treatment-1");
const log = await openUndoLog(join(trialDir, "undo.jsonl"));

async function reached(point) {
  if (point !== stage) return;
  process.stdout.write("reached\n");
  await new Promise(() => setInterval(() => undefined, 1_000));
}

const journal = {
  done: (seq) => log.done(seq),
  async intend(entry) {
    const seq = await log.intend(entry);
    const { way } = entry;
    if (way.kind === "directory") await reached("directory");
    if (way.kind === "process" && way.pid !== undefined) await reached("starting");
    return seq;
  },
};
const options = {
  cacheDir: runDir,
  seed: 3,
  edges: () => undefined,
  ablated: [],
  instanceId,
  signal: AbortSignal.timeout(60_000),
};
const stack = await startGuarded(JSON.parse(targetJson), options, journal);
await reached("started");
const fault = faults.find(({ name }) => name === stage);
const bare = { service: "vec", replica: "vec", seed: 5, undoDir: join(trialDir, "undo/0") };
const site = { ...bare, controls: controlsFor(stack, bare) };
const params = fault.parse({});
const undo = await fault.prepare(params, site);
const { service, replica, seed, undoDir } = bare;
const handle = platformHandle(stack);
await log.intend({ kind: "fault", fault: fault.name, site: { service, replica }, seed, undoDir, undo, handle });
await fault.apply(params, undo, site, AbortSignal.timeout(20_000));
await reached(stage);
