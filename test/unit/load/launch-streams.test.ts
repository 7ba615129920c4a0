// Several sources as one load, with a source that exists here alone.

import { expect, test } from "vitest";
import type { LoadOrder, LoadSource } from "../../../src/core/load-source.ts";
import type { TargetStream } from "../../../src/core/target.ts";
import { launchStreams } from "../../../src/load/launch-streams.ts";

const load = { arrival: "constant", ratePerSecond: 10, slowOverMs: 100, timeoutMs: 200 } as const;
const ask: TargetStream = { name: "ask", method: "GET", url: "http://x/", headers: {}, body: null, stream: "whole" };
const walk: TargetStream = { name: "walk", source: "script", closedLoop: true, params: { file: "w.js" } };

/** A source that writes down what it is told, and reports one request at its begin. */
function noting(name: string, log: string[], refuses = false): LoadSource {
  return {
    name,
    about: "writes down what it is told",
    knowsSendTimes: false,
    shape: {},
    launch: (mark) => ({
      helper: { pid: 7, what: `the load of ${name}` },
      async start({ streams }, onEvent) {
        await Promise.resolve();
        if (refuses) throw new Error(`${name} cannot`);
        log.push(`${name} starts ${streams.map((order) => order.stream.name).join()} marked ${mark["M"] ?? ""}`);
        return {
          begin: (at) => {
            log.push(`${name} begins`);
            const stamps = { at, id: 1, intended: at, sent: at, firstToken: null, done: at, right: null } as const;
            onEvent({ kind: "request", ...stamps, outcome: "answered", ...(name === "script" && { stream: "walk" }) });
          },
          setRate: (times, _at, stream) => void log.push(`${name} ${stream ?? "default"} times ${times}`),
          stop: () => Promise.resolve(void log.push(`${name} stops`)),
        };
      },
      end: () => Promise.resolve(void log.push(`${name} ends`)),
    }),
  };
}

const order: LoadOrder = {
  streams: [
    { stream: ask, load },
    { name: "walk", stream: walk, load },
  ],
  seed: 1,
  epochNs: "0",
  fill: (text) => text,
};

test("each source is told of its own streams, and all of them begin, change and stop together", async () => {
  const log: string[] = [];
  const events: unknown[] = [];
  const launched = launchStreams([ask, walk], { M: "m" }, [noting("requests", log), noting("script", log)]);
  expect(launched.helpers.map(({ what }) => what)).toEqual(["the load of requests", "the load of script"]);
  const control = await launched.start(order, (event) => events.push(event));
  control.begin(100);
  control.setRate(2, 200, "walk");
  control.setRate(3, 200);
  await control.stop();
  expect(log).toEqual([
    "requests starts ask marked m",
    "script starts walk marked m",
    "requests begins",
    "script begins",
    "script walk times 2",
    "requests default times 3",
    "requests stops",
    "script stops",
  ]);
  expect(events).toMatchObject([{ kind: "request" }, { kind: "request", stream: "walk" }]);
});

test("when one source cannot begin, none stays", async () => {
  const log: string[] = [];
  const sources = [noting("requests", log), noting("script", log, true)];
  const launched = launchStreams([ask, walk], {}, sources);
  await expect(launched.start(order, () => undefined)).rejects.toThrow("script cannot");
  expect(log.filter((line) => line.endsWith("ends"))).toEqual(["requests ends", "script ends"]);
});

test("a source that is not in the table is a mistake of ours, since the linter refuses it", () => {
  expect(() => launchStreams([walk], {}, [noting("requests", [])])).toThrow("no source of load is called script");
});
