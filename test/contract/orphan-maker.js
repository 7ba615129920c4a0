// A parent to be killed: starts the proxy and the load process from the build, and says their pids.

import { launchLoad } from "../../dist/src/load/start.js";
import { startProxyProcess } from "../../dist/src/platforms/toxiproxy/proxy-process.js";

const proxy = await startProxyProcess({ seed: 1 });
const load = await launchLoad().start(
  {
    streams: [
      {
        traffic: { name: "get", method: "GET", url: "http://127.0.0.1:9/", headers: {}, body: null, stream: "whole" },
        spec: { arrival: "constant", ratePerSecond: 50, slowOverMs: 100, timeoutMs: 5_000 },
      },
    ],
    seed: 1,
    epochNs: String(process.hrtime.bigint()),
  },
  () => undefined,
);
load.begin(0);
process.send([proxy.helper.pid, load.pid]);
