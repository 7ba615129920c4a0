// The engine's events as who tells of incidents: what a real engine tells of a crash, its restart, a health check and a
// lack of memory comes to be claims, and each mark holds the engine's own time.

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { EventsSource } from "../../src/core/feed-source.ts";
import type { Stack } from "../../src/core/platform.ts";
import { claimMarks } from "../../src/measure/marks/claim-marks.ts";
import { docker as platform } from "../../src/platforms/docker/platform.ts";
import type { FeedItem } from "../../src/probes/healer-claims.ts";
import { listenToSource } from "../../src/probes/sources/listen.ts";
import { oneContainer } from "../support/container-targets.ts";
import { noEngine, openEngine, type TestEngine } from "../support/engine.ts";

const limit = (): AbortSignal => AbortSignal.timeout(120_000);
const how = { cacheDir: "/tmp", seed: 3, ablated: [], unhealed: false };
const journal = { intend: async () => 1, done: async () => undefined };
const site = { service: "vec", replica: "vec" };

const source: EventsSource = {
  kind: "events",
  told: [
    { event: "die", type: "detected", class: "ended" },
    { event: "oom", type: "detected", class: "out-of-memory" },
    { event: "health_status: unhealthy", type: "detected", class: "unhealthy" },
    { event: "health_status: healthy", type: "verified" },
    { event: "start", type: "action.finished", pathway: "restart-replica", outcome: "done" },
  ],
  resolutionMs: 100,
  names: {},
};

function heardOf(stack: Stack) {
  const ending = new AbortController();
  const events: FeedItem[] = [];
  const over = listenToSource(source, {
    // Its epoch is the wall clock's, so that the engine's stamps can be held against it.
    clock: { now: () => performance.timeOrigin + performance.now() },
    signal: ending.signal,
    onEvent: (event) => void events.push(event),
    fill: (text) => text,
    allows: () => false,
    serviceOf: new Map([["vec", "vec"]]),
    ...(stack.hearEvents && { hearEvents: stack.hearEvents }),
  });
  onTestFinished(async () => {
    ending.abort();
    await over;
  });
  const claims = () => events.flatMap((event) => (event.kind === "claim" ? [event] : []));
  const said = (): string[] => claims().map(({ claim }) => `${claim.type} ${claim.class ?? claim.pathway ?? ""}`);
  return { events, claims, said };
}

describe.skipIf(noEngine !== undefined)("the events of a real engine", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await openEngine();
  });
  afterAll(async () => engine?.[Symbol.asyncDispose]());

  async function started(more: Parameters<typeof oneContainer>[0], ablated: readonly string[] = []): Promise<Stack> {
    const off = { "restart-replica": { restartPolicy: "no" } } as const;
    const stack = await platform.start(
      { ...oneContainer(more), ablations: off },
      { ...how, ablated },
      journal,
      limit(),
    );
    onTestFinished(async () => void (await stack.end()));
    return stack;
  }
  const controlsOf = (stack: Stack) => stack.controls({ ...site, seed: 5, undoDir: "/tmp" });
  const crash = async (stack: Stack): Promise<void> => {
    const { process: control } = controlsOf(stack);
    await control?.signal((await control.find()) ?? "", "SIGKILL");
  };

  test("a crash is a detection and its restart an action, each within its mark by the engine's own clock", async () => {
    const stack = await started({ restart: { name: "always", retries: 0 } });
    const { events, claims, said } = heardOf(stack);
    await expect.poll(() => events.some(({ kind }) => kind === "feed"), { timeout: 60_000 }).toBe(true);
    const since = performance.timeOrigin + performance.now();
    await crash(stack);
    await expect.poll(said, { timeout: 60_000 }).toEqual(["detected ended", "action.finished restart-replica"]);
    const [died, began] = claims();
    expect(died?.claim).toMatchObject({ scope: site, reasons: [expect.stringMatching(/^die of .*, exit code 137$/)] });
    expect(began?.claim.incident).toBe(died?.claim.incident);
    const { t2 } = claimMarks(events, [site], since);
    const stamp = Date.parse(died?.claim.time ?? "");
    // The wall clock of this process and the engine's are one machine's, compared to some milliseconds.
    expect(stamp).toBeGreaterThan((t2?.lo ?? Infinity) - 5);
    expect(stamp).toBeLessThan((t2?.hi ?? 0) + 5);
  });

  test("without its policy, which is switched off by pathway, nobody tells of a restart", async () => {
    const stack = await started({ restart: { name: "always", retries: 0 } }, ["restart-replica"]);
    expect((await stack.survey(limit())).processes[0]?.limits).toContain("restart no:0");
    const { events, said } = heardOf(stack);
    await expect.poll(() => events.some(({ kind }) => kind === "feed"), { timeout: 60_000 }).toBe(true);
    await crash(stack);
    await expect.poll(said, { timeout: 60_000 }).toEqual(["detected ended"]);
    const signs = (): number => events.filter(({ kind }) => kind === "feed").length;
    // The engine answered after it: a restart that was under way would have been told.
    const before = signs();
    await expect.poll(signs, { timeout: 60_000 }).toBeGreaterThan(before + 4);
    expect(said()).toEqual(["detected ended"]);
  });

  test("what a health check finds is told each time that it changes, and nothing is done about it", async () => {
    const isIll = "require('fs').existsSync('/tmp/ill')";
    const check = ["CMD", "node", "-e", `process.exit(${isIll} ? 1 : 0)`];
    const stack = await started({ healthcheck: { test: check, everyMs: 1000, timeoutMs: 30_000, retries: 2 } });
    const { said } = heardOf(stack);
    await expect.poll(said, { timeout: 60_000 }).toEqual(["verified "]);
    const { process: control } = controlsOf(stack);
    const run = async (code: string): Promise<void> => {
      const order = { command: ["node", "-e", code], env: {} };
      const ended = await stack.runIn?.("vec", (await control?.find()) ?? "")(order, limit());
      expect(ended).toMatchObject({ what: "ended", code: 0 });
    };
    await run("require('fs').writeFileSync('/tmp/ill', '')");
    await expect.poll(said, { timeout: 60_000 }).toEqual(["verified ", "detected unhealthy"]);
    await run("require('fs').rmSync('/tmp/ill')");
    await expect.poll(said, { timeout: 60_000 }).toEqual(["verified ", "detected unhealthy", "verified "]);
  });
});
