// The source of requests that users' own k6 scripts send, run by our own runtime for a part of k6's API. k6 itself is
// no part of this. What a stream may say stands in `shape`; the parser is loaded only where a script is looked at.

import { join } from "node:path";
import { z } from "zod";
import { loopbackUrl, urlPattern } from "../../core/addresses.ts";
import { HarnessError } from "../../core/errors.ts";
import type { LoadSource } from "../../core/load-source.ts";
import type { Ms } from "../../core/units.ts";
import { launchSender } from "../start.ts";
import { filesHere } from "./files-here.ts";
import type { ScriptStream } from "./messages.ts";
import { openUntold } from "./untold.ts";

const urlWords = `a URL on this machine, such as ${loopbackUrl("{port:gateway}")}`;

/** Each of a script's users is an engine that must be made first. */
const startLimitMs: Ms = 60_000;
const stopLimitMs: Ms = 10_000;

const longest = (limits: readonly (Ms | undefined)[]): Ms => Math.max(...limits.map((one) => one ?? 0));

const shape = {
  script: z
    .string("a file")
    .regex(/\.[jt]s$/, "a file that ends in .ts or .js")
    .describe("The script, relative to the folder of target.yaml."),
  url: z
    .string(urlWords)
    .regex(urlPattern, urlWords)
    .describe("The one place that the script may reach; it finds it in `__ENV.TARGET`."),
  env: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "a name such as MODEL"), z.string("a text"))
    .optional()
    .describe("What else the script finds in `__ENV`."),
};
const written = z.object(shape);
type Written = z.infer<typeof written>;

function envOf({ url, env }: Written): Record<string, string> {
  return { ...env, TARGET: url };
}

/** What the script of each stream says of itself; of one that cannot be read its process says so. */
async function optionsOf(streams: readonly ScriptStream[]) {
  const { readScript } = await import("./script/read-script.ts");
  return streams.map((stream) => {
    const { script } = readScript(stream.script, stream.env, filesHere);
    return { ...stream, thresholds: script?.options.thresholds ?? [], once: script?.options.once ?? {} };
  });
}

export const k6Scripts: LoadSource = {
  name: "k6",
  about: "a k6 script, run by Rebound itself for a part of k6's API, at the times that the script says",
  knowsSendTimes: true,
  shape,
  async check({ params, dir, sent }, files) {
    const stream = written.parse(params);
    const { readScript } = await import("./script/read-script.ts");
    const { contradictions } = await import("./script/against-intents.ts");
    const { script, problems } = readScript(join(dir, stream.script), envOf(stream), files);
    return script === undefined ? problems : contradictions(script.options.scenarios, sent, script.placeOf);
  },
  launch(mark) {
    const sender = launchSender("load/k6/main.js", "the scripts' runtime", mark);
    return {
      helper: sender,
      async start({ streams, seed, epochNs, fill, dir = "" }, onEvent) {
        const own = streams.map(({ name, stream, load: spec }) => {
          if (!("source" in stream)) throw new HarnessError("bug", `${stream.name} is no stream of a script`);
          const params = written.parse(stream.params);
          const env = Object.fromEntries(Object.entries(envOf(params)).map(([key, text]) => [key, fill(text)]));
          return { ...(name !== undefined && { name }), script: join(dir, params.script), env, spec };
        });
        const init = { type: "init", options: { streams: own, seed, epochNs } } as const;
        const says = await optionsOf(own);
        const untold = openUntold(says, onEvent);
        const limits = {
          limitMs: startLimitMs + longest(says.map(({ once }) => once.setup)),
          stopLimitMs: stopLimitMs + longest(says.map(({ once }) => once.teardown)),
        };
        const handle = await sender.start({ init, epochNs, streams: own, ...limits }, untold.pass);
        let hasBegun = false;
        return {
          begin(at) {
            hasBegun = true;
            handle.begin(at);
          },
          setRate: (times, at, stream) => handle.setRate(times, at, stream),
          async stop() {
            await handle.stop();
            if (hasBegun) untold.over(Number((process.hrtime.bigint() - BigInt(epochNs)) / 1000n) / 1000);
          },
        };
      },
      end: () => sender.end(),
    };
  },
};
