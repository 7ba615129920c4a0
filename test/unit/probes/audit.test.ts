import { serveForTest } from "../../support/serve-for-test.ts";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkAudit, readAudit } from "../../../src/probes/audit.ts";
import { openAudit } from "../../../targets/reference-ai-stack/healer/governance/audit-file.ts";

/** An audit as the reference healer writes it: five records, with numbers, lists and letters beyond ASCII. */
async function written(): Promise<string[]> {
  const dir = await mkdtemp(join(tmpdir(), "audit-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, "audit.ndjson");
  const audit = await openAudit(file, { wallTime: () => "2030-01-01T00:00:00.000Z", onTrouble: () => undefined });
  await audit.record({ principal: "healer", what: "started", pid: 7 });
  const steps = ["detected", "decided", "action.started", "action.finished"];
  for (const what of steps) {
    await audit.record({ principal: "healer", what, incident: "i1", confidence: 0.1 + 0.2, reasons: ["1 % µ", "→"] });
  }
  await audit.close();
  return (await readFile(file, "utf8")).trimEnd().split("\n");
}

async function published(status: number, body: string): Promise<string> {
  return `${(await serveForTest((_request, response) => response.writeHead(status).end(body))).url}/audit`;
}

describe("the audit, read from outside", () => {
  it("is whole as the reference healer writes it, as lines and as a list", async () => {
    const lines = await written();
    const look = await readAudit(await published(200, `${lines.join("\n")}\n`), { signal: AbortSignal.timeout(5000) });
    expect(look).toMatchObject({ ok: true, chain: { ok: true } });
    expect(look.ok && look.records.map(({ seq, what, incident }) => [seq, what, incident])).toEqual([
      [1, "started", undefined],
      [2, "detected", "i1"],
      [3, "decided", "i1"],
      [4, "action.started", "i1"],
      [5, "action.finished", "i1"],
    ]);
    expect(checkAudit(`[${lines.join(",")}]`)).toEqual(look);
  });

  it("is broken at the record after one that was taken out, changed, moved or cut", async () => {
    const lines = await written();
    const brokenAt = (changed: readonly string[]): unknown => {
      const look = checkAudit(changed.join("\n"));
      return look.ok && !look.chain.ok ? look.chain.brokenSeq : look;
    };
    expect(brokenAt(lines.toSpliced(2, 1))).toBe(3);
    expect(brokenAt(lines.with(3, (lines[3] ?? "").replace("action.started", "held")))).toBe(4);
    expect(brokenAt([...lines.slice(0, 2), lines[3] ?? "", lines[2] ?? "", lines[4] ?? ""])).toBe(3);
    expect(brokenAt(lines.with(4, (lines[4] ?? "").slice(0, -9)))).toBe(5);
    expect(brokenAt(lines.slice(1))).toBe(1);
    expect(brokenAt(lines.with(1, "[]"))).toBe(2);
  });

  it("breaks at a number whose last digits no double, and so no hash, holds", async () => {
    const [first = ""] = await written();
    const { hash: _, ...plain } = JSON.parse(first) as Record<string, unknown>;
    // As a healer would seal it that writes its numbers as RFC 8785 says, and another one after the fact.
    const withId = { ...plain, row: 464004151041070700 };
    const keys = Object.entries(withId).sort(([a], [b]) => (a < b ? -1 : 1));
    const hash = createHash("sha256")
      .update(JSON.stringify(Object.fromEntries(keys)))
      .digest("hex");
    const sealed = JSON.stringify({ ...withId, hash });
    expect(sealed).toContain("464004151041070700");
    expect(checkAudit(sealed.replace("464004151041070700", "464004151041070705"))).toMatchObject({
      chain: { ok: false, brokenSeq: 1, says: expect.stringContaining("carries 464004151041070705") as string },
    });
    const even = { ...plain, row: 2 ** 60 };
    const sorted = Object.entries(even).sort(([a], [b]) => (a < b ? -1 : 1));
    const seal = createHash("sha256")
      .update(JSON.stringify(Object.fromEntries(sorted)))
      .digest("hex");
    const whole = JSON.stringify({ ...even, hash: seal }).replace(String(2 ** 60), "1152921504606846976");
    expect(checkAudit(whole)).toMatchObject({ chain: { ok: true } });
  });

  it("is not read when it is no audit, the answer is no 200, or nobody answers", async () => {
    const read = async (url: string) => readAudit(url, { signal: AbortSignal.timeout(5000) });
    expect(await read(await published(200, "<html>"))).toEqual({
      ok: false,
      reason: "neither JSON Lines nor a JSON list",
    });
    expect(await read(await published(503, "no"))).toEqual({ ok: false, reason: "answered 503" });
    expect(await read("http://127.0.0.1:1/audit")).toEqual({ ok: false, reason: "connection refused" });
    expect(await read(await published(200, ""))).toEqual({ ok: true, records: [], chain: { ok: true } });
  });
});
