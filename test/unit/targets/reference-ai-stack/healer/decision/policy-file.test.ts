// The policy in force: read again when the file changes, and kept when the file is spoilt.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPolicyFile } from "../../../../../../targets/reference-ai-stack/healer/decision/policy-file.ts";
import type { PolicyChange } from "../../../../../../targets/reference-ai-stack/healer/decision/policy-file.ts";
import { PATHWAYS } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import { createMemoryState } from "../memory-state.ts";
import { POLICY_TEXT } from "../policy-for-tests.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "policy-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function openOn(text: string | null, state = createMemoryState()) {
  const file = join(folder, "policy.yaml");
  if (text !== null) writeFileSync(file, text);
  const changes: PolicyChange[] = [];
  const book = openPolicyFile({ file, pathways: PATHWAYS, state, onChange: (change) => void changes.push(change) });
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
