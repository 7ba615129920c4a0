import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endChild, forkEntry, isGone, lastWords, onFailedStart } from "../../../src/lib/child-process.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rebound-child-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function entry(code: string): Promise<string> {
  const file = join(folder, `${code.length}.mjs`);
  await writeFile(file, code);
  return file;
}

describe("a process of our own", () => {
  it("sees PATH and its mark, and nothing else of our environment", async () => {
    const child = forkEntry(await entry("process.send(Object.keys(process.env)); process.on('message', () => 0);"), {
      mark: { MARKED: "1" },
    });
    const [names] = (await once(child, "message")) as [string[]];
    expect(names).toContain("MARKED");
    // Node adds its channel's own names.
    expect(names.filter((name) => !name.startsWith("NODE_CHANNEL")).toSorted()).toEqual(["MARKED", "PATH"]);
    await endChild(child, 5_000);
    expect(child.exitCode).toBe(0);
  });

  it("is ended by force when it does not end by itself", async () => {
    const child = forkEntry(await entry("process.send('up'); setInterval(() => 0, 1000);"), {});
    await once(child, "message");
    expect(isGone(child)).toBe(false);
    await endChild(child, 50);
    expect(child.signalCode).toBe("SIGKILL");
    await endChild(child, 50);
  });

  it("that ends at start says so, with the newest of what it wrote", async () => {
    const child = forkEntry(await entry("console.error('x'.repeat(3000) + 'last'); process.exitCode = 3;"), {});
    const words = lastWords(child);
    const what = await new Promise<string>((resolve) => {
      onFailedStart(child, resolve);
    });
    expect(what).toBe("ended at start (3)");
    expect(words()).toHaveLength(2_000);
    expect(words().trimEnd()).toMatch(/xlast$/);
  });
});
