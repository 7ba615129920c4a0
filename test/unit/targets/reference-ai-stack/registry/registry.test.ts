import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { registryFile } from "../../../../../targets/reference-ai-stack/registry/file.ts";
import { shippedCards } from "../../../../../targets/reference-ai-stack/registry/shipped.ts";
import {
  firstState,
  loadedIn,
  promoted,
  registered,
  rolledBack,
  rolledOut,
  servedAs,
  splitIn,
  type Change,
  type RegistryState,
} from "../../../../../targets/reference-ai-stack/registry/state.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "registry-"));
  folders.push(folder);
  return folder;
}

const first = firstState(shippedCards(), "extractive-1");

function done(change: Change): RegistryState {
  if (!change.ok) throw new Error(change.reason);
  return change.state;
}

describe("a roll-out", () => {
  test("gives a share to a version, then all of it, and goes back one version at a time to where it began", () => {
    const canary = done(rolledOut(first, "extractive-2", 0.25));
    expect(canary.serving).toMatchObject({ stable: "extractive-1", canary: { version: "extractive-2", share: 0.25 } });
    expect(done(rolledBack(canary, { version: "extractive-2" }))).toEqual({ ...first, rollBacks: 1 });
    const all = done(promoted(canary, "extractive-2"));
    expect(all.serving).toEqual({ stable: "extractive-2", canary: null, before: ["extractive-0", "extractive-1"] });
    expect(done(rolledBack(all, { version: "extractive-2" }))).toEqual({ ...first, rollBacks: 1, stepsBack: 1 });
    expect(done(servedAs(all, first.serving))).toEqual(first);
  });

  test("has each replica load the canary and the version before besides, and the gateway know them", () => {
    const canary = done(rolledOut(first, "extractive-2", 0));
    expect(loadedIn(canary).others.map(({ name }) => name)).toEqual(["extractive-2", "extractive-0"]);
    expect(splitIn(canary)).toMatchObject({ others: ["extractive-2", "extractive-0"] });
    expect(splitIn(canary).known).toHaveLength(shippedCards().length);
  });

  test.each<readonly [string, number, (state: RegistryState) => Change]>([
    ["a version that nobody knows", 404, (state) => rolledOut(state, "extractive-9", 0.5)],
    ["the stable version", 409, (state) => rolledOut(state, "extractive-1", 0.5)],
    [
      "a second version at once",
      409,
      (state) => rolledOut(done(rolledOut(state, "extractive-2", 1)), "extractive-3", 1),
    ],
    ["a promotion of what is not tried out", 409, (state) => promoted(state, "extractive-2")],
    ["going back from what is not served", 409, (state) => rolledBack(state, { version: "extractive-4" })],
    [
      "going back before the first",
      409,
      (state) => rolledBack(done(rolledBack(state, { version: "extractive-1" })), { version: "extractive-0" }),
    ],
    ["one version in both places", 409, (state) => servedAs(state, { ...state.serving, canary: STABLE })],
    [
      "a version before itself",
      409,
      (state) => servedAs(state, { ...state.serving, before: ["extractive-0", "extractive-1"] }),
    ],
    ["a stranger in the history", 404, (state) => servedAs(state, { ...state.serving, before: ["nobody-1"] })],
    ["a name that is taken", 409, (state) => registered(state, cardNamed("extractive-1"), "now")],
    [
      "a parent that is not there",
      404,
      (state) => registered(state, { ...cardNamed("new-1"), parent: "nobody" }, "now"),
    ],
  ])("refuses %s with %d, and changes nothing", (_, status, change) => {
    expect(change(first)).toMatchObject({ ok: false, status });
  });
});

