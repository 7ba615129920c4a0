// The contract of every fault in the table, kept on real processes, real sockets and a real file: prepare changes
// nothing → apply is observable → revert restores → revert again is harmless → a fresh process can revert.

import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Evidence, Fault } from "../../src/core/fault.ts";
import { siteName, type Site, type SiteRef } from "../../src/core/platform.ts";
import type { Json } from "../../src/core/units.ts";
import { faults } from "../../src/faults/index.ts";
import { controlsFromHandle, platformHandle } from "../../src/platforms/processes/controls.ts";
import { findByMarker } from "../../src/platforms/processes/process-table.ts";
import { startTarget, type RunningTarget } from "../../src/platforms/processes/start-target.ts";
import { createWorkDir, removeWorkDir } from "../../src/platforms/processes/work-dir.ts";
import { edgeControl } from "../../src/platforms/toxiproxy/edge-control.ts";
import { startProxyProcess, type ProxyProcess } from "../../src/platforms/toxiproxy/proxy-process.ts";
import { fixtureTarget, plainOptions } from "../support/fixture-target.ts";

const edge: SiteRef = { service: "vec", replica: "vec", edgeFrom: "stack" };
const replica: SiteRef = { service: "vec", replica: "vec" };

/** Where each fault is tried and with what; a fault without a line here fails the first test. */
const cases: Record<string, { site: SiteRef; params: Record<string, unknown>; harmless?: boolean }> = {
  "network.latency": { site: edge, params: { latency: "400ms" } },
  "process.kill": { site: replica, params: {} },
  "index.corruption": { site: replica, params: { share: 0.25, mode: "noise" } },
  nothing: { site: replica, params: {}, harmless: true },
};

let id: string;
let trialDir: string;
let stack: RunningTarget;
let proxy: ProxyProcess;
let proxyAddress: string;
let handle: Json;

beforeEach(async () => {
  id = `test-${randomUUID()}`;
  trialDir = await mkdtemp(join(tmpdir(), "fault-contract-"));
  proxy = await startProxyProcess({ seed: 1 });
  const route = async (upstream: string): Promise<string> =>
    (proxyAddress = await proxy.addEdge("stack-vec", upstream));
  const options = plainOptions(id, await createWorkDir(id));
  stack = await startTarget(fixtureTarget(), { ...options, edges: (_, upstream) => route(upstream) });
  const apiUrlFile = join(trialDir, "proxy-api");
  await writeFile(apiUrlFile, proxy.apiUrl, { mode: 0o600 });
  handle = platformHandle(stack, { apiUrlFile, names: { [siteName(edge)]: "stack-vec" } });
});

afterEach(async () => {
  await stack.stop();
  await proxy.stop();
  await removeWorkDir(stack.workDir, id);
  await rm(trialDir, { recursive: true });
  expect(await findByMarker(id)).toEqual([]);
});

function siteOf(ref: SiteRef): Site {
  const bare = { ...ref, seed: 7, undoDir: join(trialDir, "undo") };
  return { ...bare, controls: controlsFromHandle(handle, bare, edgeControl) };
}

/** What a bystander sees of the stack: does the replica answer, is it slow through the edge, what is in its file. */
async function look(): Promise<{ answers: boolean; slow: boolean; file: string }> {
  const path = stack.publishedFiles[0] ?? "";
  const file = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  const trips = [await timeHealth(), await timeHealth(), await timeHealth()];
  // The quickest of three: a busy machine may slow down one, a slow edge slows down all.
  const slow = Math.min(...trips.map((trip) => trip.ms)) > 250;
  return { answers: trips.every((trip) => trip.ok), slow, file };
}

async function timeHealth(): Promise<{ ok: boolean; ms: number }> {
  const from = performance.now();
  const ok = await fetch(`http://${proxyAddress}/health`).then(
    (response) => response.ok,
    () => false,
  );
  return { ok, ms: performance.now() - from };
}

