// The commands of the nightly workflows, in order, in a fresh clone, by nobody but a shell: what a build server does.

import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { RunResult } from "../../src/records/results/run-result.ts";
import { closedGates } from "../../src/verdict/build-gates.ts";
import { doStep, freshClone, type Done } from "../support/readme-steps.ts";
import { projectRoot } from "../support/rebound-process.ts";

interface GithubStep {
  readonly uses?: string;
  readonly run?: string;
}
interface GithubFlow {
  readonly env: Readonly<Record<string, string | number>>;
  readonly jobs: Readonly<
    Record<
      "lint" | "trials" | "morning",
      { readonly steps: readonly GithubStep[]; readonly strategy?: { readonly matrix: { readonly shard: number[] } } }
    >
  >;
}
type GitlabFlow = Readonly<
  Record<"lint" | "trials" | "morning", { readonly script: readonly string[]; readonly parallel?: number }>
>;

let folder: string;
let clone: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rebound-workflows-"));
  clone = join(folder, "clone");
  await freshClone(projectRoot, clone);
  // Three short intents in the place of the suite: the commands are what is tested here.
  const short = await readFile(join(projectRoot, "test/fixtures/experiments/control/quick-placebo.yaml"), "utf8");
  await mkdir(join(clone, "experiments/short"));
  for (const name of ["one", "two", "three"]) {
    const text = short
      .replace("../../../../experiments/intent.schema.json", "../intent.schema.json")
      .replace("[test]", "[short]");
    await writeFile(join(clone, `experiments/short/${name}.yaml`), text.replace("trials: 3", "trials: 1"));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const done = new Map<string, Done>();

/** Installing twice in one folder would show nothing more. */
async function command(text: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (text.startsWith("npm ci") && done.has("npm ci")) return;
  const all = { ...process.env, REBOUND_STATE_DIR: join(folder, "state"), NO_COLOR: "1", SUITE: "short", ...env };
  const answer = await doStep({ do: "run", command: text, exit: 0, line: 0 }, clone, all);
  done.set(text.startsWith("npm ci") ? "npm ci" : text, answer);
}

async function resultIn(dir: string): Promise<RunResult> {
  const name = (await readdir(dir)).find((entry) => entry.endsWith("-merged")) ?? "no merged run";
  return JSON.parse(await readFile(join(dir, name, "run.json"), "utf8")) as RunResult;
}

/** The whole night was put together, and the last command ended as its gates say. */
async function expectWhole(dir: string, shards: number, last: Done | undefined): Promise<void> {
  const result = await resultIn(dir);
  expect(result.intents.map(({ intent }) => intent).toSorted()).toEqual(["short/one", "short/three", "short/two"]);
  expect(result.parts?.map(({ shard }) => shard)).toEqual(
    Array.from({ length: shards }, (_, index) => ({
      index: index + 1,
      of: shards,
      night: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
    })),
  );
  expect(result.interrupted).toBe(false);
  const closed = closedGates(result, { failOn: ["regression", "inconclusive"], minCoverage: 0.1 });
  expect({ code: last?.code, output: last?.output }).toMatchObject({ code: closed.length === 0 ? 0 : 1 });
}

describe("the nightly workflow", () => {
  test("of GitHub runs in a fresh clone, shard by shard, and puts the night together", async () => {
    const flow = parse(await readFile(join(projectRoot, ".github/workflows/nightly.yml"), "utf8")) as GithubFlow;
    const runner = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: clone, SHARDS: String(flow.env["SHARDS"]) };
    const commands = (job: keyof GithubFlow["jobs"]): string[] => flow.jobs[job].steps.flatMap(({ run }) => run ?? []);
    for (const text of commands("lint")) await command(text, runner);
    expect(JSON.parse(await readFile(join(clone, "lint.sarif"), "utf8"))).toMatchObject({ runs: [{ results: [] }] });
    const shards = flow.jobs.trials.strategy?.matrix.shard ?? [];
    expect(shards).toHaveLength(Number(flow.env["SHARDS"]));
    for (const shard of shards) {
      for (const text of commands("trials"))
        await command(text.replaceAll("${{ matrix.shard }}", String(shard)), runner);
      // As upload and download of an artefact leave it, without the link.
      await rm(join(clone, "reports/latest"), { force: true });
      await cp(join(clone, "reports"), join(clone, `shards/shard-${shard}`), { recursive: true });
      for (const name of (await readdir(join(clone, "reports"))).filter((entry) => entry.startsWith("2")))
        await rm(join(clone, "reports", name), { recursive: true });
    }
    const summary = join(folder, "summary.md");
    for (const text of commands("morning")) await command(text, { ...runner, GITHUB_STEP_SUMMARY: summary });
    const unmet = [...done].filter(([text, { code }]) => code !== 0 && !text.includes("rebound merge"));
    expect(unmet).toEqual([]);
    const merging = [...done].find(([text]) => text.includes("rebound merge"))?.[1];
    await expectWhole(join(clone, "reports"), shards.length, merging);
    expect(merging?.output).toMatch(/^::stop-commands::[0-9a-f-]{36}\n/);
    expect(await readFile(summary, "utf8")).toMatch(/^# Rebound: /);
  });

  test("of GitLab runs the same commands", async () => {
    const flow = parse(await readFile(join(projectRoot, ".gitlab-ci.yml"), "utf8")) as GitlabFlow;
    await rm(join(clone, "shards"), { recursive: true, force: true });
    await rm(join(clone, "reports"), { recursive: true, force: true });
    done.clear();
    done.set("npm ci", { code: 0, output: "" });
    const shards = flow.trials.parallel ?? 0;
    for (const text of flow.lint.script) await command(text, {});
    for (let index = 1; index <= shards; index += 1) {
      const ofShard = { CI_NODE_INDEX: String(index), CI_NODE_TOTAL: String(shards) };
      for (const text of flow.trials.script) await command(text, ofShard);
      expect([...done].filter(([, { code }]) => code !== 0)).toEqual([]);
    }
    for (const text of flow.morning.script) await command(text, {});
    const merging = [...done].find(([text]) => text.includes("rebound merge"))?.[1];
    await expectWhole(join(clone, "reports"), shards, merging);
  });
});
