// `latest`: leads to the newest run, and nobody who lists the runs ever meets anything else beside them.

import { trialsOf } from "../../../src/core/digest.ts";
import { readdirSync } from "node:fs";
import { lstat, lutimes, mkdir, mkdtemp, readdir, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readHistory } from "../../../src/store/history.ts";
import { pointLatest, runFoldersIn } from "../../../src/store/latest.ts";
import { createRunFolder, resolveRunDir } from "../../../src/store/run-folder.ts";
import { readRun } from "../../builders/read-run.ts";
import { writeResult } from "../../../src/store/results.ts";
import { passingRun } from "../../builders/sample-run.ts";

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "rebound-latest-"));
});
afterEach(async () => {
  await rm(out, { recursive: true, force: true });
});

describe("latest", () => {
  test("leads to the newest run and is replaced by the next", async () => {
    for (const id of ["r1", "r2"]) {
      const run = await createRunFolder(out, id);
      await writeResult(run.dir, { ...passingRun().run, runId: id }, trialsOf({ ...passingRun().run, runId: id }));
      await pointLatest(run);
      expect((await readRun(join(out, "latest"))).runId).toBe(id);
    }
    expect(await readlink(join(out, "latest"))).toBe("r2");
    expect((await readdir(out)).sort()).toEqual(["latest", "r1", "r2"]);
  });

  test("may be a text file where links cannot be made, and is followed all the same", async () => {
    const run = await createRunFolder(out, "r1");
    await writeResult(run.dir, passingRun().run, trialsOf(passingRun().run));
    await writeFile(join(out, "latest"), "r1\n");
    expect(await resolveRunDir(join(out, "latest"))).toBe(run.dir);
    expect((await readRun(join(out, "latest"))).runId).toBe("sample");
  });

  test("as a text file leads nowhere else", async () => {
    await writeFile(join(out, "latest"), "../../etc\n");
    await expect(resolveRunDir(join(out, "latest"))).rejects.toMatchObject({ code: "bad-input" });
  });

  test("replaces a link that leads nowhere", async () => {
    await symlink("gone", join(out, "latest"));
    const run = await createRunFolder(out, "r1");
    await pointLatest(run);
    expect(await readlink(join(out, "latest"))).toBe("r1");
  });

  test("that is a folder of the user's own is left alone, loudly", async () => {
    await mkdir(join(out, "latest", "mine"), { recursive: true });
    const run = await createRunFolder(out, "r1");
    await expect(pointLatest(run)).rejects.toMatchObject({ code: "environment" });
    expect(await readdir(join(out, "latest"))).toEqual(["mine"]);
    expect((await readdir(out)).sort()).toEqual(["latest", "r1"]);
  });

  test("is never beside the runs under another name, however many runs end at once", async () => {
    const runs = await Promise.all(["r1", "r2", "r3", "r4"].map((id) => createRunFolder(out, id)));
    const met = new Set<string>();
    const over = new AbortController();
    const ending = Promise.all(
      runs.map(async (run) => {
        for (let times = 0; times < 50; times += 1) await pointLatest(run);
      }),
    ).finally(() => over.abort());
    let looks = 0;
    while (!over.signal.aborted) {
      for (const name of readdirSync(out)) met.add(name);
      looks += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ending;
    expect(looks).toBeGreaterThan(50);
    expect([...met].sort()).toEqual(["latest", "r1", "r2", "r3", "r4"]);
    expect(["r1", "r2", "r3", "r4"]).toContain(await readlink(join(out, "latest")));
    for (const run of runs) expect(await readdir(run.dir)).toEqual(["trials"]);
  });

  test("is made whole by the next run after a crash, of an earlier version too, which leaves nothing dangling", async () => {
    const [crashed, run] = [await createRunFolder(out, "r1"), await createRunFolder(out, "r2")];
    const drafts = [join(crashed.dir, ".latest"), join(out, ".latest-r1"), join(out, ".latest-r0")];
    for (const draft of drafts) await symlink("r1", draft);
    const hourAgo = Date.now() / 1000 - 3600;
    for (const draft of drafts.slice(0, 2)) await lutimes(draft, hourAgo, hourAgo);
    await pointLatest(run);
    expect(await readlink(join(out, "latest"))).toBe("r2");
    const left = await Promise.all(
      drafts.map((draft) =>
        lstat(draft)
          .then(() => true)
          .catch(() => false),
      ),
    );
    // The third is a second old: whoever makes it may be just about to move it.
    expect(left).toEqual([false, false, true]);
  });
});

describe("the runs of an output folder", () => {
  test("are its folders by a run's name: no link, no file, nothing hidden, and none when there is no folder", async () => {
    for (const id of ["r1", "r2"]) {
      const run = await createRunFolder(out, id);
      await writeResult(run.dir, { ...passingRun().run, runId: id }, trialsOf({ ...passingRun().run, runId: id }));
    }
    await symlink("r2", join(out, ".latest-r2"));
    await symlink("r1", join(out, "latest"));
    await symlink("r1", join(out, "mine"));
    await mkdir(join(out, ".latest-r9"));
    await writeFile(join(out, ".latest-r9", "run.json"), "{}");
    await writeFile(join(out, "notes.txt"), "");
    expect((await runFoldersIn(out)).toSorted()).toEqual(["r1", "r2"]);
    expect(await runFoldersIn(join(out, "gone"))).toEqual([]);
    const history = await readHistory(join(out, "r2"));
    expect(history).toMatchObject({ unread: [], runs: [{ runId: "r1" }] });
  });
});
