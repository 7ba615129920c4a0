// KV memory: what is cached is found again by its prefix alone, the bound holds, and who loses his blocks begins anew.
import { describe, expect, it } from "vitest";
import { createKvPool, TooLong, type KvPool } from "../../../../../targets/reference-ai-stack/inference/kv/pool.ts";
import {
  BLOCK_TOKENS,
  blocksFor,
  countTokens,
  hashesOf,
  messagesOf,
  promptOf,
  tokensIn,
  wholeBlocks,
} from "../../../../../targets/reference-ai-stack/inference/kv/prompt.ts";
import { readInto } from "../../../../../targets/reference-ai-stack/inference/kv/reading.ts";
import { blockFileForTest } from "./block-file-for-test.ts";

const never = new AbortController();

function poolOf(blocks: number): { readonly pool: KvPool; readonly preempted: () => number; readonly path: string } {
  const { file, path } = blockFileForTest(blocks);
  let preempted = 0;
  return { pool: createKvPool(blocks, file, () => (preempted += 1)), preempted: () => preempted, path };
}

const words = (count: number, from = 0): string => Array.from({ length: count }, (_, n) => `w${from + n}`).join(" ");

describe("a prompt", () => {
  it("comes back from its blocks as it was, turn by turn, whatever white space and unusual text it has", () => {
    for (const content of [
      words(40),
      "a\n\nPassage [x.y]:\n  indented\tand so on",
      "ä€🙂 <|im_end|> \u001f",
      "",
      "   ",
    ]) {
      const chat = [
        { role: "system", content },
        { role: "user", content: words(20, 100) },
      ];
      const prompt = promptOf(chat);
      expect(countTokens(chat)).toBe(prompt.tokens.length);
      const blocks = wholeBlocks(prompt.tokens);
      const again = [...blocks.flatMap(tokensIn), ...prompt.tokens.slice(blocks.length * BLOCK_TOKENS)];
      const [system, user] = messagesOf(prompt, again);
      expect(system?.content).toBe(`${content}\n`.trimStart());
      expect(user?.content).toBe(`${words(20, 100)}\n`);
    }
  });

  it("shares the hashes of its blocks exactly as far as it is the same, and none with another salt or another version", () => {
    const one = wholeBlocks(promptOf([{ role: "user", content: words(64) }]).tokens);
    const other = [...one.slice(0, 2), words(16, 900), ...one.slice(3)];
    const all = { version: "one", salt: "" };
    const [a, b] = [hashesOf(one, all), hashesOf(other, all)];
    expect(a.map((hash, n) => hash === b[n])).toEqual([true, true, false, false]);
    for (const owner of [
      { ...all, salt: "mine" },
      { ...all, version: "two" },
      { version: "", salt: "one" },
    ]) {
      expect(hashesOf(one, owner).some((hash) => a.includes(hash))).toBe(false);
    }
  });

  it("is always whole blocks of text, also of garbage", () => {
    expect(tokensIn("")).toHaveLength(BLOCK_TOKENS);
    expect(tokensIn(words(99))).toHaveLength(BLOCK_TOKENS);
    expect(blocksFor(0)).toBe(0);
    expect(blocksFor(17)).toBe(2);
  });
});

