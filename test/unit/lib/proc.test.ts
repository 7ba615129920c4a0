import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endChild, firstAnswer, forkEntry, isGone, lastWords } from "../../../src/lib/proc.ts";

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
    const answer = firstAnswer(child, { take: () => true });
    await expect(answer).rejects.toThrow("ended at start (3)");
    expect(words()).toHaveLength(2_000);
    expect(words().trimEnd()).toMatch(/xlast$/);
  });

  it("loses what must not be seen before its words are cut", async () => {
    const child = forkEntry(await entry("console.error('secret-half' + 'y'.repeat(1_993));"), {});
    const words = lastWords(child, (text) => text.replaceAll("secret-half", "[gone]"));
    await once(child, "close");
    expect(words()).toBe(`[gone]${"y".repeat(1_993)}\n`);
  });

  it("answers first by the first message that is the answer, in time or not at all", async () => {
    const child = forkEntry(
      await entry("process.send({ n: 1 }); process.send({ n: 2 }); process.on('message', () => 0);"),
      {},
    );
    const take = (message: unknown): number | undefined => {
      const { n } = message as { n: number };
      return n === 2 ? n : undefined;
    };
    expect(await firstAnswer(child, { take, limitMs: 5_000 })).toBe(2);
    await expect(firstAnswer(child, { take, limitMs: 20 })).rejects.toThrow("did not answer within 20 ms");
    await endChild(child, 5_000);
    const nothing = forkEntry("/nowhere/there-is-no-such.mjs", {});
    await expect(firstAnswer(nothing, { take })).rejects.toThrow("ended at start (1)");
  });
});
