// What was learned, while its file is full, locked or damaged: the loop goes on with what it knows, and no record of a
// change is lost.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StateFile } from "../../../../../../targets/reference-ai-stack/healer/durable/state-file.ts";
import { openMemory } from "../../../../../../targets/reference-ai-stack/healer/learning/memory.ts";

const SLOW = "slower-than-siblings@inference";
let folder = "";
const opened: StateFile[] = [];

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "learning-"))));
afterEach(() => {
  for (const file of opened.splice(0)) file.close();
  rmSync(folder, { recursive: true });
});

function live(mostPages = 1000) {
  const said: (string | null)[] = [];
  const wallTime = (): string => "2030-01-01T00:00:00.000Z";
  const onTrouble = (says: string | null): void => void said.push(says);
  const file = new StateFile(join(folder, "learning.sqlite"), { mostPages, wallTime, onTrouble });
  opened.push(file);
  const audited: unknown[] = [];
  return { file, said, audited, memory: openMemory({ state: file, wallTime, audit: (one) => void audited.push(one) }) };
}

const learn = ({ memory }: ReturnType<typeof live>, n: number): void =>
  memory.closed({
    incident: `inc-${n}`,
    fault: "replica-slow@inference",
    attempts: [{ way: "redistribute-traffic/drain", healed: true }],
    suspicion: { kind: SLOW, by: "standing" },
  });

test("a full file is said, and what is learned holds and is audited all the same", () => {
  const life = live(8);
  for (let n = 1; n <= 300; n += 1) learn(life, n);
  expect(life.said).toEqual(["the healer's state file is full"]);
  expect(life.memory.value("persist-ms", SLOW)).toBe(3000);
  expect(life.memory.read().remedies["replica-slow@inference"]).toEqual({
    "redistribute-traffic/drain": { healed: 300, failed: 0 },
  });
  expect(life.audited).toHaveLength(302);
});

test("a file that another process has locked is brought up to date when the lock is gone", () => {
  const life = live();
  learn(life, 1);
  const other = new DatabaseSync(join(folder, "learning.sqlite"));
  other.exec("BEGIN EXCLUSIVE");
  learn(life, 2);
  expect(life.memory.value("persist-ms", SLOW)).toBe(3000);
  expect(life.said).toEqual(["the healer's state file is locked"]);
  other.exec("ROLLBACK");
  other.close();
  life.file.retry();
  expect(life.said.at(-1)).toBeNull();
  expect(live().memory.value("persist-ms", SLOW)).toBe(3000);
});

test("a damaged file is kept as evidence, and the loop begins with nothing learned and says so", () => {
  writeFileSync(
    join(folder, "learning.sqlite"),
    "no database at all, but long enough to be taken for one ".repeat(200),
  );
  const life = live();
  expect(life.said).toEqual(["the healer's state file is damaged", null]);
  expect(life.memory.view().changes).toEqual([]);
  learn(life, 1);
  expect(life.memory.value("persist-ms", SLOW)).toBe(6000);
  expect(readdirSync(folder).some((name) => name.includes(".damaged-"))).toBe(true);
  expect(live().memory.value("persist-ms", SLOW)).toBe(6000);
});
