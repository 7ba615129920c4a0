// A process of its own for work on index files: the native library can be brought down by bad bytes, and the supervisor
// must not go down with it; and one that reads all records would keep it from answering. Reads from its arguments what
// to do (restore, rebuild, compact, relink, check, resync), the folder of the target and, to restore or resync, that of
// the source; answers with one JSON line on stdout.

import { messageOf } from "../../common/log.ts";
import { readStackConfig } from "../../config.ts";
import { loadEngine } from "../../vector/engines/table.ts";
import { filesIn } from "../../vector/layout.ts";
import { madeOfSnapshot } from "../../vector/snapshot.ts";
import { BadSource, checkSource, makeIndex } from "./make-index.ts";
import { resyncMissing } from "./resync-missing.ts";
import { rebuildIndex } from "./rebuild-index.ts";
import { relinkIndex } from "./relink-index.ts";

const [task, target, source = ""] = process.argv.slice(2);
if (target === undefined) throw new Error("expected what to do and one or two folders: target, source");
try {
  // The one door to ../../sabotage/ in this process: planted defects, to test the observer.
  const sabotage = process.env["STACK_SABOTAGE"] ?? "";
  const makers = { restore: makeIndex, rebuild: rebuildIndex };
  const { restore, rebuild } =
    sabotage === "" ? makers : (await import("../../sabotage/table.ts")).wrapMakers(sabotage, makers);
  const { vectorEngine, cacheDir } = readStackConfig(process.env);
  const engine = await loadEngine(vectorEngine);
  // Of a replica whose manifest is lost: all replicas of a stack are made of what its snapshot is made of.
  const otherwise = () => madeOfSnapshot(cacheDir, vectorEngine);
  const files = filesIn(target, engine.name);
  const made = new Map<string, () => Promise<object>>([
    ["restore", () => restore(filesIn(source, engine.name), files, engine, { otherwise })],
    ["rebuild", () => rebuild(files, engine, otherwise)],
    // A planted defect of rebuilding is none of compacting.
    ["compact", () => rebuildIndex(files, engine, otherwise)],
    ["relink", () => relinkIndex(files, engine)],
    ["resync", async () => resyncMissing(filesIn(source, engine.name), files)],
    ["check", () => checkSource(files, engine)],
  ]);
  const make = made.get(task ?? "");
  if (make === undefined) throw new Error(`nothing to do is called ${task}`);
  process.stdout.write(`${JSON.stringify({ restored: await make() })}\n`);
} catch (error) {
  const kind = error instanceof BadSource ? "bad-source" : "failed";
  process.stdout.write(`${JSON.stringify({ kind, reason: messageOf(error) })}\n`);
  process.exitCode = 1;
}
