// Runs scripts in the process of a test, against servers of the test.

import type { RequestListener } from "node:http";
import { onTestFinished } from "vitest";
import type { SenderEvent } from "../../../../src/core/load-source.ts";
import { Runner } from "../../../../src/load/k6/engine/runner.ts";
import type { StreamLoad } from "../../../../src/records/conditions.ts";
import type { RequestEvent } from "../../../../src/records/timeline/request.ts";
import { serveForTest } from "../../../support/serve-for-test.ts";
import { scriptOf, steady } from "./scripts.ts";

const spec: StreamLoad = { arrival: "constant", ratePerSecond: 20, slowOverMs: 10_000, timeoutMs: 20_000 };
/** Has an outcome, and was sent: a busy machine may leave some unsent. */
const isOver = (event: SenderEvent): boolean => event.kind === "request" && event.outcome !== "unsent";
export const isUnsent = (event: SenderEvent): boolean => event.kind === "request" && event.outcome === "unsent";
export const isTrouble = (event: SenderEvent): boolean => event.kind === "trouble";
const clock = { now: () => performance.now() };

/** Runs a script until so many of its requests are over, or something is told that is awaited instead. */
export async function requestsOf(
  body: string,
  answer: RequestListener,
  { count = 3, options = steady(20, "", 20), isIt = isOver, keptDir = "", env = {} } = {},
) {
  const { url } = await serveForTest(answer);
  const events: SenderEvent[] = [];
  let seen: () => void = () => undefined;
  const enough = new Promise<void>((resolve) => (seen = resolve));
  const runner = new Runner({
    script: "/s/main.ts",
    name: "scripted",
    env: { TARGET: url, ...env },
    keptDir,
    spec,
    seed: 1,
    clock,
    limits: { memoryBytes: 16 * 1024 * 1024, stretchMs: 300 },
    read: scriptOf(
      `import http from "k6/http";\nimport { check, fail, group, sleep } from "k6";\n${options}\n${body}`,
      {},
      env,
    ),
    emit(event) {
      events.push(event);
      if (events.filter(isIt).length >= count) seen();
    },
  });
  onTestFinished(async () => runner.stop(0));
  await runner.prepare();
  const begin = clock.now() + 50;
  runner.begin(begin);
  await enough;
  await runner.stop(0);
  const requests = events.filter((event): event is RequestEvent => event.kind === "request" && isIt(event));
  return { events, requests, begin };
}
