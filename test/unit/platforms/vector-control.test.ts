import { expect, it } from "vitest";
import { selfRetrievalOf } from "../../../src/platforms/target-http/vector-control.ts";
import { targetReader } from "../../builders/target-reader.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const dir = join(import.meta.dirname, "../../../targets/reference-ai-stack");

it("has faults prove their effect by the first self-retrieval of a service, and what is read back by one of another sample", () => {
  const { target } = lintTargetText(readFileSync(join(dir, "target.yaml"), "utf8"), "target.yaml", targetReader(dir));
  const both = target?.probes.filter(({ kind }) => kind === "self-retrieval") ?? [];
  expect(both.map(({ samplePath }) => samplePath)).toEqual([
    "/records/sample",
    "/records/sample?from=index",
    "/records/sample",
  ]);
  const outside = { samplePath: "/records/sample", searchPath: "/search" };
  const readBackPath = "/records/sample?from=index";
  expect(selfRetrievalOf({ probes: both })).toEqual({ vector: { ...outside, readBackPath } });
  // Of one with the same sample nobody says that the index gives it back.
  const same = both.filter(({ samplePath }) => samplePath !== readBackPath);
  expect(selfRetrievalOf({ probes: same })).toEqual({ vector: outside });
  expect(selfRetrievalOf({ probes: [] })).toEqual({});
});
