// The first requests of a process pay for compiling its HTTP parser and our code (40 ms were seen). They go to a server
// of our own, so that no send time of the trial is late for it.

import { once } from "node:events";
import { createServer } from "node:http";
import { performance } from "node:perf_hooks";
import type { StreamLoad } from "../records/conditions.ts";
import { loopbackHost, loopbackUrl } from "../core/addresses.ts";
import type { TrafficSpec } from "../core/target.ts";
import { makeGenerator } from "./generator.ts";

const REQUESTS = 40;

const spec: StreamLoad = {
  arrival: "poisson",
  ratePerSecond: 400,
  slowOverMs: 1_000,
  timeoutMs: 2_000,
};

const answer = 'data: {"choices":[{"delta":{"content":"warm"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

/** Sends some requests through the very code of the trial to a server of this process; ends when they are answered. */
export async function warmUp(): Promise<void> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(answer);
  });
  server.listen(0, loopbackHost);
  await once(server, "listening");
  const address = server.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  const url = `${loopbackUrl(port)}/`;
  const traffic: TrafficSpec = { name: "warm", method: "POST", url, headers: {}, body: { q: "{q}" }, stream: "sse" };
  const clock = { now: () => performance.now() };
  await new Promise<void>((resolve) => {
    let ended = 0;
    const generator = makeGenerator({
      traffic,
      rows: [{ q: "warm" }],
      spec,
      seed: 1,
      clock,
      emit: (event) => {
        if (event.kind === "request") ended += 1;
        if (ended === REQUESTS) void generator.stop(0).then(() => resolve());
      },
    });
    generator.begin(clock.now());
  });
  server.closeAllConnections();
  server.close();
}
