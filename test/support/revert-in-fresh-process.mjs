// Takes one logged fault back in a process of its own, from nothing but the JSON on its standard input. Needs a build.

import { faults } from "../../dist/src/faults/index.js";
import { restoring } from "../../dist/src/platforms/processes/restoring.js";
import { edgeControl } from "../../dist/src/platforms/toxiproxy/edge-control.js";

const parts = [];
for await (const part of process.stdin) parts.push(part);
const entry = JSON.parse(Buffer.concat(parts).toString());
const evidence = await restoring(faults, { makeEdge: edgeControl }).revertFault(entry, AbortSignal.timeout(15_000));
process.stdout.write(JSON.stringify(evidence));
