import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  chainRecord,
  verifyAudit,
} from "../../../../../../targets/reference-ai-stack/healer/governance/audit-chain.ts";
import { appendLines } from "../../../../../../targets/reference-ai-stack/healer/governance/append-lines.ts";
import { openAudit } from "../../../../../../targets/reference-ai-stack/healer/governance/audit-file.ts";

const parts = { wallTime: () => "2030-01-01T00:00:00.000Z", onTrouble: () => undefined };
let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
  file = join(folder, "healer", "audit.ndjson");
});
afterEach(() => rmSync(folder, { recursive: true }));

async function write(...whats: string[]): Promise<void> {
  const audit = await openAudit(file, parts);
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

test("a last line that its writer did not finish is put aside, and the chain goes on before it", async () => {
  await write("detected", "decided");
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, `${whole}{"principal":"healer","what":"clo`);
  await write("closed");
  expect(verifyAudit(file)).toMatchObject({ ok: true, records: 4 });
  expect(lines().map((line) => JSON.parse(line).what)).toEqual(["detected", "decided", "audit.torn-line", "closed"]);
  const aside = readdirSync(join(folder, "healer")).filter((name) => name.includes(".torn-"));
  expect(readFileSync(join(folder, "healer", aside[0] ?? ""), "utf8")).toBe('{"principal":"healer","what":"clo');
});

test("an event that stands in the chain is not written again, by the same life or the next", async () => {
  const said = { principal: "healer", what: "detected", event: "inc-1/1" };
  const first = await openAudit(file, parts);
  await Promise.all([first.record(said), first.record(said)]);
  await first.close();
  const next = await openAudit(file, parts);
  await next.record(said);
  await next.record({ ...said, what: "decided", event: "inc-1/2" });
  await next.close();
  expect(lines().map((line) => JSON.parse(line).event)).toEqual(["inc-1/1", "inc-1/2"]);
  expect(verifyAudit(file)).toMatchObject({ ok: true, records: 2 });
});

test("what a full disk took of a line is cut off, and the line is offered until it is taken", async () => {
  // A disk of 20 bytes, to which room is added later.
  const disk = { bytes: "", room: 20 };
  const said: (string | null)[] = [];
  const handle = {
    size: async () => disk.bytes.length,
    appendFile: async (text: unknown) => {
      disk.bytes += String(text).slice(0, disk.room - disk.bytes.length);
      if (!disk.bytes.endsWith("\n")) throw new Error("ENOSPC: no space left on device, write");
    },
    datasync: async () => undefined,
    truncate: async (size = 0) => void (disk.bytes = disk.bytes.slice(0, size)),
  };
  const append = appendLines(handle, (says) => {
    said.push(says);
    if (says !== null) setTimeout(() => (disk.room = 1000), 20);
  });
  await append("first line\n");
  await append("a second line, too long\n");
  expect(disk.bytes).toBe("first line\na second line, too long\n");
  expect(said).toEqual(["the audit cannot be written: ENOSPC: no space left on device, write", null]);
});

test("who waits for a full disk no longer than it wants to leaves nothing of its line", async () => {
  let bytes = "";
  const handle = {
    size: async () => bytes.length,
    appendFile: async (text: unknown) => {
      bytes += String(text).slice(0, 3);
      throw new Error("ENOSPC");
    },
    datasync: async () => undefined,
    truncate: async (size = 0) => void (bytes = bytes.slice(0, size)),
  };
  const append = appendLines(handle, () => undefined, AbortSignal.timeout(20));
  await expect(append("a line\n")).rejects.toThrow();
  expect(bytes).toBe("");
});
