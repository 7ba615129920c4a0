import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
    expect(done(rolledBack(canary, "extractive-2"))).toEqual({ ...first, rollBacks: 1 });
    const all = done(promoted(canary, "extractive-2"));
    expect(all.serving).toEqual({ stable: "extractive-2", canary: null, before: ["extractive-0", "extractive-1"] });
    expect(done(rolledBack(all, "extractive-2"))).toEqual({ ...first, rollBacks: 1 });
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
    ["going back from what is not served", 409, (state) => rolledBack(state, "extractive-4")],
    [
      "going back before the first",
      409,
      (state) => rolledBack(done(rolledBack(state, "extractive-1")), "extractive-0"),
    ],
    ["one version in both places", 409, (state) => servedAs(state, { ...state.serving, canary: STABLE })],
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

const STABLE = { version: "extractive-1", share: 0.5 };

function cardNamed(name: string) {
  const [card] = shippedCards();
  if (card === undefined) throw new Error("no card is shipped");
  return { ...card, name };
}

describe("the registry's file", () => {
  test("comes back as it was written", async () => {
    const file = registryFile(newFolder());
    expect(file.read()).toBeNull();
    const state = done(rolledOut(first, "extractive-4", 0.1));
    await file.write(state);
    expect(file.read()).toEqual(state);
  });

  test.each([
    ["a share that somebody has changed", (text: string) => text.replace('"share": 0.1', '"share": 0.9')],
    ["its end missing", (text: string) => text.slice(0, -40)],
    ["nothing in it", () => ""],
    ["another hash", (text: string) => text.replace(/"sha256": "\w/, '"sha256": "g')],
  ])("is damaged with %s, and is put aside for a person", async (_, damage) => {
    const folder = newFolder();
    const file = registryFile(folder);
    await file.write(done(rolledOut(first, "extractive-4", 0.1)));
    const path = join(folder, "registry/models.json");
    writeFileSync(path, damage(readFileSync(path, "utf8")));
    expect(file.read()).toMatchObject({ damaged: expect.any(String) as string });
    file.putAside("then");
    expect(readdirSync(join(folder, "registry"))).toEqual(["models.json.damaged-then"]);
  });
});
