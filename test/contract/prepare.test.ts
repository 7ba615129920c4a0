// The command that prepares a target: what it is told, how it fails, and that it can be taken back.

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Target } from "../../src/core/target.ts";
import type { UndoJournal } from "../../src/core/undo.ts";
import { prepareTarget } from "../../src/platforms/processes/prepare-target.ts";
import { findByMarker } from "../support/find-by-marker.ts";
import { endInstance } from "../../src/platforms/processes/process-table.ts";
import type { UndoEntry } from "../../src/records/undo.ts";
import { fixtureTarget } from "../support/fixture-target.ts";

const signal = AbortSignal.timeout(60_000);
let workDir: string;

beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), "prepare-"));
});

afterEach(async () => {
  await rm(workDir, { recursive: true });
});

test("prepare hands over what the command says and fails with its last lines", async () => {
  const journal = notingJournal();
  const lines: string[] = [];
  const options = {
    cacheDir: join(workDir, "cache"),
    onLine: (line: string) => void lines.push(line),
    signal,
    journal,
  };
  await prepareTarget(prepared("console.log(process.env.CACHE)"), options);
  expect(lines).toEqual([join(workDir, "cache")]);
  const failing = prepareTarget(prepared("console.error('disk full'); process.exit(3)"), options);
  await expect(failing).rejects.toThrow(/failed \(3\):\ndisk full/);
  const hanging = prepareTarget(prepared("setInterval(() => {}, 1000)", 300), options);
  await expect(hanging).rejects.toThrow("took longer than 300 ms");
  expect(journal.open.size).toBe(0);
});

test("prepare's processes are in the undo log before they start, and none starts when the log cannot be written", async () => {
  const journal = notingJournal();
  const options = { cacheDir: workDir, onLine: () => undefined, signal, journal };
  let marker = "";
  const said = new Promise<void>((resolve) => {
    const onLine = (): void => {
      marker = [...journal.open.values()].map(markerOf).join(" ");
      resolve();
    };
    const target = prepared("console.log('up'); setInterval(() => {}, 1000)", 30_000);
    void prepareTarget(target, { ...options, onLine }).catch(() => undefined);
  });
  await said;
  expect(await findByMarker(marker)).toHaveLength(1);
  await endInstance({ marker }, 0);
  const file = join(workDir, "was-here");
  const full = { ...journal, intend: () => Promise.reject(new Error("no space left on device")) };
  const refused = prepareTarget(prepared(`require('fs').writeFileSync(${JSON.stringify(file)}, '')`), {
    ...options,
    journal: full,
  });
  await expect(refused).rejects.toThrow("no space left");
  await expect(stat(file)).rejects.toMatchObject({ code: "ENOENT" });
});

function prepared(script: string, timeoutMs = 10_000): Target {
  return { ...fixtureTarget(), prepare: { command: ["node", "-e", script], env: { CACHE: "{cacheDir}" }, timeoutMs } };
}

/** A journal in memory: what was intended and is not yet done. */
function notingJournal(): UndoJournal & { readonly open: ReadonlyMap<number, UndoEntry> } {
  const open = new Map<number, UndoEntry>();
  let seq = 0;
  return {
    open,
    async intend(entry) {
      open.set((seq += 1), entry);
      return seq;
    },
    async done(number) {
      open.delete(number);
    },
  };
}

/** The marker of the processes that an entry would end; its kind where it is about something else. */
function markerOf(entry: UndoEntry): string {
  const marker = entry.kind === "platform" ? (entry.way as Readonly<Record<string, unknown>>)["marker"] : undefined;
  return typeof marker === "string" ? marker : entry.kind;
}
