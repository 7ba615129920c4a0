import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Evidence } from "../../../src/records/timeline/fault.ts";
import type { UndoEntry } from "../../../src/records/undo.ts";
import { entryOf, isStack, wayOf } from "../../../src/platforms/processes/ways.ts";
import { entryOf as containerEntry } from "../../../src/platforms/docker/ways.ts";
import { entryOf as switchesEntry } from "../../../src/platforms/docker/swarm/ways.ts";
import { restoreRun, type RestoreDeps } from "../../../src/run/restore/restore.ts";
import { platforms } from "../../../src/platforms/index.ts";
import { thorough } from "../../../src/run/restore/undoing.ts";
import { runUndoFile } from "../../../src/store/undo-file.ts";
import { openUndoLog } from "../../../src/trial/undo-log.ts";

let runDir: string;

beforeEach(async () => {
  runDir = await mkdtemp(join(tmpdir(), "restore-"));
});
afterEach(() => rm(runDir, { recursive: true }));

const entries = (marker: string): UndoEntry[] => [
  entryOf({ kind: "directory", path: `/tmp/stack-${marker}`, marker }),
  entryOf({ kind: "process", marker }),
  ...["first", "second"].map((name): UndoEntry => ({
    kind: "fault",
    fault: name,
    site: { service: "s", replica: "s-1" },
    seed: 1,
    undoDir: "/tmp/u",
    undo: null,
    handle: null,
  })),
];

async function logOf(trial: string, list: readonly UndoEntry[]): Promise<void> {
  const log = await openUndoLog(join(runDir, "trials", trial, "undo.jsonl"));
  for (const entry of list) await log.intend(entry);
  await log.close();
}

const well: Evidence = { confirmed: true, expected: "", seen: "put back" };

/** Deps that note what they were asked, in order. */
function noting(over: Partial<RestoreDeps> = {}): RestoreDeps & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async revertFault(entry, signal) {
      asked.push(entry.fault);
      return over.revertFault ? over.revertFault(entry, signal) : well;
    },
    async takeBack(entry, signal) {
      const way = wayOf(entry);
      if (way.kind === "process") asked.push(`end ${way.marker}`);
      if (way.kind === "proxies") asked.push(`remove proxies ${way.prefix}`);
      if (way.kind === "directory") asked.push(`remove ${way.path}`);
      if (over.takeBack && way.kind !== "directory") return over.takeBack(entry, signal);
      return { ok: true, says: way.kind === "process" ? "ended 2" : "removed" };
    },
    isStack,
    ...(over.budgetMs === undefined ? {} : { budgetMs: over.budgetMs }),
    ...(over.faultsBudgetMs === undefined ? {} : { faultsBudgetMs: over.faultsBudgetMs }),
    ...(over.sideBySide === undefined ? {} : { sideBySide: over.sideBySide }),
  };
}

test("every trial is undone last in first out: faults, then processes, then the folder", async () => {
  await logOf("a/x/treatment-1", entries("a"));
  await logOf("b/y/ablation-2", entries("b"));
  const deps = noting();
  const report = await restoreRun(runDir, deps);
  expect(deps.asked).toEqual([
    "second",
    "first",
    "end a",
    "remove /tmp/stack-a",
    "second",
    "first",
    "end b",
    "remove /tmp/stack-b",
  ]);
  expect(report.remains).toEqual([]);
  expect(report.done).toHaveLength(8);
  expect(await restoreRun(runDir, noting())).toEqual({ done: [], remains: [] });
});

test("an entry that hangs is given up at its own time limit and does not hold up or shorten the others", async () => {
  await logOf("a/x/treatment-1", entries("a").slice(2));
  const signals: AbortSignal[] = [];
  const deps = noting({
    budgetMs: 60,
    revertFault: (entry, signal) => {
      signals.push(signal);
      return entry.fault === "second"
        ? new Promise(() => setTimeout(() => undefined, 5_000).unref())
        : Promise.resolve(well);
    },
  });
  const report = await restoreRun(runDir, deps);
  expect(report.remains.map((item) => [item.what, item.says])).toEqual([
    ["fault second at s-1", "took longer than its time limit of 60 ms"],
  ]);
  expect(report.done.map((item) => item.what)).toEqual(["fault first at s-1"]);
  expect(new Set(signals).size).toBe(2);
});

