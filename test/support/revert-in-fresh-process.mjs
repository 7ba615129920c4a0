// Takes one logged fault back in a process of its own, from nothing but the JSON on its standard input. Needs a build.
// Argument: the module of a platform that is not in the table, and how it is called there.

import { faults } from "../../dist/src/faults/index.js";
import { thorough } from "../../dist/src/run/restore/undoing.js";

const [module, name] = process.argv.slice(2);
const parts = [];
for await (const part of process.stdin) parts.push(part);
const entry = JSON.parse(Buffer.concat(parts).toString());
const signal = AbortSignal.timeout(15_000);
const evidence =
  module === undefined ? await thorough().revertFault(entry, signal) : await revertOn(await import(module));
process.stdout.write(JSON.stringify(evidence));

async function revertOn({ [name]: platform }) {
  const cleaner = await platform.reopen(entry.handle);
  const bare = { ...entry.site, seed: entry.seed, undoDir: entry.undoDir };
  const fault = faults.find((candidate) => candidate.name === entry.fault);
  return fault.revert(entry.undo, { ...bare, controls: cleaner.controls(bare) }, signal);
}
