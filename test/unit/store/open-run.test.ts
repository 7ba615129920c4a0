// A run whose trials stay on the disk says what a parser of the whole file says, and refuses what that would refuse.

import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestOf, trialsOf } from "../../../src/core/digest.ts";
import { HarnessError } from "../../../src/core/errors.ts";
import { trialName } from "../../../src/core/plan.ts";
import { counted } from "../../../src/core/text.ts";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import { openRun, type OpenRun } from "../../../src/store/open-run.ts";
import { writeResult } from "../../../src/store/results.ts";
import { sampleRun } from "../../builders/sample-run.ts";

let dir: string;
let file: string;
const opened: OpenRun[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "rebound-open-run-"));
  file = join(dir, "run.json");
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await rm(dir, { recursive: true, force: true });
});

/** As it is read from a file. */
const whole = JSON.parse(JSON.stringify(sampleRun().run)) as RunResult;
const trials = whole.intents.flatMap((intent) => intent.trials);

async function openText(text: string): Promise<OpenRun> {
  await writeFile(file, text);
  const one = await openRun(dir);
  opened.push(one);
  return one;
}

async function refusal(text: string): Promise<HarnessError> {
  const thrown: unknown = await openText(text).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(HarnessError);
  return thrown as HarnessError;
}

async function expectWhole({ run, trialOf }: OpenRun): Promise<void> {
  expect(run).toEqual({
    ...whole,
    intents: whole.intents.map((intent) => ({ ...intent, trials: intent.trials.map(digestOf) })),
  });
  for (const trial of trials) expect(await trialOf(trial.plan)).toEqual(trial);
}

describe("a run that was opened", () => {
  it("is as it was written, its trials as digests and, one at a time, whole", async () => {
    expect(trials.length).toBeGreaterThan(2);
    await writeResult(dir, sampleRun().run, trialsOf(sampleRun().run));
    const one = await openRun(dir);
    opened.push(one);
    expect(one.isOfToday).toBe(true);
    await expectWhole(one);
  });

  it("may stand in one line, or have keys that are written with escapes", async () => {
    await expectWhole(await openText(JSON.stringify(whole)));
    const odd = JSON.stringify(whole).replaceAll('"trials":[{', '"tri\\u0061ls":[{');
    expect(odd).not.toBe(JSON.stringify(whole));
    await expectWhole(await openText(odd));
  });

  it("is read on from the file that was opened, whatever takes its place", async () => {
    const one = await openText(JSON.stringify(whole));
    await writeFile(`${file}.new`, "{}");
    await rename(`${file}.new`, file);
    await expectWhole(one);
  });

  it.each<[string, (text: string) => string]>([
    ["nothing", (text) => " ".repeat(text.length)],
    ["another trial in the same place", (text) => text.replaceAll('"index":1', '"index":8')],
    ["a trial that says something else", (text) => text.replaceAll('"outcome":"pass"', '"outcome":"fail"')],
    ["less than there was", (text) => text.slice(0, 100)],
    ["more than there was", (text) => `${text} `],
  ])("tells that somebody wrote into it: %s", async (_what, change) => {
    const text = JSON.stringify(whole);
    const { trialOf, run } = await openText(text);
    expect(change(text)).not.toBe(text);
    await writeFile(file, change(text));
    const plan = run.intents[0]?.trials[0]?.plan ?? expect.fail();
    await expect(trialOf(plan)).rejects.toMatchObject({ code: "environment" });
  });

  it("may begin with a byte order mark, as some editors write it", async () => {
    await expectWhole(await openText(`\ufeff${JSON.stringify(whole, null, 2)}`));
  });

  it("knows no trial that it has not", async () => {
    const { trialOf } = await openText(JSON.stringify(whole));
    const [first] = trials;
    await expect(first && trialOf({ ...first.plan, index: 4711 })).rejects.toMatchObject({ code: "bug" });
  });
});

