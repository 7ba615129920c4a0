// Bugs planted in real trials on real stacks: what they leave behind is found by looking, and named.

import { processOf } from "../../src/platforms/processes/instance.ts";
import { setPriority } from "node:os";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../src/core/fault.ts";
import type { Controls, Site } from "../../src/core/controls.ts";
import type { Json } from "../../src/core/units.ts";
import { exitCodeOf } from "../../src/cli/exit.ts";
import { networkLatency } from "../../src/faults/network/network-latency.ts";
import { nothing } from "../../src/faults/control/nothing.ts";
import { processKill } from "../../src/faults/process/process-kill.ts";
import type { RunningStack } from "../../src/trial/ports.ts";
import { echoTarget, fixtureTarget } from "../support/fixture-target.ts";
import { runWholeTrial } from "../builders/whole-trial.ts";
import type { Evidence } from "../../src/records/timeline/fault.ts";
import type { SiteRef } from "../../src/records/site.ts";

const edge: SiteRef = { service: "back", replica: "back-2", edgeFrom: "front" };
const back: SiteRef = { service: "back", replica: "back-2" };
const nowhere: SiteRef = { service: "", replica: "" };
const well: Evidence = { confirmed: true, expected: "", seen: "so it says" };

/** The fault, with a way back that claims success and does nothing. */
function unreverted(fault: Fault): Fault {
  return { ...fault, revert: () => Promise.resolve(well) };
}

/** A fault of the test's own that is always "confirmed" and never taken back. */
function harm(apply: (site: Site) => Promise<void>): Fault {
  return unreverted({
    ...(nothing as Fault),
    name: "test.harm",
    parse: () => null,
    prepare: () => Promise.resolve(null as Json),
    apply: async (_params, _undo, site) => (await apply(site), well),
  });
}

describe("a trial whose faults are taken back", () => {
  test.each([
    ["network.latency", networkLatency, edge, { latency: "200ms" }],
    ["process.kill", processKill, back, {}],
    ["nothing", nothing, nowhere, {}],
  ] as [string, Fault, SiteRef, Record<string, unknown>][])("leaves nothing (%s)", async (_, fault, site, params) => {
    const { left, verdict, steps } = await runWholeTrial({ target: echoTarget(), fault, site, params });
    expect(left).toMatch(/^nothing is left: looked at \d+ processes, 2 edges and 0 published files of the stack/);
    expect(verdict.outcome).not.toBe("residue");
    expect(steps.slice(-2)).toEqual(["reverting", "reverted"]);
  });
});

describe("a way back that does nothing and says that it did", () => {
  test("leaves a toxic, which is named with its edge", async () => {
    const fault = unreverted(networkLatency);
    const { left, verdict } = await runWholeTrial({
      target: echoTarget(),
      fault,
      site: edge,
      params: { latency: "200ms" },
    });
    expect(verdict.outcome).toBe("residue");
    expect(exitCodeOf(verdict.outcome)).toBe(1);
    expect(left).toBe("left behind: toxic latency-7 on front→back-2 (latency downstream × 1, jitter 0, latency 200)");
  });

  test("leaves a replica down, which is named with the fault that hit it", async () => {
    const fault = unreverted(processKill);
    const { left, verdict } = await runWholeTrial({ target: echoTarget(), fault, site: back });
    expect(verdict.outcome).toBe("residue");
    expect(left).toMatch(
      /^left behind: replica back-2, hit by process\.kill, does not run \(the inventory lists nothing that runs\)/,
    );
  });

  test("leaves a process stopped and at another priority, which is named as what it runs as", async () => {
    const fault = harm(async ({ controls }) => {
      const found = await controls.process?.find();
      if (found === undefined) throw new Error("no process");
      setPriority(processOf(found).pid, 7);
      await controls.process?.signal(found, "SIGSTOP");
    });
    const { left, verdict } = await runWholeTrial({ target: echoTarget(), fault, site: back });
    expect(verdict.outcome).toBe("residue");
    expect(left).toMatch(
      /^left behind: pid \S+ \(node echo\/back\.js 2\) is stopped by a signal; pid \S+ \(node echo\/back\.js 2\) runs at nice 7, it was 0$/,
    );
  });
});