test("in a hurry, faults that hang share one budget, and the processes still get their turn", async () => {
  await logOf("a/x/treatment-1", entries("a"));
  const never = (): Promise<never> => new Promise(() => undefined);
  const deps = noting({ budgetMs: 60_000, faultsBudgetMs: 40, revertFault: never });
  const report = await restoreRun(runDir, deps);
  expect(deps.asked).toEqual(["second", "first", "end a", "remove /tmp/stack-a"]);
  expect(report.done.map(({ says }) => says)).toEqual([
    "gone with its stack (took longer than its time limit of 20 ms)",
    expect.stringMatching(/^gone with its stack \(took longer than its time limit of \d+ ms\)$/),
    "ended 2",
    "removed",
  ]);
});

test("side by side, a trial that hangs does not hold up another one, and what belongs to the run as a whole comes last", async () => {
  await logOf("a/x/treatment-1", entries("a"));
  await logOf("b/y/treatment-1", entries("b"));
  const own = await openUndoLog(runUndoFile(runDir));
  await own.intend(entryOf({ kind: "process", marker: "helpers" }));
  await own.close();
  let bIsGone: () => void = () => undefined;
  const other = new Promise<void>((resolve) => (bIsGone = resolve));
  const deps = noting({
    sideBySide: true,
    async takeBack(entry) {
      if (entry.what === "processes of a") await other;
      if (entry.what === "processes of b") bIsGone();
      return { ok: true, says: "ended 1" };
    },
  });
  expect((await restoreRun(runDir, deps)).remains).toEqual([]);
  expect(deps.asked.at(-1)).toBe("end helpers");
  expect(deps.asked).toHaveLength(9);
});

test("a log that cannot be read is named, and the other trials are undone all the same", async () => {
  await logOf("a/x/treatment-1", entries("a"));
  await mkdir(join(runDir, "trials/b/y/treatment-1/undo.jsonl"), { recursive: true });
  const report = await restoreRun(runDir, noting());
  expect(report.done).toHaveLength(4);
  expect(report.remains).toMatchObject([{ what: "undo log", says: expect.stringContaining("cannot read") }]);
});

test("a fault that cannot be taken back remains while its stack lives, and is tried again", async () => {
  await logOf("a/x/treatment-1", entries("a"));
  const failing = noting({
    revertFault: () => Promise.reject(new Error("no answer")),
    takeBack: () => Promise.resolve({ ok: false, says: "1 could not be ended" }),
  });
  const first = await restoreRun(runDir, failing);
  expect(first.remains.map((item) => item.says)).toEqual(["no answer", "no answer", "1 could not be ended"]);
  const again = noting();
  expect((await restoreRun(runDir, again)).remains).toEqual([]);
  expect(again.asked).toEqual(["second", "first", "end a"]);
});

test("a fault that cannot be taken back is moot once its processes and its folder are gone", async () => {
  await logOf("a/x/treatment-1", entries("a"));
  const report = await restoreRun(runDir, noting({ revertFault: () => Promise.reject(new Error("no answer")) }));
  expect(report.remains).toEqual([]);
  expect(report.done[0]?.says).toBe("gone with its stack (no answer)");
});

test("a fault alone in its log is never moot: nothing says that its stack is gone", async () => {
  await logOf("a/x/treatment-1", entries("a").slice(2, 3));
  const report = await restoreRun(
    runDir,
    noting({ revertFault: () => Promise.resolve({ ...well, confirmed: false }) }),
  );
  expect(report.remains).toHaveLength(1);
});