describe("a roll-back", () => {
  const stepBack = (state: RegistryState): Change => rolledBack(state, { version: state.serving.stable });
  const promotedInTurn = (names: readonly string[]): RegistryState =>
    names.reduce((state, name) => done(promoted(done(rolledOut(state, name, 0.1)), name)), first);

  test("goes through two stable versions and no further, until somebody chooses one", () => {
    const deep = promotedInTurn(["extractive-2", "extractive-3", "extractive-4"]);
    const twice = done(stepBack(done(stepBack(deep))));
    expect(twice.serving.stable).toBe("extractive-2");
    expect(stepBack(twice)).toMatchObject({ ok: false, status: 409, reason: expect.stringContaining("2") as string });
    const canary = done(rolledOut(twice, "extractive-5", 0.2));
    expect(done(rolledBack(canary, { version: "extractive-5" })).serving).toEqual(twice.serving);
    expect(done(stepBack(done(servedAs(twice, twice.serving)))).serving.stable).toBe("extractive-1");
    expect(done(stepBack(done(promoted(canary, "extractive-5")))).serving.stable).toBe("extractive-2");
  });

  test("leaves alone what is served otherwise by now than who asks for it has seen it", () => {
    const canary = done(rolledOut(first, "extractive-4", 0.25));
    const all = done(promoted(canary, "extractive-4"));
    const version = "extractive-4";
    expect(rolledBack(all, { version, seenAt: 0.25 })).toMatchObject({ ok: false, status: 409 });
    expect(rolledBack(done(rolledOut(canary, version, 1)), { version, seenAt: 0.25 })).toMatchObject({ ok: false });
    expect(rolledBack(canary, { version, seenAt: null })).toMatchObject({ ok: false, status: 409 });
    expect(done(rolledBack(canary, { version, seenAt: 0.25 })).serving).toEqual(first.serving);
    expect(done(rolledBack(all, { version, seenAt: null })).serving).toEqual(first.serving);
  });
});

const STABLE = { version: "extractive-1", share: 0.5 };

function cardNamed(name: string) {
  const [card] = shippedCards();
  if (card === undefined) throw new Error("no card is shipped");
  return { ...card, name };
}

/** Where the file lies and its copy, with the same in both. */
async function written(folder = newFolder()) {
  const file = registryFile(folder);
  const state = done(rolledOut(first, "extractive-4", 0.1));
  expect(await (await file.prepare(state)).commit()).toBeNull();
  const [path, copy] = [join(folder, "registry/models.json"), join(folder, "registry/models.copy.json")];
  return { file, state, path, copy, folder: join(folder, "registry") };
}

/** As somebody writes it who knows of the hash. */
function signed(change: (state: RegistryState) => object): (text: string) => string {
  return (text) => {
    const state = change((JSON.parse(text) as { state: RegistryState }).state);
    return JSON.stringify({ sha256: createHash("sha256").update(JSON.stringify(state)).digest("hex"), state });
  };
}

