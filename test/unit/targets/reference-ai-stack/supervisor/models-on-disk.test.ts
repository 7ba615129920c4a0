import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { registryFile, type RegistryFile } from "../../../../../targets/reference-ai-stack/registry/file.ts";
import { shippedCards } from "../../../../../targets/reference-ai-stack/registry/shipped.ts";
import { firstState, rolledOut, type RegistryState } from "../../../../../targets/reference-ai-stack/registry/state.ts";
import { openModels } from "../../../../../targets/reference-ai-stack/supervisor/models.ts";
import { log, openStack, strangeCard, TOKENS, toVersion2 } from "./models-stand.ts";

test("what cannot be written is not done: 507, the gateway and the file are as before, and later changes go on", async () => {
  const { dataDir, models, told } = await openStack();
  const one = models();
  writeFileSync(join(dataDir, "registry"), "a file where the folder should be");
  expect(await one.change(toVersion2)).toMatchObject({ ok: false, status: 507 });
  expect(one.trouble()).toContain("cannot be written");
  expect(one.state().serving.canary).toBeNull();
  expect(told.every(({ canary }) => canary === null)).toBe(true);
  rmSync(join(dataDir, "registry"));
  expect(await one.change(toVersion2)).toMatchObject({ ok: true });
  expect(one.trouble()).not.toContain("cannot be written");
});

test("a disk that refuses at the last moment has the gateway share requests as before", async () => {
  const { dataDir, models, told } = await openStack();
  const file = registryFile(dataDir);
  const prepare: RegistryFile["prepare"] = async (state) => ({
    ...(await file.prepare(state)),
    commit: () => Promise.reject(new Error("no space is left")),
  });
  const one = models(undefined, undefined, { file: { ...file, prepare } });
  expect(await one.change(toVersion2)).toMatchObject({ ok: false, status: 507 });
  expect(told.map(({ canary }) => canary?.version ?? null).slice(0, 2)).toEqual(["extractive-2", null]);
  expect(readdirSync(join(dataDir, "registry"))).toEqual([]);
});

test("a damaged file is put aside and said, its copy is used, and changes go on", async () => {
  const { file, models } = await openStack();
  await models().change(toVersion2);
  writeFileSync(file, readFileSync(file, "utf8").replace("0.5", "0.7"));
  const next = models();
  expect(next.trouble()).toContain("does not match its hash");
  expect(next.trouble()).toContain("its copy is used");
  expect(next.state().serving.canary).toEqual({ version: "extractive-2", share: 0.5 });
  writeFileSync(file, "torn");
  expect(await next.change((state) => rolledOut(state, "extractive-2", 0.6))).toMatchObject({ ok: true });
  expect(next.trouble()).toContain("written anew");
  expect(models().state().serving.canary?.share).toBe(0.6);
  expect(models().trouble()).toBeNull();
});

test("where the copy is damaged as well, both are put aside and the shipped versions are served and written", async () => {
  const { file, models, dataDir } = await openStack();
  await models().change(toVersion2);
  rmSync(file);
  mkdirSync(file);
  writeFileSync(join(dataDir, "registry/models.copy.json"), "");
  const next = models();
  expect(next.state().serving).toMatchObject({ stable: "extractive-1", canary: null });
  expect(next.trouble()).toContain("the shipped versions are served");
  await expect.poll(() => models().trouble()).toBeNull();
  const aside = readdirSync(join(dataDir, "registry")).filter((name) => name.includes("damaged"));
  expect(aside.map((name) => name.split(".damaged")[0] ?? "").toSorted()).toEqual(["models.copy.json", "models.json"]);
});

test("a file that is gone comes back from its copy, and nothing is lost silently", async () => {
  const { file, models } = await openStack();
  await models().change(toVersion2);
  rmSync(file);
  const next = models();
  expect(next.trouble()).toContain("is gone");
  expect(next.state().serving.canary?.version).toBe("extractive-2");
  await expect.poll(() => existsSync(file)).toBe(true);
});

describe("versions that do not load any more at a start", () => {
  const state = firstState([...shippedCards(), strangeCard()], "extractive-1");
  const openWith = async (serving: Partial<RegistryState["serving"]>, versions = state.versions) => {
    const { dataDir, models } = await openStack();
    const changed = { ...state, versions, serving: { ...state.serving, ...serving } };
    await (await registryFile(dataDir).prepare(changed)).commit();
    return models();
  };

  test("give way to the last stable one before that loads, or to any other", async () => {
    const one = await openWith({ stable: "other-1", before: ["extractive-0", "extractive-3", "other-1"] });
    expect(one.state().serving).toEqual({ stable: "extractive-3", canary: null, before: ["extractive-0"] });
    expect(one.trouble()).toContain("other-1 does not load");
    expect((await openWith({ stable: "other-1", before: [] })).state().serving.stable).toBe("extractive-0");
  });

  test("are not rolled out any more, and not loaded beside the stable one", async () => {
    const one = await openWith({ canary: { version: "other-1", share: 0.2 } });
    expect(one.state().serving).toMatchObject({ stable: "extractive-1", canary: null });
    expect(one.trouble()).toContain("not rolled out any more");
  });

  test("give way to the shipped ones where none of them loads", async () => {
    const none = { card: strangeCard(), registeredAt: null };
    const one = await openWith({ stable: "other-1", before: [] }, [none]);
    expect(one.state().serving.stable).toBe("extractive-1");
    expect(one.trouble()).toContain("none of its versions loads");
  });
});

test("a shipped card that is damaged is left out and said; without any the start ends and says why", async () => {
  const { models } = await openStack();
  const cards = shippedCards().filter(({ name }) => name !== "extractive-1");
  const one = models(undefined, undefined, {
    shipped: (leftOut: (why: string) => void) => (leftOut("extractive-1.json holds no card"), cards),
  });
  expect(one.state().serving).toEqual({ stable: "extractive-0", canary: null, before: [] });
  expect(one.trouble()).toContain("extractive-1.json holds no card");
  const bare = join(mkdtempSync(join(tmpdir(), "models-")), "bare");
  onTestFinished(() => rmSync(join(bare, ".."), { recursive: true }));
  const parts = { dataDir: bare, gatewayPort: 9, ...TOKENS, replicaPorts: () => [], log };
  expect(() => openModels(parts, { shipped: () => [strangeCard()] })).toThrow("no version can be loaded");
});