function revertInFreshProcess(entry: Json): Promise<Evidence> {
  const script = join(dirname(fileURLToPath(import.meta.url)), "../support/revert-in-fresh-process.mjs");
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [script], (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stderr}`));
      else resolve(JSON.parse(stdout) as Evidence);
    });
    child.stdin?.end(JSON.stringify(entry));
  });
}

const signal = AbortSignal.timeout(100_000);

test("every fault of the table is put to the contract, and nothing else", () => {
  expect(Object.keys(cases)).toEqual(faults.map((fault) => fault.kind));
});

describe.each(faults.map((fault): [string, Fault] => [fault.kind, fault]))("%s", (kind, fault) => {
  const { site: ref, params: input, harmless = false } = cases[kind] ?? { site: replica, params: {} };

  test("changes nothing in prepare, shows in apply, is gone after revert, and a second revert is harmless", async () => {
    const site = siteOf(ref);
    const params = fault.parse(input);
    const before = await look();
    expect(before).toMatchObject({ answers: true, slow: false });
    const undo = JSON.parse(JSON.stringify(await fault.prepare(params, site))) as Json;
    expect(await look()).toEqual(before);
    const applied = await fault.apply(params, undo, site, signal);
    expect(applied).toMatchObject({ confirmed: true });
    if (harmless) expect(await look()).toEqual(before);
    else expect(await look()).not.toEqual(before);
    expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await look()).toEqual(before);
    expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await look()).toEqual(before);
  });

  test("can be taken back by a fresh process that knows only the undo log's entry", async () => {
    const site = siteOf(ref);
    const params = fault.parse(input);
    const before = await look();
    const undo = await fault.prepare(params, site);
    await fault.apply(params, undo, site, signal);
    const entry = {
      kind: "fault",
      fault: kind,
      site: { ...ref },
      seed: site.seed,
      undoDir: site.undoDir,
      undo,
      handle,
    };
    expect(JSON.stringify(entry)).not.toContain(stack.token);
    expect(JSON.stringify(entry)).not.toContain(proxy.apiUrl);
    expect(await revertInFreshProcess(entry)).toMatchObject({ confirmed: true });
    expect(await look()).toEqual(before);
  });

  test("can be taken back when it was prepared but never applied", async () => {
    const site = siteOf(ref);
    const before = await look();
    const undo = await fault.prepare(fault.parse(input), site);
    expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await look()).toEqual(before);
  });
});

describe("index.corruption", () => {
  const fault = faults.find(({ kind }) => kind === "index.corruption");

  test.each(["zero", "noise", "nan"])("in mode %s is seen by self-retrieval at the replica", async (mode) => {
    const site = siteOf(replica);
    const before = await site.controls.vectors?.selfRetrieval(200, signal);
    const params = fault?.parse({ share: 0.3, mode });
    const undo = (await fault?.prepare(params, site)) ?? null;
    expect(await fault?.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
    const after = await site.controls.vectors?.selfRetrieval(200, signal);
    expect(before).toBe(1);
    expect(after).toBeGreaterThan(0.6);
    expect(after).toBeLessThan(0.8);
    await fault?.revert(undo, site, signal);
    expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBe(1);
  });

  test.each([
    { mode: "part", part: 0.75, share: 0.3 },
    { mode: "flip", share: 0.3 },
  ])("in mode %o is seen by self-retrieval at the replica, and undone to the byte", async (input) => {
    const site = siteOf(replica);
    const before = await look();
    const undo = (await fault?.prepare(fault.parse(input), site)) ?? null;
    expect(await fault?.apply(fault.parse(input), undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBeLessThan(0.85);
    expect(await fault?.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await look()).toEqual(before);
    expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBe(1);
  });

  test("in mode truncate is seen by a replica that dies of it, and undone to the byte, once and again", async () => {
    const site = siteOf(replica);
    const before = await look();
    const path = stack.publishedFiles[0] ?? "";
    const whole = await readFile(path);
    const params = fault?.parse({ mode: "truncate", share: 0.25 });
    const undo = JSON.parse(JSON.stringify((await fault?.prepare(params, site)) ?? null)) as Json;
    const { confirmed, seen } = (await fault?.apply(params, undo, site, signal)) ?? {};
    expect(seen).toMatch(
      /^hash changed; self-retrieval 1\.000 before, not measured after \(120 rows asked for\); pid \d+, which answered before, is gone/,
    );
    expect(confirmed).toBe(true);
    expect((await readFile(path)).equals(whole.subarray(0, 16 + 180 * 32))).toBe(true);
    expect(
      await revertInFreshProcess({
        fault: "index.corruption",
        site: { ...replica },
        seed: site.seed,
        undoDir: site.undoDir,
        undo,
        handle,
        kind: "fault",
      }),
    ).toMatchObject({
      confirmed: true,
      seen: expect.stringMatching(
        /^its end was put back; the file is byte for byte what it was; the replica was down: started again as pid \d+$/,
      ),
    });
    expect(await fault?.revert(undo, site, signal)).toMatchObject({
      confirmed: true,
      seen: expect.stringContaining("0 bytes put back"),
    });
    expect(await look()).toEqual(before);
    expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBe(1);
  });

  test("ends when the file is replaced before the damage: nothing is written into the one that came", async () => {
    const site = siteOf(replica);
    const path = stack.publishedFiles[0] ?? "";
    const undo = (await fault?.prepare(fault.parse({}), site)) ?? null;
    const restored = await readFile(path);
    await writeFile(`${path}.new`, restored);
    await rename(`${path}.new`, path);
    let began = false;
    const harmed = fault?.apply(fault.parse({}), undo, { ...site, harmBegins: () => (began = true) }, signal);
    await expect(harmed).rejects.toThrow("was replaced or removed by its owner");
    expect(began).toBe(false);
    expect((await readFile(path)).equals(restored)).toBe(true);
  });

  test("leaves a file alone that somebody replaced in the meantime, or took away", async () => {
    const site = siteOf(replica);
    const params = fault?.parse({ mode: "nan" });
    const undo = (await fault?.prepare(params, site)) ?? null;
    await fault?.apply(params, undo, site, signal);
    const path = stack.publishedFiles[0] ?? "";
    const rebuilt = (await readFile(path)).map((byte, at) => (at < 16 ? byte : 0x41));
    await writeFile(path, rebuilt);
    expect(await fault?.revert(undo, site, signal)).toMatchObject({
      confirmed: true,
      seen: expect.stringContaining("0 rows put back"),
    });
    expect((await readFile(path)).equals(rebuilt)).toBe(true);
    await rm(path);
    expect(await fault?.revert(undo, site, signal)).toMatchObject({ confirmed: true });
  });

  test("refuses to revert from a backup that is no longer what was written", async () => {
    const site = siteOf(replica);
    const params = fault?.parse({});
    const undo = (await fault?.prepare(params, site)) ?? null;
    await fault?.apply(params, undo, site, signal);
    const damaged = await readFile(stack.publishedFiles[0] ?? "");
    await writeFile(join(site.undoDir, "rows.bin"), "something else");
    await expect(fault?.revert(undo, site, signal)).rejects.toThrow("no longer what was written");
    expect((await readFile(stack.publishedFiles[0] ?? "")).equals(damaged)).toBe(true);
  });
});
