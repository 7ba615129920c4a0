// Takes one logged fault back in a process of its own, from nothing but the JSON on its standard input. Needs a build.

import { thorough } from "../../dist/src/run/restore/undoing.js";

const parts = [];
for await (const part of process.stdin) parts.push(part);
const entry = JSON.parse(Buffer.concat(parts).toString());
const evidence = await thorough().revertFault(entry, AbortSignal.timeout(15_000));
process.stdout.write(JSON.stringify(evidence));
