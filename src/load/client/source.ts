// The source of requests that a client library sends: what its user sees of a fault, how often it asks, and whether it
// hands over a cut answer as a whole one. The libraries are no part of this: they are looked up in a folder.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { loopbackUrl, urlPattern } from "../../core/addresses.ts";
import { HarnessError } from "../../core/errors.ts";
import type { LoadSource, StreamOrder } from "../../core/load-source.ts";
import type { Ms } from "../../core/units.ts";
import { launchSender } from "../start.ts";
import { clientNames, libraries } from "./libraries.ts";
import type { ClientStream } from "./messages.ts";

const urlWords = `an address on this machine, such as ${loopbackUrl("{port:gateway}")}`;

/** Libraries of a hundred modules are read, on a machine that boots a stack. */
const startLimitMs: Ms = 60_000;

const shape = {
  client: z.enum(clientNames, `one of ${clientNames.join(", ")}`).describe("The library."),
  from: z
    .string("a folder")
    .min(1, "a folder")
    .describe("A folder with the library below its node_modules, relative to the folder of target.yaml."),
  url: z.string(urlWords).regex(urlPattern, urlWords).describe("What the library is pointed at, without `/v1`."),
  ask: z.string("a text").min(1, "a text").describe("The question; always the same, and asked as a stream."),
  model: z.string("a name").min(1, "a name").optional().describe("The model's name; absent: `m`."),
};
const written = z.object(shape);
type Written = z.infer<typeof written>;

/** What is missing of a library; undefined: it is there. */
function missingOf({ client }: Pick<Written, "client">, folder: string, exists: (path: string) => boolean) {
  const missing = libraries[client].packages.filter(
    (name) => !exists(join(folder, "node_modules", name, "package.json")),
  );
  return missing.length === 0 ? undefined : missing.join(" and ");
}

export const clientLibraries: LoadSource = {
  name: "client",
  about:
    "a client library, asked at the rate of the stream: its attempts, waits and errors, and cut answers that it takes for whole",
  knowsSendTimes: true,
  shape,
  probes: (name) => ["attempts", "waited", "cut_as_complete"].map((each) => `client.${name}.${each}`),
  missing(params, dir, { exists, shown }) {
    const stream = written.parse(params);
    const folder = join(dir, stream.from);
    const missing = missingOf(stream, folder, exists);
    if (missing === undefined) return undefined;
    const [place, packages] = [shown(folder), missing.replace(" and ", " ")];
    return {
      needs: `the client library ${stream.client}`,
      says: `${place} has no ${missing} below node_modules: npm install --prefix ${place} ${packages}, or name another folder in \`from\``,
    };
  },
  checkKeys({ url }) {
    const [, query] = /([?#].*)$/.exec(String(url)) ?? [];
    if (query === undefined) return [];
    return [{ key: "url", found: `\`${query}\``, expected: "an address alone: a library adds its own path to it" }];
  },
  launch(mark) {
    const sender = launchSender("load/client/main.js", "the clients", mark);
    return {
      helper: sender,
      async start({ streams, seed, epochNs, fill, dir = "" }, onEvent) {
        const own = streams.map((order) => streamOf(order, dir, fill));
        const init = { type: "init", options: { streams: own, seed, epochNs } } as const;
        const begin = { init, epochNs, streams: own, limitMs: startLimitMs };
        const handle = await sender.start(begin, onEvent);
        return {
          begin: (at) => handle.begin(at),
          setRate: (times, at, stream) => handle.setRate(times, at, stream),
          stop: async () => void (await handle.stop()),
        };
      },
      end: () => sender.end(),
    };
  },
};

function streamOf({ name, stream, load }: StreamOrder, dir: string, fill: (text: string) => string): ClientStream {
  if (!("source" in stream)) throw new HarnessError("bug", `${stream.name} is no stream of a client`);
  const { client, from, url, ask, model = "m" } = written.parse(stream.params);
  const folder = join(dir, from);
  const missing = missingOf({ client }, folder, existsSync);
  if (missing !== undefined)
    throw new HarnessError("environment", `the client ${client} needs ${missing} in ${folder}`);
  const named = name === undefined ? {} : { stream: name };
  return { ...named, name: stream.name, client, folder, url: fill(url), ask, model, spec: load };
}
