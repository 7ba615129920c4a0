import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { choose, lintFiles } from "../../../src/run/select.ts";
import { formatProblem, HarnessError } from "../../../src/core/errors.ts";

const intent = `version: 1
title: A killed back
belief: When one of two backs is killed, it is back within 6 seconds.
target: echo
arms: [treatment]
load: { rate: 20/s, slow_over: 300ms, timeout: 2s, warmup: 1s, baseline: 3s }
steady: { window: 500ms, where: { users-answered: users.error_share <= 0.1 } }
disturb: [{ fault: process.kill, on: { replica_of: back, count: 1 } }]
expect: { recovered: { within: 6s, by: restart-replica, hold: 3s } }
`;

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "rebound-names-"));
  await mkdir(join(root, "experiments/try"), { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(name: string): Promise<string> {
  const file = join(root, "experiments/try", name);
  await writeFile(file, intent);
  return file;
}

async function refusal(files: readonly string[]): Promise<HarnessError> {
  try {
    await choose(files, {});
  } catch (thrown) {
    if (thrown instanceof HarnessError) return thrown;
    throw thrown;
  }
  throw new Error("it was accepted");
}

describe("two things of one name", () => {
  test("a file that is named twice, also in another spelling or through a link, is one intent", async () => {
    const file = await put("a.yaml");
    const link = join(root, "experiments/try/linked.yaml");
    await symlink(file, link);
    const spelt = `${root}/experiments/../experiments/try/./a.yaml`;
    const files = [file, file, relative(process.cwd(), file), spelt, link];
    expect(await lintFiles(files)).toEqual({ checked: 1, problems: [] });
    const { intents, plans } = await choose(files, {});
    expect(intents.map(({ id }) => id)).toEqual(["try/a"]);
    expect(plans).toHaveLength(1);
  });

  test("two files of one id are one problem with both paths, also before a run or a plan", async () => {
    const [first, second] = [await put("a.yaml"), await put("a.yml")];
    const { checked, problems } = await lintFiles([first, second]);
    expect(checked).toBe(2);
    expect(problems.map(formatProblem)).toEqual([
      `${second}:1:1: the intent "try/a" again, which ${first} is already; expected each name once; rename one of them, or leave one out`,
    ]);
    const error = await refusal([first, second]);
    expect([error.code, error.problems]).toEqual(["bad-input", problems]);
  });

  test("files of one id in two folders are told apart by their paths", async () => {
    const first = await put("a.yaml");
    const second = join(root, "more/experiments/try/a.yaml");
    await mkdir(join(second, ".."), { recursive: true });
    await writeFile(second, intent);
    expect((await refusal([first, second])).problems).toHaveLength(1);
  });

  test("two targets of one name are a problem, and a target with problems is no unknown target", async () => {
    const files = ["one", "two"].map((folder) => join(root, folder, "targets/shop/target.yaml"));
    for (const file of files) {
      await mkdir(join(file, ".."), { recursive: true });
      await writeFile(file, "name: shop\n");
    }
    const using = await put("b.yaml");
    await writeFile(using, intent.replace("echo", "shop"));
    const { problems } = await lintFiles([...files, using]);
    const texts = problems.map(formatProblem);
    expect(texts.filter((text) => text.includes('the target "shop" again'))).toHaveLength(1);
    expect(texts.filter((text) => text.startsWith(using))).toEqual([]);
  });
});