describe("what is no run of this version is refused", () => {
  it("as no JSON wherever it breaks off", async () => {
    const text = JSON.stringify(whole);
    for (const share of [0, 0.1, 0.3, 0.6, 0.9, 0.9999]) {
      const torn = text.slice(0, Math.floor(share * text.length));
      const { code, cause } = await refusal(torn);
      expect([code, cause instanceof SyntaxError]).toEqual(["bad-input", true]);
      expect(cause).toMatchObject({ message: `it ends after ${counted(Buffer.byteLength(torn), "byte")}` });
    }
  });

  it("as no JSON where it has what is none, in a trial, beside it or behind all, without a place of ours", async () => {
    const text = JSON.stringify(whole);
    const changed = [
      text.replace('"planned"', "planned"),
      text.replace('"seed"', "seed"),
      `${text}x`,
      `${text.slice(0, 4000)}${"\0".repeat(500)}`,
      text.replace('"schemaVersion"', '<<<<<<< HEAD "schemaVersion"'),
    ];
    for (const other of changed) {
      const { cause } = await refusal(other);
      expect([cause instanceof SyntaxError, cause]).toMatchObject([true, { message: "it is no JSON" }]);
    }
  });

  it("where it counts a trial or an intent twice, or a trial under another intent's name", async () => {
    const [first, second] = whole.intents;
    if (first === undefined || second === undefined) expect.fail();
    const [trial] = first.trials;
    if (trial === undefined) expect.fail();
    const foundOf = async (intents: unknown): Promise<readonly string[]> =>
      (await refusal(JSON.stringify({ ...whole, intents }))).problems.map(({ found }) => found);
    const n = first.trials.length;
    expect(await foundOf([{ ...first, trials: [...first.trials, trial] }])).toEqual([
      `${file}: intents.0.trials.${n}: the trial ${trialName(trial.plan)} stands at intents.0.trials.0 already`,
    ]);
    expect((await foundOf([first, first]))[0]).toBe(
      `${file}: intents.1: the intent ${first.intent} stands at intents.0 already`,
    );
    const moved = await foundOf([
      { ...first, trials: [] },
      { ...second, trials: [trial] },
    ]);
    expect(moved).toEqual([`${file}: intents.1.trials.0.plan.intent: ${first.intent}`]);
  });

  it.each(["../../evil", "latest", "history", "a/b", "", ".x", "a b"])("with %j for its id", async (runId) => {
    const { problems } = await refusal(JSON.stringify({ ...whole, runId }));
    expect(problems.map(({ found }) => found)).toEqual([expect.stringContaining(`${file}: runId: `)]);
  });

  it.each(["../../../x", "/x", "a//b", "a/", "..", "a\\b"])("with %j for an intent of a trial", async (intent) => {
    const text = JSON.stringify(whole).replaceAll('"process/replica-kill"', JSON.stringify(intent));
    const { problems } = await refusal(text);
    const places = problems.map(({ found }) => found);
    expect(places).toContainEqual(expect.stringContaining(`${file}: intents.0.trials.0.plan.intent: `));
    expect(places).toContainEqual(expect.stringContaining(`${file}: intents.0.intent: `));
  });

  it("by the place of every field that is wrong, in trials as beside them", async () => {
    const broken = structuredClone(whole) as unknown as {
      seed: unknown;
      intents: { trials: { plan: Record<string, unknown> }[] }[];
    };
    broken.seed = "none";
    const last = broken.intents.at(-1)?.trials.at(-1);
    if (last !== undefined) last.plan["seed"] = null;
    const { problems } = await refusal(JSON.stringify(broken));
    const [n, m] = [broken.intents.length - 1, (broken.intents.at(-1)?.trials.length ?? 0) - 1];
    const found = problems.map((problem) => problem.found);
    expect(found).toEqual([
      expect.stringContaining(`run.json: intents.${n}.trials.${m}.plan.seed: `),
      expect.stringContaining("run.json: seed: "),
    ]);
  });

  it("when it is another JSON, or has trials that are none", async () => {
    const others = [null, 7, [], {}, { ...whole, intents: {} }, { ...whole, intents: [{ trials: [7] }] }];
    for (const other of others) expect((await refusal(JSON.stringify(other))).code).toBe("bad-input");
    const mixed = { ...whole, intents: whole.intents.map((intent) => ({ ...intent, trials: [...intent.trials, 7] })) };
    expect((await refusal(JSON.stringify(mixed))).problems.length).toBe(whole.intents.length);
  });

  it("when it is not there", async () => {
    await expect(openRun(dir)).rejects.toMatchObject({ code: "bad-input", cause: { code: "ENOENT" } });
  });
});

it("does not change what it reads", async () => {
  const text = JSON.stringify(whole);
  await openText(text);
  expect(await readFile(file, "utf8")).toBe(text);
});
