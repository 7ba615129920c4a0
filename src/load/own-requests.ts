// The source of requests that we send ourselves, open loop: send times are fixed before, and kept by a process of its
// own. What a stream may say is in src/target/stream-schema.ts.

import { HarnessError } from "../core/errors.ts";
import type { LoadSource } from "../core/load-source.ts";
import { withRequests } from "../core/session.ts";
import { launchLoad } from "./start.ts";

export const ownRequests: LoadSource = {
  name: "requests",
  about: "Rebound itself, over HTTP, at send times that are fixed before (open loop)",
  knowsSendTimes: true,
  shape: {},
  launch(mark) {
    const load = launchLoad(mark);
    return {
      helper: load,
      async start({ streams, seed, epochNs, fill }, onEvent) {
        const own = streams.map(({ name, stream, load: spec }) => {
          if ("source" in stream) throw new HarnessError("bug", `${stream.name} is a stream of ${stream.source}`);
          const traffic = withRequests(stream, (request) => ({ ...request, url: fill(request.url) }));
          return { ...(name !== undefined && { name }), traffic, spec };
        });
        const handle = await load.start({ streams: own, seed, epochNs }, onEvent);
        return {
          begin: (at) => handle.begin(at),
          setRate: (times, at, stream) => handle.setRate(times, at, stream),
          stop: async () => void (await handle.stop()),
        };
      },
      end: () => load.end(),
    };
  },
};
