import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { platforms } from "../../../src/platforms/index.ts";
import { checksFor } from "../../../src/run/readiness.ts";

test("what a platform asks of the machine is among the checks", () => {
  const own = platforms.flatMap(({ checks }) => checks);
  expect(own.length).toBeGreaterThan(0);
  expect(checksFor("reports")).toEqual(expect.arrayContaining([...own]));
});

test("a reports folder that is a file is found, and one that is not there yet has room", async () => {
  const dir = await mkdtemp(join(tmpdir(), "readiness-"));
  try {
    await writeFile(join(dir, "file"), "");
    const look = async (out: string): Promise<string> =>
      (await checksFor(out)
        .find(({ name }) => name === "reports folder")
        ?.look()) ?? "no such check";
    await expect(look(join(dir, "file"))).rejects.toThrow("is not a folder");
    expect(await look(join(dir, "new", "folder"))).toContain("will be made");
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
