// The policy in force: read again when the file changes, and kept when the file is spoilt.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPolicyFile } from "../../../../../../targets/reference-ai-stack/healer/decision/policy-file.ts";
import { createPlaces } from "../../../../../../targets/reference-ai-stack/healer/decision/places.ts";
import type { Eyes } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { PolicyChange } from "../../../../../../targets/reference-ai-stack/healer/decision/policy-file.ts";
import { PATHWAYS } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import { createMemoryState } from "../memory-state.ts";
import { POLICY_TEXT } from "../policy-for-tests.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "policy-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const STACK = ["embedder", "inference", "inference-1", "vector", "vector-1", "vector-2"];

function openOn(text: string | null, state = createMemoryState(), places = () => STACK) {
  const file = join(folder, "policy.yaml");
  if (text !== null) writeFileSync(file, text);
  const changes: PolicyChange[] = [];
  const book = openPolicyFile({
    file,
    pathways: PATHWAYS,
    places,
    state,
    onChange: (change) => void changes.push(change),
  });
  return { file, book, changes, state };
}

const version = (number: number): string => POLICY_TEXT.replace("version: 1", `version: ${number}`);

test("a changed file is in force at the next look, and nothing is read while it stands", () => {
  const { file, book, changes } = openOn(POLICY_TEXT);
  book.refresh();
  expect(changes.map(({ policy }) => policy?.version)).toEqual([1]);
  writeFileSync(file, version(20));
  book.refresh();
  expect(book.read()?.version).toBe(20);
  expect(changes.at(-1)).toMatchObject({ isRefused: false, policy: { version: 20, hash: book.read()?.hash } });
});

test("a spoilt file leaves the last good policy in force and says so once, until it is mended", () => {
  const { file, book, changes } = openOn(POLICY_TEXT);
  writeFileSync(file, `${version(2)}\nmode: nothing`);
  book.refresh();
  book.refresh();
  expect(book.read()?.version).toBe(1);
  expect(book.trouble()).toMatch(
    /^the policy is refused, policy 1 \([0-9a-f]{12}\) stays in force: .*policy\.yaml:\d+:\d+: /,
  );
  expect(changes.filter(({ isRefused }) => isRefused)).toHaveLength(1);
  writeFileSync(file, POLICY_TEXT);
  book.refresh();
  expect(book.trouble()).toBeNull();
  expect(changes.at(-1)).toMatchObject({ isRefused: false, policy: { version: 1 } });
});

test("the last good policy outlives the healer, and without one nothing is in force", () => {
  const { state } = openOn(version(7));
  const next = openOn("mode: [", state);
  expect(next.book.read()?.version).toBe(7);
  const never = openOn("mode: [", createMemoryState());
  expect(never.book.read()).toBeNull();
  expect(never.book.trouble()).toContain("no policy is in force, nothing will be done");
});

test("a file that is gone, or that is none, is trouble and stops nobody", () => {
  const gone = openOn(null);
  expect(gone.book.trouble()).toContain("cannot be read");
  writeFileSync(gone.file, POLICY_TEXT);
  gone.book.refresh();
  expect(gone.book.read()?.version).toBe(1);
  rmSync(gone.file);
  mkdirSync(gone.file);
  gone.book.refresh();
  expect(gone.book.trouble()).toMatch(/policy 1 .* stays in force: .*: not a file$/);
});

const regulated = (place: string): string => POLICY_TEXT.replace("vector: [public]", `${place}: [phi]`);

test("a policy whose data lies at no place of the stack is refused, and the last good one stays", () => {
  const { file, book, changes } = openOn(regulated("vector"));
  writeFileSync(file, regulated("vecotr"));
  book.refresh();
  expect(book.read()?.data).toEqual({ vector: ["phi"] });
  expect(changes.at(-1)).toMatchObject({ isRefused: true });
  expect(book.trouble()).toContain("data.vecotr: no service or replica vecotr in the stack; expected one of embedder");
});

test("before the stack was seen a policy says that its places are open, and the first roll-call refuses a wrong one", () => {
  const state = createMemoryState();
  openOn(regulated("vector-2"), state);
  let known: string[] = [];
  const { book, changes } = openOn(regulated("vecotr-2"), state, () => known);
  expect(book.read()?.data).toEqual({ "vecotr-2": ["phi"] });
  expect(changes.at(-1)?.says).toContain("the places of its data are checked as soon as the stack was seen");
  known = STACK;
  // No look in between: a decision asks first.
  expect(book.read()?.data).toEqual({ "vector-2": ["phi"] });
  expect(book.trouble()).toContain("no service or replica vecotr-2");
  const never = openOn(regulated("vecotr-2"), createMemoryState(), () => known);
  expect(never.book.read()).toBeNull();
});

test("a right policy is in force from its first look on, and a place that joins later makes a refused one right", () => {
  let known: string[] = [];
  const { book, changes } = openOn(regulated("vector-3"), createMemoryState(), () => known);
  known = STACK;
  expect(book.read()).toBeNull();
  known = [...STACK, "vector-3"];
  book.refresh();
  expect(book.read()?.data).toEqual({ "vector-3": ["phi"] });
  expect(changes.map(({ isRefused }) => isRefused)).toEqual([false, true, false]);
});

test("places are those that a roll-call has shown, in an earlier life too, and one that nobody answered shows none", async () => {
  const state = createMemoryState();
  const entry = { service: "vector", replica: "vector-1", pid: 1, port: 1 };
  const first = createPlaces(state);
  const none = first.through({ rollCall: async () => null } as unknown as Eyes);
  expect([await none.rollCall(), first.list()]).toEqual([null, []]);
  await first.through({ rollCall: async () => [entry] } as unknown as Eyes).rollCall();
  expect(createPlaces(state).list()).toEqual(["vector", "vector-1"]);
});
