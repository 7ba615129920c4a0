// A process of its own for work on index files: the native library can be brought down by bad bytes, and the supervisor
// must not go down with it. Reads the source and target folders from its arguments, answers with one JSON line on
// stdout.

import { messageOf } from "../../common/log.ts";
import { readStackConfig } from "../../config.ts";
import { loadEngine } from "../../vector/engines/table.ts";
import { filesIn } from "../../vector/layout.ts";
import { BadSource, makeIndex } from "./make-index.ts";

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) throw new Error("expected two folders: source and target");
try {
  // The one door to ../../sabotage/ in this process: planted defects, to test the observer.
  const sabotage = process.env["STACK_SABOTAGE"] ?? "";
  const make = sabotage === "" ? makeIndex : (await import("../../sabotage/table.ts")).wrapRestore(sabotage, makeIndex);
  const engine = await loadEngine(readStackConfig(process.env).vectorEngine);
  const [from, to] = [filesIn(source, engine.name), filesIn(target, engine.name)];
  process.stdout.write(`${JSON.stringify({ restored: await make(from, to, engine) })}\n`);
} catch (error) {
  const kind = error instanceof BadSource ? "bad-source" : "failed";
  process.stdout.write(`${JSON.stringify({ kind, reason: messageOf(error) })}\n`);
  process.exitCode = 1;
}
