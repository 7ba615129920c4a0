import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { watchFile } from "../../../src/run/watch-file.ts";

const at = { folder: "" };
beforeEach(async () => {
  at.folder = await mkdtemp(join(tmpdir(), "rebound-watch-"));
});
afterEach(() => rm(at.folder, { recursive: true, force: true }));

/** Watches, and gives the next text that is looked at. */
async function watching(file: string) {
  const stop = new AbortController();
  const seen: (string | undefined)[] = [];
  const wanted: (() => void)[] = [];
  const ended = watchFile(
    file,
    async ({ text, trouble }) => {
      seen.push(trouble === undefined ? text : `trouble: ${trouble}`);
      wanted.splice(0).forEach((wake) => wake());
      await Promise.resolve();
    },
    stop.signal,
  );
  const until = async (text: string | undefined): Promise<void> => {
    while (seen.at(-1) !== text || seen.length === 0) {
      await Promise.race([new Promise<void>((wake) => wanted.push(wake)), ended]);
    }
  };
  return { seen, until, stop: () => stop.abort(), ended };
}

describe("a file that is watched", () => {
  it("is looked at now, after it is written, and after another file is put in its place", async () => {
    const file = join(at.folder, "a.yaml");
    await writeFile(file, "one");
    const { until, stop, ended, seen } = await watching(file);
    await until("one");
    await writeFile(join(at.folder, "other.yaml"), "other");
    await writeFile(`${file}.tmp`, "two");
    await rename(`${file}.tmp`, file);
    await until("two");
    // Of the file that came by renaming, the next change is heard as well.
    await writeFile(`${file}.tmp`, "three");
    await rename(`${file}.tmp`, file);
    await until("three");
    expect(seen).not.toContain("other");
    stop();
    await ended;
  });

  it("is told once to be away, and looked at when it is back", async () => {
    const file = join(at.folder, "a.yaml");
    await writeFile(file, "one");
    const { until, stop, ended } = await watching(file);
    await until("one");
    await rm(file);
    await until(undefined);
    await writeFile(`${file}.tmp`, "back");
    await rename(`${file}.tmp`, file);
    await until("back");
    stop();
    await ended;
  });

  it("that cannot be read although it is there is not told to be away", async () => {
    const file = join(at.folder, "a.yaml");
    await writeFile(file, "one");
    const { until, stop, ended } = await watching(file);
    await until("one");
    await mkdir(join(at.folder, "other"));
    await rm(file);
    await rename(join(at.folder, "other"), file);
    await until(`trouble: cannot read ${await realpath(file)}: it is a folder`);
    stop();
    await ended;
  });

  it.each([
    ["no.yaml", /cannot watch .*: it is not there/],
    ["", /cannot watch .*: it is a folder; name one file/],
  ])("of the name %j is refused at the first look", async (name, because) => {
    const refused = watchFile(join(at.folder, name), async () => undefined, new AbortController().signal);
    await expect(refused).rejects.toMatchObject({ code: "bad-input", message: expect.stringMatching(because) });
  });

  it("ends when its folder goes away", async () => {
    const file = join(at.folder, "a.yaml");
    await writeFile(file, "one");
    const { until, ended } = await watching(file);
    await until("one");
    await Promise.all([rm(at.folder, { recursive: true }), expect(ended).rejects.toThrow(/is gone/)]);
  });
});
