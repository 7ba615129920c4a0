import { expect, test } from "vitest";
import { clientLibraries } from "../../../../src/load/client/source.ts";

const problemsOf = (url: string) => clientLibraries.checkKeys?.({ url }, { exists: () => true });

test("an address may have a path, which a library asks below, and no query", () => {
  expect(problemsOf("http://127.0.0.1:{port:gateway}/api")).toEqual([]);
  expect(problemsOf("http://127.0.0.1:80/api?a=1#b")).toEqual([
    { key: "url", found: "`?a=1#b`", expected: expect.stringContaining("adds its own path") as string },
  ]);
});
