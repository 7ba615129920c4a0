// The source of requests that users' own k6 scripts send, run by our own runtime for a part of k6's API. k6 itself is
// no part of this. What a stream may say stands in `shape`; the parser is loaded only where a script is looked at.

import { join } from "node:path";
import { z } from "zod";
import { loopbackUrl, urlPattern } from "../../core/addresses.ts";
import { HarnessError, type CodedProblem } from "../../core/errors.ts";
import type { LoadSource } from "../../core/load-source.ts";
import type { Ms } from "../../core/units.ts";
import { launchSender } from "../start.ts";
import { filesHere } from "./files-here.ts";
import type { ScriptStream } from "./messages.ts";
import { k6Missing, k6Path } from "./own/find-k6.ts";
import type { Script } from "./script/read-script.ts";
import type { Scenario } from "./script/scenarios.ts";
import { openUntold } from "./untold.ts";

const urlWords = `a URL on this machine, such as ${loopbackUrl("{port:gateway}")}`;

/** Each of a script's users is an engine that must be made first. */
const startLimitMs: Ms = 60_000;
const stopLimitMs: Ms = 20_000;

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
  run_by: z
    .enum(["rebound", "k6"], "rebound or k6")
    .optional()
    .describe(
      "Who runs it: `rebound` (absent), or `k6`, your own at K6_BIN or in PATH, which knows no instant at which a request was due.",
    ),
};
const written = z.object(shape);
type Written = z.infer<typeof written>;

function envOf({ url, env }: Written): Record<string, string> {
  return { ...env, TARGET: url };
}

/** It is the machine's own; read in whole ms, and not set by more meanwhile: see OwnK6. */
const noClock = { aheadMs: 0, roundTripMs: 0 };
const clockMs: Ms = 11;

function ownK6(workDir: string): { readonly k6: string; readonly workDir: string } {
  const k6 = k6Path();
  if (k6 === undefined) throw new HarnessError("environment", k6Missing() ?? "there is no k6");
  return { k6, workDir };
}

/** At most so much later than it was due a k6 begins an iteration, ms: the gap between two; checked at its end. */
function widestGap(scenarios: readonly Scenario[]): Ms {
  return Math.max(...scenarios.map((one) => ("ratePerSecond" in one ? 1_000 / one.ratePerSecond : 0)));
}

/** k6 does not say when an iteration was due; of an even pace it can be told from when others began. */
function unevenProblems({ options, placeOf }: Script): readonly CodedProblem[] {
  return options.scenarios.flatMap(({ executor, at }) =>
    executor === "constant-arrival-rate"
      ? []
      : [
          {
            place: placeOf(at),
            code: "RB1208",
            found: `${executor} with \`run_by: k6\``,
            expected: "constant-arrival-rate, of which it can be told when iterations were due; or no `run_by`",
          },
        ],
  );
}

/** What the script of each stream says of itself; of one that cannot be read its process says so. */
async function optionsOf(streams: readonly ScriptStream[]) {
  const { readScript } = await import("./script/read-script.ts");
  return streams.map((stream) => {
    const { script } = readScript(stream.script, stream.env, filesHere);
    const { thresholds = [], once = {}, scenarios = [] } = script?.options ?? {};
    return { ...stream, thresholds, once, scenarios };
  });
}

export const k6Scripts: LoadSource = {
  name: "k6",
  about: "a k6 script, run by Rebound itself for a part of k6's API, at the times that the script says",
  knowsSendTimes: ({ run_by: by }) => by !== "k6",
  shape,
  missing({ run_by: by }) {
    const says = by === "k6" ? k6Missing() : undefined;
    return says === undefined ? undefined : { needs: "a k6", says };
  },
  async check({ params, dir, sent }, files) {
    const stream = written.parse(params);
    const { readScript } = await import("./script/read-script.ts");
    const { contradictions } = await import("./script/against-intents.ts");
    const { script, problems } = readScript(join(dir, stream.script), envOf(stream), files);
    if (script === undefined) return problems;
    const uneven = stream.run_by === "k6" ? unevenProblems(script) : [];
    return [...uneven, ...contradictions(script.options.scenarios, sent, script.placeOf)];
  },
  launch(mark) {
    const sender = launchSender("load/k6/main.js", "the scripts' runtime", mark);
    return {
      helper: sender,
      async start({ streams, seed, epochNs, fill, dir = "", folders }, onEvent) {
        const own = streams.map(({ name, stream, load: spec }) => {
          if (!("source" in stream)) throw new HarnessError("bug", `${stream.name} is no stream of a script`);
          const params = written.parse(stream.params);
          const env = Object.fromEntries(Object.entries(envOf(params)).map(([key, text]) => [key, fill(text)]));
          // Of one that is not the default stream of its target's.
          if (folders === undefined) throw new HarnessError("bug", "scripts need folders of the trial");
          const keptDir = join(folders.kept, "scripts", stream.name);
          const own = params.run_by === "k6" ? { own: ownK6(join(folders.work, "k6", stream.name)) } : {};
          return { ...(name !== undefined && { name }), script: join(dir, params.script), env, spec, keptDir, ...own };
        });
        const init = { type: "init", options: { streams: own, seed, epochNs } } as const;
        const says = await optionsOf(own);
        const untold = openUntold(says, onEvent);
        const limits = {
          limitMs: startLimitMs + longest(says.map(({ once }) => once.setup)),
          stopLimitMs:
            stopLimitMs +
            longest(says.flatMap(({ once }) => [once.teardown, once.handleSummary]).map((one) => 2 * (one ?? 0))),
        };
        const handle = await sender.start({ init, epochNs, streams: own, ...limits }, untold.pass);
        const now = (): Ms => Number((process.hrtime.bigint() - BigInt(epochNs)) / 1000n) / 1000;
        const gapMs = Math.max(0, ...says.flatMap(({ own: byK6, scenarios }) => (byK6 ? [widestGap(scenarios)] : [])));
        let hasBegun = false;
        return {
          begin(at) {
            hasBegun = true;
            if (gapMs > 0) onEvent({ kind: "clock", at: now(), of: "k6", ...noClock, uncertaintyMs: gapMs + clockMs });
            handle.begin(at);
          },
          setRate: (times, at, stream) => handle.setRate(times, at, stream),
          async stop() {
            await handle.stop();
            if (hasBegun) untold.over(now());
          },
        };
      },
      end: () => sender.end(),
    };
  },
};
