import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  chainRecord,
  verifyAudit,
} from "../../../../../../targets/reference-ai-stack/healer/governance/audit-chain.ts";
import { openAudit } from "../../../../../../targets/reference-ai-stack/healer/governance/audit-file.ts";

let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
  file = join(folder, "healer", "audit.ndjson");
});
afterEach(() => rmSync(folder, { recursive: true }));

async function write(...whats: string[]): Promise<void> {
  const audit = await openAudit(file, () => "2030-01-01T00:00:00.000Z");
  await Promise.all(whats.map((what, n) => audit.record({ principal: "healer", what, scope: { b: n, a: "ä" } })));
  await audit.close();
}

function lines(): string[] {
  return readFileSync(file, "utf8").trimEnd().split("\n");
}

function rewrite(changed: readonly string[]): void {
  writeFileSync(file, `${changed.join("\n")}\n`);
}

test("a chain that was written is whole, in the order of the calls, and goes on after a restart", async () => {
  await write("detected", "classified", "decided");
  await write("closed");
  expect(verifyAudit(file)).toMatchObject({ ok: true, records: 4 });
  expect(lines().map((line) => JSON.parse(line).what)).toEqual(["detected", "classified", "decided", "closed"]);
});

test("a changed word, a missing record, a swapped pair and an inserted one are found where they are", async () => {
  await write("detected", "classified", "decided", "closed");
  const whole = lines();
  const at = (n: number): string => whole[n] ?? "";
  rewrite(whole.map((line) => line.replace("decided", "held")));
  expect(verifyAudit(file)).toMatchObject({ ok: false, brokenSeq: 3 });
  rewrite([at(0), at(2), at(3)]);
  expect(verifyAudit(file)).toMatchObject({ ok: false, brokenSeq: 2 });
  rewrite([at(0), at(2), at(1), at(3)]);
  expect(verifyAudit(file)).toMatchObject({ ok: false, brokenSeq: 2 });
  rewrite([...whole, at(3)]);
  expect(verifyAudit(file)).toMatchObject({ ok: false, brokenSeq: 5 });
  rewrite([at(0), "not json"]);
  expect(verifyAudit(file)).toMatchObject({ ok: false, brokenSeq: 2 });
});

test("a record forged with a fitting hash of its own is found by the one after it", async () => {
  await write("detected", "decided", "closed");
  const [first = "", second = "", third = ""] = lines();
  const { hash: prev } = JSON.parse(first) as { hash: string };
  const { time } = JSON.parse(second) as { time: string };
  const forged = chainRecord({ principal: "healer", what: "held" }, 2, prev, time);
  rewrite([first, JSON.stringify(forged), third]);
  expect(verifyAudit(file)).toMatchObject({ ok: false, brokenSeq: 3 });
});

test("a broken chain is kept as evidence and the new one begins by saying so", async () => {
  await write("detected", "classified");
  rewrite(lines().map((line) => line.replace("detected", "imagined")));
  await write("started");
  expect(verifyAudit(file)).toMatchObject({ ok: true, records: 2 });
  expect(JSON.parse(lines()[0] ?? "")).toMatchObject({ what: "audit.chain-broken" });
  expect(readdirSync(join(folder, "healer")).some((name) => name.includes(".broken-"))).toBe(true);
});