describe("KV memory", () => {
  it("finds what a former request has read, and counts what is cached as free", async () => {
    const { pool } = poolOf(4);
    const first = await pool.take(["a", "b"], 3, never);
    expect(first.cached).toEqual([]);
    first.keep(["text a", "text b"]);
    expect(pool.held()).toBe(3);
    first.release();
    first.release();
    expect(pool.held()).toBe(0);
    const second = await pool.take(["a", "b", "c"], 4, never);
    expect(second.cached).toEqual(["text a", "text b"]);
    second.release();
    // All four are needed for something else: nothing of the cache is left.
    const third = await pool.take([], 4, never);
    third.release();
    expect((await pool.take(["a"], 1, never)).cached).toEqual([]);
  });

  it("hands out what the file holds by now, and nothing after the cache was cleared", async () => {
    const { pool, path } = poolOf(4);
    const first = await pool.take(["a"], 1, never);
    first.keep(["right text"]);
    first.release();
    const { writeFileSync, readFileSync } = await import("node:fs");
    const bytes = readFileSync(path);
    bytes.write("WRONG", 2);
    writeFileSync(path, bytes);
    expect((await pool.take(["a"], 1, never)).cached).toEqual(["WRONG text"]);
    pool.clearCache();
    expect((await pool.take(["a"], 1, never)).cached).toEqual([]);
  });

  it("refuses what could never run, waits where there is no room, and serves in order", async () => {
    const { pool } = poolOf(4);
    await expect(pool.take([], 5, never)).rejects.toThrow(TooLong);
    const first = await pool.take([], 3, never);
    const order: string[] = [];
    const large = pool.take([], 4, never).then((lease) => (order.push("large"), lease));
    const small = pool.take([], 1, never).then((lease) => (order.push("small"), lease));
    await expect.poll(() => pool.waiting()).toBe(2);
    first.release();
    (await large).release();
    (await small).release();
    expect(order).toEqual(["large", "small"]);
    expect([pool.held(), pool.waiting()]).toEqual([0, 0]);
  });

  it("loses nobody who gives up while he waits", async () => {
    const { pool } = poolOf(2);
    const first = await pool.take([], 2, never);
    const leaving = new AbortController();
    const left = pool.take([], 1, leaving);
    const next = pool.take([], 1, never);
    leaving.abort(new Error("went away"));
    await expect(left).rejects.toThrow("went away");
    first.release();
    (await next).release();
    expect([pool.held(), pool.waiting()]).toEqual([0, 0]);
  });

  it("lets go of who gives up in the middle of the queue at once, and of nobody else", async () => {
    const { pool } = poolOf(4);
    const first = await pool.take([], 3, never);
    const [head, second, third] = [never, new AbortController(), never].map((asker) => pool.take([], 2, asker));
    const leaving = new AbortController();
    const fourth = pool.take([], 1, leaving);
    expect(pool.waiting()).toBe(4);
    leaving.abort(new Error("the fourth left"));
    await expect(fourth).rejects.toThrow("the fourth left");
    expect([pool.waiting(), pool.held()]).toEqual([3, 3]);
    first.release();
    const leases = await Promise.all([head, second]);
    expect([pool.waiting(), pool.held()]).toEqual([1, 4]);
    for (const lease of leases) lease?.release();
    (await third)?.release();
    expect([pool.waiting(), pool.held()]).toEqual([0, 0]);
  });

  it("serves who comes behind one that gives up and needs less, and nobody twice who leaves as he is served", async () => {
    const { pool } = poolOf(4);
    const first = await pool.take([], 3, never);
    const leaving = new AbortController();
    const large = pool.take([], 4, leaving);
    const small = pool.take([], 1, never);
    leaving.abort(new Error("went away"));
    await expect(large).rejects.toThrow("went away");
    (await small).release();
    const served = new AbortController();
    const late = pool.take([], 4, served);
    const last = pool.take([], 1, never);
    first.release();
    // In the turn in which it is granted.
    queueMicrotask(() => served.abort(new Error("too late")));
    const lease = await late;
    expect([pool.waiting(), pool.held()]).toEqual([1, 4]);
    lease.release();
    (await last).release();
    expect([pool.waiting(), pool.held()]).toEqual([0, 0]);
  });

  it("counts no probe among those that wait", async () => {
    const { pool } = poolOf(2);
    const first = await pool.take([], 2, never);
    const user = pool.take([], 1, never);
    const probe = pool.take([], 1, { signal: never.signal, isProbe: true });
    expect(pool.waiting()).toBe(1);
    first.release();
    for (const lease of await Promise.all([user, probe])) lease.release();
  });

  it("holds nothing for one whose cached blocks cannot be read", async () => {
    let isBroken = false;
    const { file } = blockFileForTest(4);
    const read = (row: number): string => {
      if (isBroken) throw new Error("EIO");
      return file.read(row);
    };
    const pool = createKvPool(4, { ...file, read });
    const first = await pool.take(["a"], 1, never);
    first.keep(["text"]);
    first.release();
    isBroken = true;
    await expect(pool.take(["a"], 1, never)).rejects.toThrow("EIO");
    expect(pool.held()).toBe(0);
  });

  it("takes room for one that grows from the youngest, which is told, and counted", async () => {
    const { pool, preempted } = poolOf(4);
    const old = await pool.take([], 2, never);
    const young = await pool.take([], 2, never);
    expect(old.grow(3)).toBe(true);
    expect([young.isPreempted, old.isPreempted, preempted()]).toEqual([true, false, 1]);
    expect(young.grow(3)).toBe(false);
    expect(old.grow(4)).toBe(true);
    // Alone, and the memory is full: there is nobody to take from.
    expect(old.grow(5)).toBe(false);
    expect(old.isPreempted).toBe(false);
    young.release();
    old.release();
    expect(pool.held()).toBe(0);
  });
});

describe("a prompt in KV memory", () => {
  const reading = (pool: KvPool, salt: string) => {
    const prompt = promptOf([{ role: "user", content: words(20) }]);
    return readInto(
      { kv: pool, prefillPerSecond: 1e9, onRead: () => undefined },
      prompt,
      { version: "one", salt },
      never,
    );
  };

  it("ends at the bound, also where it has lost its blocks, and takes none from others for what can never be", async () => {
    const { pool, preempted } = poolOf(4);
    const old = await reading(pool, "a");
    const young = await reading(pool, "b");
    expect(await old.hasRoom(5 * BLOCK_TOKENS)).toBe(false);
    expect(preempted()).toBe(0);
    expect(await old.hasRoom(2 * BLOCK_TOKENS)).toBe(true);
    expect(preempted()).toBe(1);
    expect(await young.hasRoom(5 * BLOCK_TOKENS)).toBe(false);
    old.release();
    young.release();
    expect([pool.held(), pool.waiting()]).toEqual([0, 0]);
  });
});