describe("a stack that leaves things on the machine", () => {
  test("is named by its orphan, and the port that it listens on", async () => {
    const target = fixtureTarget();
    const side = { name: "side", healthPath: "/", replicas: [{ id: "side", portEnv: "SIDE_PORT" }] };
    const services = [...target.services, side];
    const { left, verdict } = await runWholeTrial({
      target: { ...target, services },
      fault: nothing,
      site: nowhere,
    });
    const pid = Number(/pid (\d+)/.exec(left)?.[1]);
    try {
      expect(verdict.outcome).toBe("residue");
      expect(left).toMatch(
        /^left behind: pid (\d+)\/\S+ \(node -e require.*\) still runs; port \d+ is still listened on by pid \1 \(node -e require/,
      );
    } finally {
      process.kill(pid, "SIGKILL");
    }
  });

  test("is named by what it wrote into the cache: a new file and a changed one, but not one that was only touched", async () => {
    const target = fixtureTarget({ FIXTURE_LITTER: "{cacheDir}/model.bin" });
    const fillCache = async (dir: string): Promise<void> => {
      await writeFile(join(dir, "model.bin"), "weights");
      await writeFile(join(dir, "same.bin"), "as ever");
    };
    const fault = harm(async () => undefined);
    let cache = "";
    const { left, verdict } = await runWholeTrial({
      target,
      site: nowhere,
      fault: {
        ...fault,
        apply: async () => (
          await writeFile(join(cache, "same.bin"), "as ever"),
          await appendFile(join(cache, "new.bin"), "new"),
          well
        ),
      },
      fillCache: (dir) => fillCache((cache = dir)),
    });
    expect(verdict.outcome).toBe("residue");
    expect(left).toMatch(
      /^left behind: file \S+model\.bin differs from before: sha256 \w+…, now \w+…; file \S+new\.bin is new \(3 bytes\)$/,
    );
  });
});

describe("an injection that has no effect", () => {
  const swallowed =
    (controls: (real: Controls) => Controls) =>
    (stack: RunningStack): RunningStack => ({
      ...stack,
      site(ref, seed, undoDir) {
        const site = stack.site(ref, seed, undoDir);
        return { ...site, controls: controls(site.controls) };
      },
    });

  test.each([
    [
      "because the proxy ignores the toxic",
      networkLatency as Fault,
      edge,
      ({ edge: real, ...rest }: Controls): Controls =>
        real ? { ...rest, edge: { ...real, addToxic: async () => undefined } } : rest,
      /fastest round trip through the edge at least 160 ms longer; seen \S+ ms before, \S+ ms after/,
    ],
    [
      "because the signal reaches nothing",
      processKill as Fault,
      back,
      ({ process: real, ...rest }: Controls): Controls =>
        real ? { ...rest, process: { ...real, signal: async () => undefined } } : rest,
      /expected (pid \S+) gone after SIGKILL, by the platform; seen \1 still runs after 3000 ms/,
    ],
  ])("makes the trial invalid, %s; the way back is gone all the same", async (...[, fault, site, sabotage, words]) => {
    const params = fault.name === "network.latency" ? { latency: "200ms" } : {};
    const { verdict, steps, left } = await runWholeTrial({
      target: echoTarget(),
      fault,
      site,
      params,
      sabotage: swallowed(sabotage),
    });
    expect(verdict.outcome).toBe("invalid");
    expect(exitCodeOf(verdict.outcome)).toBe(2);
    expect(verdict.findings.find(({ rule }) => rule === "effect-confirmed")?.says).toMatch(words);
    expect(steps).toEqual(["aiming", "applying", "unconfirmed", "reverting", "reverted"]);
    expect(left).toMatch(/^nothing is left/);
  });
});

test("a look that is not possible leaves the trial inconclusive, not clean", async () => {
  let looks = 0;
  const sabotage = (stack: RunningStack): RunningStack => ({
    ...stack,
    // The first look is the one before the injection.
    survey: async (signal) => (++looks > 1 ? Promise.reject(new Error("the table is locked")) : stack.survey(signal)),
  });
  const { verdict, left } = await runWholeTrial({
    target: echoTarget(),
    fault: nothing,
    site: nowhere,
    sabotage,
  });
  expect(verdict.outcome).toBe("inconclusive");
  expect(left).toBe("what was left could not be looked at: the table is locked");
});
