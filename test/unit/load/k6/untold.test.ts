// What the source of scripts says of thresholds when their process does not, with the test as the process.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { LoadEvent, SenderEvent } from "../../../../src/core/load-source.ts";
import { k6Scripts } from "../../../../src/load/k6/source.ts";

const told: SenderEvent[] = [];

vi.mock("../../../../src/load/start.ts", () => ({
  launchSender: () => ({
    pid: 1,
    what: "the scripts' runtime",
    start: (_begin: unknown, onEvent: (event: SenderEvent) => void) =>
      Promise.resolve({
        begin: () => undefined,
        setRate: () => undefined,
        stop(): Promise<undefined> {
          for (const event of told.splice(0)) onEvent(event);
          return Promise.resolve(undefined);
        },
      }),
    end: () => Promise.resolve(),
  }),
}));

const script = `export const options = {
  scenarios: { s: { executor: "constant-arrival-rate", rate: 20, duration: "1m", preAllocatedVUs: 2 } },
  thresholds: { checks: ["rate>0.9"], http_reqs: ["count>2", "rate>1"] },
};
export default function () {}
`;
const kept = { kind: "threshold", at: 3, metric: "http_reqs", expression: "count>2", samples: 9, value: 9 } as const;

async function load(events: LoadEvent[]) {
  const dir = await mkdtemp(join(tmpdir(), "untold-"));
  onTestFinished(async () => rm(dir, { recursive: true }));
  await writeFile(join(dir, "a.k6.js"), script);
  const stream = {
    name: "scripted",
    source: "k6",
    params: { script: "a.k6.js", url: "http://127.0.0.1:{port:gateway}" },
  };
  const spec = { arrival: "constant", ratePerSecond: 20, slowOverMs: 100, timeoutMs: 200 } as const;
  const order = {
    streams: [{ name: "scripted", stream, load: spec }],
    seed: 1,
    epochNs: String(process.hrtime.bigint()),
    fill: (text: string) => text.replace("{port:gateway}", "80"),
    dir,
  };
  return k6Scripts.launch({}).start(order, (event) => events.push(event));
}

test("thresholds that were not told are inconclusive, once, and those that were stay", async () => {
  const events: LoadEvent[] = [];
  const control = await load(events);
  control.begin(0);
  told.push({ ...kept, stream: "scripted", outcome: "pass" });
  await control.stop();
  await control.stop();
  const open = {
    kind: "threshold",
    stream: "scripted",
    samples: 0,
    outcome: "inconclusive",
    at: expect.any(Number) as number,
  };
  expect(events).toEqual([
    { ...kept, stream: "scripted", outcome: "pass" },
    { ...open, metric: "checks", expression: "rate>0.9" },
    { ...open, metric: "http_reqs", expression: "rate>1" },
  ]);
});

test("of a load that never began nothing is said", async () => {
  const events: LoadEvent[] = [];
  const control = await load(events);
  await control.stop();
  expect(events).toEqual([]);
});
