// One child over something that runs only on paper: what is asked of it is done in order, and confirmed.
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createChild, type ChildEnd } from "../../../../../targets/reference-ai-stack/supervisor/child.ts";
import { createFleet } from "../../../../../targets/reference-ai-stack/supervisor/fleet.ts";
import {
  launchProcess,
  type RunEnd,
  type Running,
  type SignalName,
} from "../../../../../targets/reference-ai-stack/supervisor/launch.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "child-"))));
afterEach(() => rm(folder, { recursive: true }));

const specOf = () => ({
  replica: "healer",
  service: "healer",
  port: 9,
  after: [],
  entry: join(folder, "child.mjs"),
  environment: () => ({}),
  logFile: join(folder, "healer.log"),
});

function promised<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

/** `answer`: what becomes of a signal; SIGKILL ends what runs unless that rejects. */
function onPaper(answer: (name: SignalName, sent: number) => Promise<void> = async () => undefined) {
  const signals: SignalName[] = [];
  const ends: ChildEnd[] = [];
  let runs = 0;
  const launch = vi.fn(async (): Promise<Running> => {
    const { promise: ended, resolve: end } = promised<RunEnd>();
    runs += 1;
    return {
      pid: 100 + runs,
      ended,
      cleared: ended.then(() => undefined),
      async signal(name) {
        signals.push(name);
        await answer(name, signals.filter((one) => one === name).length);
        if (name === "SIGKILL") end({ code: null, signal: "SIGKILL" });
      },
    };
  });
  return { child: createChild(specOf(), (end) => void ends.push(end), launch), signals, ends, launch };
}

test("it is frozen from when that was carried out, and not from when it was asked for", async () => {
  const { promise: paused, resolve: letPause } = promised<void>();
  const { child } = onPaper((name) => (name === "SIGSTOP" ? paused : Promise.resolve()));
  await child.start();
  const written: string[] = [];
  const freezing = child.freeze();
  const writing = child.whileStill(async () => void written.push("by the supervisor"));
  await new Promise(setImmediate);
  expect([child.isFrozen(), written]).toEqual([false, []]);
  letPause();
  expect(await freezing).toBe(true);
  await writing;
  expect([child.isFrozen(), written]).toEqual([true, ["by the supervisor"]]);
});

test("what could not be frozen is not called so, and goes on", async () => {
  const { child, signals } = onPaper((name) =>
    name === "SIGSTOP" ? Promise.reject(new Error("no freezer")) : Promise.resolve(),
  );
  await child.start();
  expect(await child.freeze()).toBe(false);
  expect(child.isFrozen()).toBe(false);
  expect(signals).toEqual(["SIGSTOP", "SIGCONT"]);
  expect(await child.whileStill(async () => "written")).toBe(undefined);
});

test("what is frozen is ended by SIGKILL alone, and whoever starts it meanwhile starts nothing before that", async () => {
  const { child, signals, launch, ends } = onPaper();
  await child.start();
  await child.freeze();
  const [, next] = await Promise.all([child.stop(1000), child.start()]);
  expect(signals).toEqual(["SIGSTOP", "SIGKILL"]);
  expect(next).toEqual({ started: true, pid: 102 });
  expect(launch).toHaveBeenCalledTimes(2);
  expect(ends).toEqual([{ code: null, signal: "SIGKILL", wanted: true }]);
  expect(child.isFrozen()).toBe(false);
});

test("nothing is started while somebody writes in its place", async () => {
  const { child, launch } = onPaper();
  const { promise: disk, resolve: written } = promised<string>();
  const writing = child.whileStill(() => disk);
  const starting = child.start();
  await new Promise(setImmediate);
  expect(launch).not.toHaveBeenCalled();
  written("on the disk");
  expect(await writing).toBe("on the disk");
  expect(await starting).toMatchObject({ started: true });
});

test("SIGKILL is sent again until it has ended, and what never ends is said", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const failing = onPaper(async (name, sent) => {
    if (name === "SIGKILL" && sent < 3) throw new Error("the engine is busy");
  });
  await failing.child.start();
  const stopped = failing.child.stop(0);
  await vi.advanceTimersByTimeAsync(5000);
  await stopped;
  expect(failing.signals).toEqual(["SIGKILL", "SIGKILL", "SIGKILL"]);
  expect(failing.child.pid()).toBe(null);

  const deaf = onPaper(() => Promise.reject(new Error("the engine is busy")));
  await deaf.child.start();
  const refused = expect(deaf.child.stop(10)).rejects.toThrow(/healer is still there .*SIGKILL: the engine is busy/);
  await vi.advanceTimersByTimeAsync(60_000);
  await refused;
  expect(deaf.child.pid()).toBe(101);
});

test("a kill that is answered before the process is gone is not its end", async () => {
  const { promise: ended, resolve: end } = promised<RunEnd>();
  const running = { pid: 1, ended, cleared: Promise.resolve(), signal: async () => undefined };
  const child = createChild(
    specOf(),
    () => undefined,
    async () => running,
  );
  await child.start();
  let isOver = false;
  const stopping = child.stop(0).then(() => (isOver = true));
  await new Promise(setImmediate);
  expect([isOver, child.pid()]).toEqual([false, 1]);
  end({ code: null, signal: "SIGKILL" });
  await stopping;
  expect(child.pid()).toBe(null);
});

test("what it has written goes with it, once that has all arrived", async () => {
  const { promise: cleared, resolve: clear } = promised<void>();
  const ended = Promise.resolve({ code: 0, signal: null });
  const child = createChild(
    specOf(),
    () => undefined,
    async () => ({ pid: 1, ended, cleared, signal: async () => undefined }),
  );
  await child.start();
  const forgetting = child.forget();
  expect(await Promise.race([forgetting.then(() => "forgotten"), pause(50, "waits")])).toBe("waits");
  writeFileSync(specOf().logFile, "its last words");
  clear();
  await forgetting;
  expect(existsSync(specOf().logFile)).toBe(false);
});

test("a stack that is being ended starts nothing more, also for whoever asked before", async () => {
  const { launch } = onPaper();
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const fleet = createFleet([specOf()], log, () => undefined, launch);
  const child = fleet.child("healer");
  await child?.start();
  const replacing = child?.stop(1).then(() => child.start());
  await Promise.all([expect(replacing).rejects.toThrow("being ended"), fleet.end()]);
  expect(launch).toHaveBeenCalledTimes(1);
});

test.skipIf(process.platform !== "linux")("a process is frozen once none of its threads runs", async () => {
  writeFileSync(
    specOf().entry,
    `import { Worker } from "node:worker_threads";
const busy = "for (;;) Math.sqrt(2)";
for (let n = 0; n < 3; n += 1) new Worker(busy, { eval: true });
process.stdout.write("busy\\n");`,
  );
  const running = await launchProcess(specOf());
  onTestFinished(async () => {
    await running.signal("SIGKILL");
    await running.ended;
  });
  const states = (): string[] =>
    readdirSync(`/proc/${running.pid}/task`).map((thread) => {
      const stat = readFileSync(`/proc/${running.pid}/task/${thread}/stat`, "utf8");
      return stat[stat.lastIndexOf(")") + 2] ?? "";
    });
  await expect.poll(() => readFileSync(specOf().logFile, "utf8")).toContain("busy");
  await running.signal("SIGSTOP");
  expect([...new Set(states())]).toEqual(["T"]);
});
