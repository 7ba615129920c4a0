// Loaded into a run (`node --import`): writes down when requests to a Docker engine were under way, one line of JSON
// for each that ended: `{"from","to"}`, ns of the monotonic clock. Streams that last as long as the run are left out.
// Where to: the folder that REBOUND_BENCH_REQUESTS names, a file for each process.

import { subscribe } from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.REBOUND_BENCH_REQUESTS;
const streams = /\/(?:events|stats|logs|attach|wait)\b/;
const begun = new WeakMap();

/** Engines are asked over a socket file. */
function isOfEngine({ socketPath, path }) {
  return typeof socketPath === "string" && !streams.test(path);
}

if (folder) {
  const file = join(folder, `${process.pid}.jsonl`);
  subscribe("http.client.request.start", ({ request }) => {
    if (!isOfEngine(request)) return;
    begun.set(request, process.hrtime.bigint());
    request.once("close", () => {
      const times = { from: String(begun.get(request)), to: String(process.hrtime.bigint()) };
      appendFileSync(file, `${JSON.stringify(times)}\n`);
    });
  });
}
