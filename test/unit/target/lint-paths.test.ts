import { expect, test } from "vitest";
import { changed, problems } from "./lint-cases.ts";

test.each<[string, string, string]>([
  ["a sample path", "sample_path: /sample", "sample_path: PATH"],
  ["a search path", "search_path: /search", "search_path: PATH"],
  ["a probe's path", "path: /manifest", "path: PATH"],
  ["a health", "health: /health\n    replicas: [", "health: PATH\n    replicas: ["],
  ["a health's path", "health: /health\n    replicas: [", "health: { path: PATH }\n    replicas: ["],
])("%s that begins with two slashes, or a slash and a backslash, is refused: it names a host", (_, from, to) => {
  for (const path of ["//evil.example/sample", "/\\evil.example/sample"]) {
    expect(problems(changed(from, to.replace("PATH", `'${path}'`)))).toEqual([expect.stringContaining("evil.example")]);
  }
  expect(problems(changed(from, to.replace("PATH", "/a//b")))).toEqual([]);
});
