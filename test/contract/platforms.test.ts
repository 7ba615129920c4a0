// What every platform of the table keeps, and one that has no processes at all: start, reach, kill, start again, undo
// from a fresh process, nothing left.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { allocatePorts, releasePorts } from "../../src/platforms/starting/free-ports.ts";
import { host, platforms } from "../../src/platforms/index.ts";
import { docker } from "../../src/platforms/docker/platform.ts";
import { swarm } from "../../src/platforms/docker/swarm/platform.ts";
import type { Controls } from "../../src/core/controls.ts";
import type { HelperProcess } from "../../src/core/host.ts";
import type { BareSite, Platform, Stack } from "../../src/core/platform.ts";
import type { Target } from "../../src/core/target.ts";
import type { Json } from "../../src/core/units.ts";
import type { UndoJournal } from "../../src/core/undo.ts";
import { memory } from "../builders/memory-platform.ts";
import { runWholeTrial } from "../builders/whole-trial.ts";
import { processKill } from "../../src/faults/process/process-kill.ts";
import { eventsOf } from "../../src/measure/windows/timeline-view.ts";
import { echoContainers, oneContainer } from "../support/container-targets.ts";
import { noEngine, openEngine, type TestEngine } from "../support/engine.ts";
import { echoTarget, fixtureTarget } from "../support/fixture-target.ts";
import type { PlatformEntry, UndoEntry } from "../../src/records/undo.ts";

const script = join(dirname(fileURLToPath(import.meta.url)), "../support/revert-in-fresh-process.mjs");
const memoryModule = join(dirname(script), "../../dist/test/builders/memory-platform.js");
const limit = (): AbortSignal => AbortSignal.timeout(60_000);

/** Notes what was intended and not yet done. */
function notingJournal(): UndoJournal & { readonly open: Map<number, UndoEntry>; readonly all: UndoEntry[] } {
  const open = new Map<number, UndoEntry>();
  const all: UndoEntry[] = [];
  return {
    open,
    all,
    async intend(entry) {
      all.push(entry);
      open.set(all.length, entry);
      return all.length;
    },
    async done(seq) {
      open.delete(seq);
    },
  };
}

interface Started {
  readonly stack: Stack;
  readonly journal: ReturnType<typeof notingJournal>;
  readonly folder: string;
  readonly machine: ReturnType<Platform["watch"]>;
  readonly helpers: readonly HelperProcess[];
}

async function started(platform: Platform, target: Target): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), "platform-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const journal = notingJournal();
  const machine = platform.watch();
  const helpers: HelperProcess[] = [];
  const onHelper = async (helper: HelperProcess): Promise<void> => void helpers.push(helper);
  const proxies = { secretsDir: folder, mark: {}, onLost: () => undefined, onHelper };
  const how = { cacheDir: folder, seed: 3, ablated: [], unhealed: false, proxies, machine };
  const stack = await platform.start(target, how, journal, limit());
  onTestFinished(async () => void (await stack.end()));
  return { stack, journal, folder, machine, helpers };
}

/** What runs as a replica, by the inventory. */
async function instanceOf(stack: Stack, name: string): Promise<string> {
  const found = (await stack.inventory(limit())).replicas.find(({ replica }) => replica === name)?.instance ?? null;
  if (found === null) throw new Error(`nothing runs as ${name}, by the inventory`);
  return found;
}

const site = (folder: string): BareSite => ({ service: "vec", replica: "vec", seed: 5, undoDir: join(folder, "undo") });

/** A fault that is in place, what was written down of it, and whether it still is there. */
interface InPlace {
  readonly fault: string;
  readonly at: BareSite;
  readonly undo: Json;
  readonly isThere: (controls: Controls) => Promise<boolean>;
}

async function slowed(stack: Stack, bare: BareSite): Promise<InPlace> {
  const at = { ...bare, edgeFrom: "stack" };
  const toxic = { name: "slow", type: "latency", toxicity: 1, attributes: { latency: 50 } };
  await stack.controls(at).edge?.addToxic({ ...toxic, stream: "downstream" });
  const isThere = async ({ edge }: Controls): Promise<boolean> => (await edge?.toxicNames())?.includes("slow") === true;
  return { fault: "network.latency", at, undo: { toxic: "slow" }, isThere };
}

