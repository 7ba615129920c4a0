import { serveSocketsForTest } from "../../support/serve-for-test.ts";
import { expect, test } from "vitest";
import { fillCommand } from "../../../src/platforms/processes/environment.ts";
import { allocatePorts, releasePorts } from "../../../src/platforms/starting/free-ports.ts";
import { ablationOf, learningOf, startCommandOf, unhealedOf } from "../../../src/platforms/starting/switches.ts";
import { fillTemplate } from "../../../src/platforms/starting/templates.ts";
import { redact } from "../../../src/platforms/processes/stack-log.ts";
import { fixtureTarget } from "../../support/fixture-target.ts";

test("templates are filled, other braces stay, and a missing value is told by name", () => {
  const values = { workDir: "/w", ports: { "vec-1": 21_000 }, token: "t", seed: 3 };
  expect(fillTemplate("{workDir}/{port:vec-1}/{token}{seed}", values)).toBe("/w/21000/t3");
  expect(fillTemplate('{"json":{}} {replica}', values)).toBe('{"json":{}} {replica}');
  expect(() => fillTemplate("{port:vec-9}", values)).toThrow("nothing to fill {port:vec-9} with");
  expect(() => fillTemplate("{cacheDir}", values)).toThrow("nothing to fill {cacheDir} with");
});

test("`node` in a command is the Node that runs the harness", () => {
  expect(fillCommand(["node", "{workDir}"], { workDir: "/w" })).toEqual({ file: process.execPath, args: ["/w"] });
});

test("an ablation that the target cannot do is refused instead of running the wrong arm", () => {
  const { ablationEnv: _dropped, ...target } = fixtureTarget();
  expect(() => ablationOf(target, ["restart"])).toThrow("cannot ablate restart");
  expect(ablationOf(target, [])).toEqual({});
  expect(ablationOf(fixtureTarget(), [])).toEqual({});
});

test("a pathway with a switch of its own is switched off by that, and no two by commands of their own", () => {
  const { ablationEnv: _dropped, ...bare } = fixtureTarget();
  const ablations = {
    restart: { env: { RESTARTS: "no", AT: "{workDir}/x" } },
    swap: { command: ["node", "quiet.mjs"] },
    move: { command: ["node", "other.mjs"] },
  };
  const target = { ...bare, ablations };
  expect(ablationOf(target, ["restart"], { workDir: "/w" })).toEqual({ RESTARTS: "no", AT: "/w/x" });
  expect(() => ablationOf(target, ["restart", "heal"], { workDir: "/w" })).toThrow("cannot ablate heal");
  expect(ablationOf({ ...target, ablationEnv: "NOOP" }, ["swap", "heal"])).toEqual({ NOOP: "heal" });
  expect(startCommandOf(target, ["restart"])).toEqual(target.start.command);
  expect(startCommandOf(target, ["restart", "swap"])).toEqual(["node", "quiet.mjs"]);
  expect(() => startCommandOf(target, ["swap", "move"])).toThrow("cannot start by two commands");
});

test("a healer that the target cannot do without is refused instead of running the wrong arm, and left on in all other arms", () => {
  const target = { ...fixtureTarget(), unhealedEnv: "FIXTURE_ALONE" };
  expect(unhealedOf(target, true)).toEqual({ FIXTURE_ALONE: "1" });
  expect(unhealedOf(target, false)).toEqual({});
  expect(unhealedOf(fixtureTarget(), false)).toEqual({});
  expect(() => unhealedOf(fixtureTarget(), true)).toThrow("cannot start without its healer");
});

test("a learning store that the target cannot be given is refused instead of running the wrong arm", () => {
  const target = { ...fixtureTarget(), learningEnv: "FIXTURE_LEARNS_IN" };
  expect(learningOf(target, "/a/folder")).toEqual({ FIXTURE_LEARNS_IN: "/a/folder" });
  expect(learningOf(target, undefined)).toEqual({});
  expect(() => learningOf(fixtureTarget(), "/a/folder")).toThrow("cannot be given what it has learned");
});

test("free ports lie outside the kernel's range, are never handed out twice, and skip ports in use", async () => {
  const first = await allocatePorts(3, 11, "a");
  const again = await allocatePorts(3, 11, "a");
  try {
    expect(new Set([...first, ...again]).size).toBe(6);
    for (const port of [...first, ...again]) expect(port >= 20_000 && port <= 31_999).toBe(true);
  } finally {
    releasePorts([...first, ...again]);
  }
  await serveSocketsForTest(() => undefined, first[0]);
  const beside = await allocatePorts(3, 11, "a");
  releasePorts(beside);
  expect(beside).not.toContain(first[0]);
});

test("secrets are blacked out wherever they stand, and no secret blacks out nothing", () => {
  expect(redact("a s3cret b s3cret", ["s3cret", ""])).toBe("a [secret] b [secret]");
});
