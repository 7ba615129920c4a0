// Commands that a probe runs beside a stack of processes: what they say counts, none outlives its time, and a later
// process ends what a killed harness has left.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { CommandOutcome } from "../../src/core/run-inside.ts";
import { processes } from "../../src/platforms/processes/platform.ts";
import { findInstance } from "../../src/platforms/processes/process-table.ts";
import { commandsHere } from "../../src/platforms/processes/run-here.ts";
import type { PlatformEntry } from "../../src/records/undo.ts";

const limit = (): AbortSignal => AbortSignal.timeout(60_000);

/** Commands with what was written down of them. */
function open() {
  const [entries, done, markers]: [PlatformEntry[], number[], string[]] = [[], [], []];
  const journal = {
    intend: async (entry: PlatformEntry) => entries.push(entry),
    done: async (seq: number) => void done.push(seq),
  };
  const commands = commandsHere("/tmp", journal, (marker) => markers.push(marker));
  onTestFinished(async () => void (await commands.end()));
  const run = (command: readonly string[], signal = limit(), env = {}): Promise<CommandOutcome> =>
    commands.at("8080")({ command, env }, signal);
  return { commands, run, entries, done, markers };
}

test("says how a command ended and what it wrote, told apart from one that cannot be run", async () => {
  const { run, commands, entries, done } = open();
  const words = "console.log(process.argv[1], process.env.WORD); console.error('oh'); process.exit(3)";
  expect(await run(["node", "-e", words, "{port}"], limit(), { WORD: "ready" })).toEqual({
    what: "ended",
    code: 3,
    output: "8080 ready\n",
    complaints: "oh\n",
  });
  expect(await run(["no-such-program"])).toMatchObject({ what: "unseen", why: expect.stringContaining("ENOENT") });
  const endless = "setInterval(() => process.stdout.write('x'.repeat(9999)), 1)";
  expect(await run(["node", "-e", endless])).toEqual({ what: "unseen", why: "it wrote more than 65536 bytes" });
  expect(await run(["sh", "-c", "kill -9 $$"])).toEqual({ what: "ill", why: "the command was ended by SIGKILL" });
  expect(entries).toHaveLength(1);
  expect(await commands.end()).toEqual([]);
  expect(done).toEqual([1]);
});

test("ends what does not end in time with what it started, and a later process what got away", async () => {
  const { run, entries, markers } = open();
  const late = await run(["sh", "-c", "sleep 600 & sleep 600"], AbortSignal.timeout(300));
  expect(late).toEqual({ what: "ill", why: "the command was not done in time" });
  const [marker = ""] = markers;
  await expect.poll(() => findInstance({ marker }), { timeout: 20_000 }).toEqual([]);
  // It leaves the group, and its outputs.
  const folder = await mkdtemp(join(tmpdir(), "rebound-away-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const leaves = `exec >/dev/null 2>&1; : > ${folder}/away; exec sleep 600`;
  const away = ["sh", "-c", `setsid sh -c '${leaves}' & until [ -e ${folder}/away ]; do :; done`];
  expect(await run(away)).toMatchObject({ what: "ended", code: 0 });
  await expect.poll(async () => (await findInstance({ marker })).length, { timeout: 20_000 }).toBe(1);
  const [entry] = entries;
  if (entry === undefined) throw new Error("it is written down before it runs");
  expect(processes.isStack(entry)).toBe(false);
  expect(await processes.takeBack(entry, { graceMs: 0, signal: limit() })).toEqual({ ok: true, says: "ended 1" });
  expect(await findInstance({ marker })).toEqual([]);
});
