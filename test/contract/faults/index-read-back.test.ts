// The stand's index is one of usearch, which is read back from where it is searched. On a real index of sqlite-vec
// intents-on-engines.test.ts keeps the contract: it acts, is seen, and is taken back to the byte by a fresh process.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexReadBack } from "../../../src/faults/vector/index-read-back.ts";
import { openStand, replicaSite } from "../../support/test-fault.ts";

const fault: Fault = indexReadBack;
const stand = openStand(fault.name, replicaSite, false);

test("is refused, by the file's name and format, where there is no second copy, before anything is written", async () => {
  const before = await readFile(stand.path());
  await expect(fault.prepare(fault.parse({}), stand.site())).rejects.toMatchObject({
    code: "environment",
    message: expect.stringMatching(/ \(format \S+\) is read back from where it is searched$/),
  });
  expect((await readFile(stand.path())).equals(before)).toBe(true);
});
