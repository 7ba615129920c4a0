// A cache that is created anew is another file: nobody who holds the former one reaches it.
import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { withOpenFile } from "../../../../../src/platforms/processes/open-file.ts";
import { BLOCK_ROW_BYTES, createBlockFile } from "../../../../../targets/reference-ai-stack/inference/kv/block-file.ts";
import { blockFileForTest } from "./block-file-for-test.ts";

const idOf = (path: string): string | undefined => withOpenFile(path, "read", ({ id }) => id);

it("what a former engine still writes stands in its own file, and the new one has another identity", () => {
  const { file: former, path } = blockFileForTest(4);
  former.write(0, "of the former engine");
  const before = idOf(path);
  const now = createBlockFile(path, 4);
  onTestFinished(() => now.close());
  former.write(1, "written late");
  expect(former.read(1)).toBe("written late");
  expect([now.read(0), now.read(1)]).toEqual(["", ""]);
  now.write(1, "of the new engine");
  expect([former.read(1), now.read(1)]).toEqual(["written late", "of the new engine"]);
  expect(idOf(path)).not.toBe(before);
  expect(readFileSync(path)).toHaveLength(4 * BLOCK_ROW_BYTES);
  expect(readdirSync(dirname(path))).toHaveLength(1);
});
