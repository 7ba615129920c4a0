import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writtenDose } from "../../../src/core/dose.ts";
import { durationWords } from "../../../src/core/duration.ts";
import { describe, expect, test } from "vitest";
import { HarnessError } from "../../../src/core/errors.ts";
import type { Site } from "../../../src/core/controls.ts";
import { faults } from "../../../src/faults/index.ts";
import { faultFiles, isOfClusters } from "../../support/faults-index.ts";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../../src/faults");

function failureOf(act: () => unknown): HarnessError {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof HarnessError) return thrown;
    throw thrown;
  }
  throw new Error("it was accepted");
}

const parse = (kind: string, input: unknown): unknown => faults.find((fault) => fault.name === kind)?.parse(input);

test("every file in a folder of a theme is one fault of the table, under its name", () => {
  expect(faults.map((fault) => fault.name.replaceAll(".", "-"))).toEqual(faultFiles(folder).map(({ file }) => file));
});

test("every fault brings its own cases to the contract suite", () => {
  const cases = readdirSync(join(folder, "../../test/contract/faults")).map((name) => name.replace(/\.test\.ts$/, ""));
  // Those of a cluster share one, which takes a while to come up: test/contract/swarm.test.ts.
  const own = faults.filter((fault) => !isOfClusters(fault));
  expect(cases.sort()).toEqual(own.map((fault) => fault.name.replaceAll(".", "-")).sort());
});

describe.each(faults.map((fault) => [fault.name, fault] as const))("%s", (_, fault) => {
  test("says in one sentence what it does", () => {
    expect(fault.about).toMatch(/^[A-Z].*\.$/);
    expect(fault.about.length).toBeLessThan(120);
  });

  test("answers an unknown parameter with what it found and what it accepts", () => {
    const failure = failureOf(() => fault.parse({ sevirity: 3 }));
    expect(failure.code).toBe("bad-input");
    expect(failure.message).toContain("sevirity");
    expect(failure.message).toMatch(/expected (parameters of|no parameters)/);
    expect(failure.problems.length).toBeGreaterThan(0);
  });

  test("describes every parameter, and takes its own example", () => {
    const properties = Object.values(fault.paramsSchema["properties"] ?? {}) as { readonly description?: string }[];
    expect(properties.filter(({ description = "" }) => !/^[A-Z].{10,}\.$/.test(description))).toEqual([]);
    expect(() => fault.parse(fault.example)).not.toThrow();
  });

  test("has a dose that goes from one end to the other of what its schema takes, if it has one", () => {
    const { dose } = fault;
    if (dose === undefined) return;
    const takes = (value: number): boolean => {
      try {
        fault.parse({ ...fault.example, [dose.param]: writtenDose(dose, value) });
        return true;
      } catch {
        return false;
      }
    };
    expect(Object.keys(fault.paramsSchema["properties"] ?? {})).toContain(dose.param);
    expect([dose.mildest, dose.harshest].map(takes)).toEqual([true, true]);
    expect(dose.mildest).not.toBe(dose.harshest);
    // Nothing that the schema takes is harsher: a sweep goes as far as it may.
    expect(takes(dose.harshest > dose.mildest ? dose.harshest * 1.02 : dose.harshest * 0.9)).toBe(false);
  });

  test("names what it writes, when it writes into files: only that can be its residue", () => {
    expect(fault.wrote !== undefined).toBe(fault.needs.includes("files"));
  });

  test("names the control it misses instead of failing on undefined", async () => {
    if (fault.needs.length === 0) return;
    const site: Site = { service: "s", replica: "s-1", seed: 1, undoDir: "/nowhere", controls: {} };
    await expect(fault.prepare(fault.parse(fault.example), site)).rejects.toThrow(/needs the control ".+" at s-1/);
  });
});

describe("parameters", () => {
  test("are read with units and defaults", () => {
    expect(parse("network.latency", { latency: "400ms" })).toEqual({ latency: 400, jitter: 0 });
    expect(parse("network.latency", { latency: "1.5s", jitter: "20ms" })).toEqual({ latency: 1_500, jitter: 20 });
    expect(parse("process.kill", undefined)).toEqual({ signal: "SIGKILL" });
    expect(parse("index.corruption", { mode: "nan" })).toEqual({ share: 0.3, mode: "nan", role: "index" });
    expect(parse("index.corruption", { mode: "part", part: 0.25 })).toMatchObject({ mode: "part", part: 0.25 });
    expect(parse("index.corruption", { role: "vectors" })).toMatchObject({ role: "vectors" });
    for (const mode of ["zero", "noise", "nan", "part", "flip", "truncate"]) {
      expect(parse("index.corruption", { mode })).toMatchObject({ mode });
    }
  });

  test.each([
    ["network.latency", {}],
    ["network.latency", { latency: "fast" }],
    ["network.latency", { latency: "400 ms" }],
    ["network.latency", { latency: "0ms" }],
    ["network.latency", { latency: 400 }],
    ["network.latency", { latency: "400" }],
    ["network.latency", { latency: "10ms", jitter: "11ms" }],
    ["process.kill", { signal: "SIGSTOP" }],
    ["index.corruption", { share: 0.01 }],
    ["index.corruption", { share: 1.2 }],
    ["index.corruption", { mode: "shuffle" }],
    ["index.corruption", { role: "../index" }],
    ["index.corruption", { role: 7 }],
    ["index.corruption", { mode: "part", part: 1 }],
    ["index.corruption", { mode: "zero", part: 0.5 }],
    ["nothing", []],
  ])("%s refuses %j", (kind, input) => {
    expect(failureOf(() => parse(kind, input)).code).toBe("bad-input");
  });
});

const problemsIn = (kind: string, input: unknown): string[] =>
  failureOf(() => parse(kind, input)).problems.map(({ found, expected, suggestion }) =>
    [found, expected, ...(suggestion === undefined ? [] : [suggestion])].join(" | "),
  );

describe("one slip is one problem", () => {
  test("durations of faults are written as everywhere else", () => {
    expect(parse("network.latency", { latency: "1m", jitter: "0.5m" })).toEqual({ latency: 60_000, jitter: 30_000 });
    expect(problemsIn("network.latency", { latency: "60m" })).toEqual(['latency: "60m" | a duration from 1ms to 1m']);
    expect(problemsIn("network.latency", { latency: "soon" })).toEqual([`latency: "soon" | ${durationWords}`]);
    expect(problemsIn("network.latency", { latency: 400 })).toEqual([`latency: 400 | ${durationWords}`]);
  });

  test("a jitter above the latency is told at the jitter", () => {
    const wrong = { latency: "10ms", jitter: "20ms" };
    expect(problemsIn("network.latency", wrong)).toEqual(['jitter: "20ms" | at most the latency']);
  });

  test("a misspelt parameter is told once, with the one that was meant", () => {
    const accepted = "parameters of network.latency: latency, jitter";
    expect(problemsIn("network.latency", { latncy: "10ms" })).toEqual([
      `unknown parameter "latncy" | ${accepted} | did you mean "latency"?`,
    ]);
    expect(problemsIn("network.latency", {})).toEqual([`no "latency" | ${accepted}`]);
  });
});
