// A harness that has stopped the replica `vec` of a stack of containers, says so, and then waits to be killed. Needs a
// build. Arguments: run folder, the target as JSON.

import { join } from "node:path";
import { faults } from "../../dist/src/faults/index.js";
import { docker } from "../../dist/src/platforms/docker/platform.js";
import { openUndoLog } from "../../dist/src/trial/undo-log.js";

const [runDir, targetJson] = process.argv.slice(2);
const trialDir = join(runDir, "trials/theme/name/treatment-1");
const log = await openUndoLog(join(trialDir, "undo.jsonl"));
const proxies = { secretsDir: runDir, mark: {}, onLost: () => undefined, onHelper: async () => undefined };
const how = { cacheDir: runDir, seed: 3, ablated: [], unhealed: false, proxies };
const stack = await docker.start(JSON.parse(targetJson), how, log, AbortSignal.timeout(120_000));
const bare = { service: "vec", replica: "vec", seed: 5, undoDir: join(trialDir, "undo/0") };
const site = { ...bare, controls: stack.controls(bare) };
const fault = faults.find(({ name }) => name === "process.pause");
const undo = await fault.prepare({}, site);
const { seed, undoDir, ...where } = bare;
await log.intend({ kind: "fault", fault: fault.name, site: where, seed, undoDir, undo, handle: stack.handle });
await fault.apply({}, undo, site, AbortSignal.timeout(60_000));
process.stdout.write("reached\n");
setInterval(() => undefined, 1_000);