describe("the registry's file", () => {
  test("comes back as it was written, and so does its copy; what is prepared alone changes nothing", async () => {
    expect(registryFile(newFolder()).read("registry")).toBeNull();
    const { file, state, folder } = await written();
    expect(file.read("registry")).toEqual({ state });
    expect(file.read("copy")).toEqual({ state });
    const prepared = await file.prepare(first);
    expect(file.read("registry")).toEqual({ state });
    await prepared.drop();
    expect(readdirSync(folder).toSorted()).toEqual(["models.copy.json", "models.json"]);
  });

  test.each<readonly [string, (text: string) => string]>([
    ["a share that somebody has changed", (text) => text.replace('"share": 0.1', '"share": 0.9')],
    ["its end missing", (text) => text.slice(0, -40)],
    ["nothing in it", () => ""],
    ["other JSON", () => "[1, 2]"],
    ["null", () => "null"],
    ["another hash", (text) => text.replace(/"sha256": "\w/, '"sha256": "g')],
    ["two cards of one name", signed((state) => ({ ...state, versions: [...state.versions, state.versions[0]] }))],
    ["a card without its template", signed((state) => withCard(state, { template: undefined }))],
    ["a card with a key more", signed((state) => withCard(state, { weights: "of lead" }))],
    ["no version at all", signed((state) => ({ ...state, versions: [] }))],
    ["a stable version that is unknown", signed((state) => withServing(state, { stable: "nobody-1" }))],
    ["a canary that is unknown", signed((state) => withServing(state, { canary: { version: "no-1", share: 0.1 } }))],
    ["a version before that is unknown", signed((state) => withServing(state, { before: ["nobody-1"] }))],
    ["a share above 1", signed((state) => withServing(state, { canary: { version: "extractive-4", share: 1.1 } }))],
    ["a share in words", signed((state) => withServing(state, { canary: { version: "extractive-4", share: "0.1" } }))],
    ["a canary that is stable", signed((state) => withServing(state, { canary: STABLE }))],
  ])("is damaged with %s, and is put aside for a person", async (_, damage) => {
    const { file, path, folder } = await written();
    writeFileSync(path, damage(readFileSync(path, "utf8")));
    expect(file.read("registry")).toMatchObject({ damaged: expect.any(String) as string });
    expect(file.putAside("registry", "then")).toBe(`${path}.damaged-then`);
    expect(readdirSync(folder).toSorted()).toEqual(["models.copy.json", "models.json.damaged-then"]);
  });

  test("is damaged where no file is, or one without end, and neither is waited for", async () => {
    const { file, path } = await written();
    rmSync(path);
    mkdirSync(path);
    expect(file.read("registry")).toMatchObject({ damaged: "it is no file" });
    file.putAside("registry", "then");
    symlinkSync("/dev/zero", path);
    expect(file.read("registry")).toMatchObject({ damaged: "it is no file" });
    rmSync(path);
    symlinkSync(path, path);
    expect(file.read("registry")).toMatchObject({ damaged: expect.stringContaining("ELOOP") as string });
  });

  test("never takes another one's place when it is put aside", async () => {
    const { file, path, folder } = await written();
    writeFileSync(`${path}.damaged-then`, "of yesterday");
    file.putAside("registry", "then");
    expect(readdirSync(folder)).toHaveLength(3);
    expect(readFileSync(`${path}.damaged-then`, "utf8")).toBe("of yesterday");
  });

  test("refuses what cannot be written before anything is changed, and leaves nothing of it", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "registry"), "a file where the folder should be");
    await expect(registryFile(folder).prepare(first)).rejects.toThrow();
    const { file, path, folder: inside } = await written();
    rmSync(path);
    mkdirSync(join(path, "full"), { recursive: true });
    const prepared = await file.prepare(first);
    await expect(prepared.commit()).rejects.toThrow();
    await prepared.drop();
    expect(readdirSync(inside).toSorted()).toEqual(["models.copy.json", "models.json"]);
  });

  test("is written anew with its copy where something else lies in the copy's place", async () => {
    const { file, copy, state } = await written();
    rmSync(copy);
    mkdirSync(join(copy, "full"), { recursive: true });
    expect(await (await file.prepare(state)).commit()).toBeNull();
    expect(file.read("copy")).toEqual({ state });
  });
});

function withServing(state: RegistryState, serving: object): object {
  return { ...state, serving: { ...state.serving, ...serving } };
}

function withCard(state: RegistryState, card: object): object {
  const [one, ...others] = state.versions;
  return { ...state, versions: [{ ...one, card: { ...one?.card, ...card } }, ...others] };
}

describe("the shipped versions", () => {
  test("leave out what is no card and a second one of a name, or end the start where nobody hears of it", () => {
    const folder = newFolder();
    const card = JSON.stringify(cardNamed("one-1"));
    for (const [name, text] of Object.entries({
      a: card,
      b: card,
      c: "{",
      d: "{}",
      e: `${card.slice(0, -1)},"x":1}`,
    })) {
      writeFileSync(join(folder, `${name}.json`), text);
    }
    const leftOut: string[] = [];
    expect(shippedCards("extractive", (why) => leftOut.push(why), folder).map(({ name }) => name)).toEqual(["one-1"]);
    expect(leftOut.map((why) => why.split(" ")[0])).toEqual(["b.json", "c.json", "d.json", "e.json"]);
    expect(() => shippedCards("extractive", undefined, folder)).toThrow("b.json holds a second one-1");
  });
});