test("a whole trial of a stack without processes is run, proved, taken back and judged", async () => {
  const site = { service: "back", replica: "back-1" };
  const trial = { target: echoTarget(), platform: memory, fault: processKill, site };
  const { steps, left, record } = await runWholeTrial(trial);
  expect(steps).toEqual(["aiming", "applying", "confirmed", "reverting", "reverted"]);
  expect(left).toMatch(/^nothing is left: looked at 4 processes/);
  const changes = eventsOf(record.timeline, "inventory").flatMap((event) => event.changes);
  const before = expect.stringMatching(/back-1#1$/);
  expect(changes.filter(({ replica }) => replica === "back-1")[0]).toMatchObject({
    field: "instance",
    before,
    after: null,
  });
  const back = eventsOf(record.timeline, "fault").find(({ step }) => step === "reverted");
  expect(back?.evidence?.seen).toMatch(/^started again as \S+\/back-1#2$/);
});

/** What the suite is run on: stacks of the platform's own kind. */
interface Tried {
  readonly platform: Platform;
  readonly echo: () => Target;
  readonly replicas: readonly string[];
  /** Has one replica, vec. */
  readonly small: (env?: Readonly<Record<string, string>>) => Target;
  /** Another replica may appear. */
  readonly grows: boolean;
  /** Why it is not tried here. */
  readonly missing?: string | undefined;
}

const ofProcesses = { echo: echoTarget, replicas: ["back-1", "back-2", "front"], small: fixtureTarget };
const ofContainers = {
  echo: echoContainers,
  replicas: ["back-1", "back-2", "back-3", "front"],
  small: () => ({ ...oneContainer(), edges: [{ from: "stack", to: "vec" }] }),
};
// A stack of a Swarm is there before the harness is, and needs a Swarm: test/contract/swarm.test.ts.
const tried = platforms.filter((platform) => platform !== swarm);
const suites: readonly Tried[] = [...tried, memory].map((platform) =>
  platform.name === docker.name
    ? { platform, ...ofContainers, grows: false, missing: noEngine }
    : { platform, ...ofProcesses, grows: true },
);

let engine: TestEngine | undefined;
beforeAll(async () => {
  if (noEngine === undefined) engine = await openEngine();
});
afterAll(() => engine?.[Symbol.asyncDispose]());

/** Nobody adds a container to the others. */
const growing = suites.filter(({ grows }) => grows);

describe.each(growing.map((suite) => [suite.platform.name, suite] as const))(
  "a stack that grows on %s",
  (_name, suite) => {
    test("reaches a replica that appears later where the inventory says that it listens", async () => {
      const [port = 0] = await allocatePorts(1, 1, "a second replica");
      onTestFinished(() => releasePorts([port]));
      const { stack } = await started(suite.platform, suite.small({ FIXTURE_GROWS: String(port) }));
      await expect.poll(async () => (await stack.inventory(limit())).replicas.length).toBe(2);
      await expect.poll(async () => stack.isLiving(await instanceOf(stack, "vec-2"))).toBe(true);
      expect((await fetch(`${stack.addressOf("vec-2")}/health`)).status).toBe(200);
      expect(await stack.end()).toEqual([]);
    });
  },
);

describe.each(suites.map((suite) => [suite.platform.name, suite] as const))("the platform %s", (_name, suite) => {
  const { platform, small } = suite;
  beforeEach(({ skip }) => skip(suite.missing !== undefined, suite.missing));

  test("starts a stack whose replicas are listed, live, and answer where it says", async () => {
    const { stack } = await started(platform, suite.echo());
    const { replicas } = await stack.inventory(limit());
    expect(replicas.map(({ replica }) => replica)).toEqual(suite.replicas);
    for (const entry of replicas) {
      await expect.poll(() => stack.isLiving(entry.instance ?? ""), { timeout: 60_000 }).toBe(true);
      expect((await fetch(`${stack.addressOf(entry.replica)}/health`)).status).toBe(200);
    }
    expect(() => stack.addressOf("nobody")).toThrow("has no replica nobody");
  });

  test("gives at a site exactly the controls that it offers there", async () => {
    const { stack, folder } = await started(platform, small());
    const edge = { ...site(folder), edgeFrom: "stack" };
    for (const at of [site(folder), edge, { ...site(folder), service: "stack", replica: "stack" }]) {
      const offered = new Set(platform.offers(small(), at));
      const given = stack.controls(at);
      for (const control of offered) expect(given, `${control} at ${at.replica}`).toHaveProperty(control);
      expect("edge" in given && given.edge !== undefined).toBe(at.edgeFrom !== undefined);
      expect("vectors" in given).toBe(offered.has("vectors"));
    }
  });

  test("sees that a killed replica does not live, and that its successor is another incarnation", async () => {
    const { stack, folder } = await started(platform, small());
    const { process: control, replica } = stack.controls(site(folder));
    const [before, first] = [await instanceOf(stack, "vec"), await control?.find()];
    if (control === undefined || first === undefined) throw new Error("no process to end");
    expect(before).toBe(first);
    expect(await instanceOf(stack, "vec")).toBe(before);
    await control.signal(first, "SIGKILL");
    await expect.poll(() => control.isAlive(first), { timeout: 60_000 }).toBe(false);
    expect(await stack.isLiving(before)).toBe(false);
    await replica?.ensureRunning(limit());
    const second = await control.find();
    expect(second).not.toEqual(first);
    expect(await control.isAlive(first)).toBe(false);
    await expect.poll(() => instanceOf(stack, "vec"), { timeout: 60_000 }).toBe(second);
    await expect.poll(() => stack.isLiving(second ?? ""), { timeout: 60_000 }).toBe(true);
    expect([await stack.isRunning(before), await stack.isLiving(before)]).toEqual([false, false]);
  });

  test("takes a fault back in a fresh process, from nothing but what was written down", async () => {
    const { stack, folder } = await started(platform, small());
    const { fault, at, undo, isThere } = await slowed(stack, site(folder));
    const cleaner = await platform.reopen(structuredClone(stack.handle));
    expect(await isThere(cleaner.controls(at))).toBe(true);
    const { undoDir, seed, ...where } = at;
    const entry = { kind: "fault", fault, site: where, seed, undoDir, undo, handle: stack.handle };
    const outside = platforms.includes(platform) ? [] : [memoryModule, platform.name];
    const child = spawn(process.execPath, [script, ...outside], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(JSON.stringify(entry));
    let said = "";
    child.stdout.on("data", (part: Buffer) => (said += part.toString()));
    await once(child, "close");
    expect(JSON.parse(said)).toMatchObject({ confirmed: true });
    expect(await isThere(stack.controls(at))).toBe(false);
  });

  test("refuses a way back that is another platform's", async () => {
    const { stack, journal, folder } = await started(platform, small());
    const strange = { kind: "another platform", anything: 1 };
    const opened = platform.reopen(strange).then((cleaner) => cleaner.controls(site(folder)));
    await expect(opened).rejects.toMatchObject({ code: "environment" });
    expect(stack.handle.platform).toBe(platform.name);
    for (const entry of journal.all.filter(({ kind }) => kind === "platform")) {
      const foreign = { ...entry, kind: "platform", platform: "another platform" } as PlatformEntry;
      const taken = platform.takeBack(foreign, { graceMs: 0, signal: limit() });
      await expect(taken).rejects.toMatchObject({ code: "environment" });
    }
    for (const { instance } of (await stack.inventory(limit())).replicas) {
      expect(await stack.isLiving(instance ?? "")).toBe(true);
    }
  });

  test("takes every entry back that it wrote, once and again, until nothing is left on the machine", async () => {
    const { stack, journal, machine } = await started(platform, small());
    expect((await machine.look()).processes.length).toBeGreaterThan(0);
    const own = journal.all.filter((entry) => entry.kind === "platform");
    expect(own.length).toBeGreaterThan(0);
    expect(new Set(own.map((entry) => entry.platform))).toEqual(new Set([platform.name]));
    const before = await stack.inventory(limit());
    for (const turn of ["first", "second"]) {
      for (const entry of own.toReversed()) {
        const back = await platform.takeBack(entry, { graceMs: 0, signal: limit() });
        expect(back.ok, `${turn}: ${entry.what} ${back.says}`).toBe(true);
      }
    }
    for (const { instance } of before.replicas) expect(await stack.isLiving(instance ?? "")).toBe(false);
  });

  test("leaves nothing and notes everything as done when a stack ends", async () => {
    const { stack, journal, machine, helpers } = await started(platform, small());
    const ours = host.watch([]);
    for (const helper of helpers) await ours.addHelper(helper);
    expect((await ours.look()).processes).toHaveLength(helpers.length);
    expect(journal.open.size).toBeGreaterThan(0);
    expect(await stack.end()).toEqual([]);
    expect([...journal.open.values()]).toEqual([]);
    expect(await machine.look()).toMatchObject({ processes: [], folders: [], ports: [], unseen: [] });
    expect(await ours.look()).toMatchObject({ processes: [], unseen: [] });
  });
});