test("a fault is not moot where only names and proxies around an attached project were given back", async () => {
  const [engine, marker] = ["unix:///nowhere.sock", "ab"];
  const names = containerEntry({ kind: "names", engine, marker, container: "c".repeat(64), networks: [] });
  const proxies = containerEntry({ kind: "proxies", apiUrl: "http://127.0.0.1:1", prefix: "ab-" });
  const faultEntries = entries("a").slice(2, 3);
  const deps: RestoreDeps = {
    ...thorough(),
    revertFault: () => Promise.reject(new Error("no time")),
    takeBack: () => Promise.resolve({ ok: true, says: "gone" }),
  };
  await logOf("a/x/treatment-1", [proxies, names, ...faultEntries]);
  const report = await restoreRun(runDir, deps);
  expect(report.remains.map(({ says }) => says)).toEqual(["no time"]);
  expect(report.done.map(({ says }) => says)).toEqual(["gone", "gone"]);
  // Names that were given back before are none either; a stack that was is gone.
  expect((await restoreRun(runDir, deps)).remains.map(({ says }) => says)).toEqual(["no time"]);
  await logOf("b/x/treatment-1", [containerEntry({ kind: "stack", engine, marker }), names, ...faultEntries]);
  expect((await restoreRun(runDir, deps)).done.map(({ says }) => says)).toContain("gone with its stack (no time)");
});

test("a stack stands in the log by its processes or containers, and by nothing around it", () => {
  const [engine, marker] = ["unix:///nowhere.sock", "ab"];
  const proxies = { kind: "proxies", apiUrl: "http://127.0.0.1:1", prefix: "ab-" } as const;
  const list = [
    entryOf({ kind: "process", marker }),
    entryOf({ kind: "directory", path: "/tmp/stack-ab", marker }),
    entryOf(proxies),
    containerEntry({ kind: "stack", engine, marker }),
    containerEntry({ kind: "names", engine, marker, container: "c", networks: [] }),
    containerEntry(proxies),
    switchesEntry({ engine, stack: "s", switches: [] }),
  ];
  const standsFor = list.map((entry) =>
    platforms.filter((platform) => platform.isStack(entry)).map(({ name }) => name),
  );
  expect(standsFor).toEqual([["processes"], [], [], ["docker"], [], [], []]);
});

test("a fault is not moot while something of its platform remains, or a line of its log cannot be read", async () => {
  const unreverted = { revertFault: () => Promise.reject(new Error("no answer")) };
  const stuck = { ...unreverted, takeBack: () => Promise.resolve({ ok: false, says: "still there" }) };
  await logOf("a/x/treatment-1", entries("a"));
  expect((await restoreRun(runDir, noting(stuck))).remains).toHaveLength(3);
  await appendFile(join(runDir, "trials/a/x/treatment-1/undo.jsonl"), '{"seq":5,"step":"spell"}\n');
  expect((await restoreRun(runDir, noting(unreverted))).remains.map(({ says }) => says)).toEqual([
    expect.stringContaining("not understood"),
    "no answer",
    "no answer",
  ]);
});

test("what a platform wrote that this version does not have remains, with its name, and stays in the log", async () => {
  const entry: UndoEntry = { kind: "platform", platform: "ships", what: "ship 7", way: { mast: 7 } };
  await logOf("a/x/treatment-1", [entry]);
  for (const turn of [1, 2]) {
    const { done, remains } = await restoreRun(runDir, thorough());
    expect([turn, done]).toEqual([turn, []]);
    expect(remains).toMatchObject([{ what: "ship 7", says: "this version has no platform ships" }]);
  }
});

test("a folder without trials has nothing to restore", async () => {
  expect(await restoreRun(join(runDir, "not-there"), noting())).toEqual({ done: [], remains: [] });
});

test("proxies on somebody else's Toxiproxy are removed; those that stay are named and tried again", async () => {
  await logOf("a/x/treatment-1", [entryOf({ kind: "proxies", apiUrl: "http://127.0.0.1:1", prefix: "ab-" })]);
  const stuck = noting({ takeBack: () => Promise.resolve({ ok: false, says: "proxy ab-edge" }) });
  expect((await restoreRun(runDir, stuck)).remains).toMatchObject([{ says: "proxy ab-edge" }]);
  const deps = noting();
  expect((await restoreRun(runDir, deps)).remains).toEqual([]);
  expect(deps.asked).toEqual(["remove proxies ab-"]);
  expect((await restoreRun(runDir, noting())).done).toEqual([]);
});
