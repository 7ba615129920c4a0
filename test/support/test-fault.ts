// One contract for every fault, kept on real processes, real sockets and a real file: prepare changes nothing → apply
// is observable → revert restores → revert again is harmless → a fresh process can revert. Each fault's test file calls
// `testFault` with its own case.

import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../src/core/fault.ts";
import { siteName, type Site } from "../../src/core/controls.ts";
import type { Json } from "../../src/core/units.ts";
import { controlsFromHandle, platformHandle } from "../../src/platforms/processes/controls.ts";
import { findByMarker } from "./find-by-marker.ts";
import { startTarget, type RunningTarget } from "../../src/platforms/processes/start-target.ts";
import { createWorkDir, removeWorkDir } from "../../src/platforms/processes/work-dir.ts";
import { edgeControl } from "../../src/platforms/toxiproxy/edge-control.ts";
import { startProxyProcess, type ProxyProcess } from "../../src/platforms/toxiproxy/proxy-process.ts";
import { loadRateControl } from "../../src/trial/load-rate.ts";
import { fixtureTarget, plainOptions } from "./fixture-target.ts";
import type { Evidence } from "../../src/records/timeline/fault.ts";
import type { SiteRef } from "../../src/records/site.ts";

export const edgeSite: SiteRef = { service: "vec", replica: "vec", edgeFrom: "stack" };
export const replicaSite: SiteRef = { service: "vec", replica: "vec" };
export const noSite: SiteRef = { service: "", replica: "" };

/**
 * What a bystander sees of the stack: does the replica answer, and stream an answer whole, is it slow through the edge,
 * what is in its files.
 */
interface Bystander {
  readonly answers: boolean;
  readonly streams: boolean;
  readonly slow: boolean;
  readonly files: string;
}

export interface FaultCase {
  /** Where it is tried; with its own example where `params` are absent. */
  readonly site: SiteRef;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Users ask for streamed answers through the edge all the time: the fault shows in theirs. */
  readonly asked?: true;
  /** A bystander of the stack sees nothing of it: it changes nothing, or only the load. */
  readonly unseen?: true;
  /** Whether its own look still finds the effect once it was taken back: an ended process stays ended. */
  readonly staysObserved?: true;
  /** Cases of its own, on the same stack. */
  readonly more?: (stand: FaultStand) => void;
}

/** The stack that a case is tried on. */
export interface FaultStand {
  site(): Site;
  look(): Promise<Bystander>;
  /** The published file of the replica. */
  path(): string;
  /** Where the replica listens itself. */
  replicaUrl(): string;
  revertInFreshProcess(undo: Json): Promise<Evidence>;
  readonly signal: AbortSignal;
}

/** Registers the contract for one fault, and its own cases. */
export function testFault(fault: Fault, { site: ref, unseen, staysObserved, more, ...rest }: FaultCase): void {
  const input = rest.params ?? fault.example;
  describe(fault.name, () => {
    const stand = openStand(fault.name, ref, rest.asked === true);
    const { signal } = stand;

    test("changes nothing in prepare, shows in apply, is gone after revert, and a second revert is harmless", async () => {
      const site = stand.site();
      const params = fault.parse(input);
      const calm = await stand.look();
      expect(calm).toMatchObject({ answers: true, slow: false });
      const undo = JSON.parse(JSON.stringify(await fault.prepare(params, site))) as Json;
      expect(await stand.look()).toEqual(calm);
      const harmed = { params, undo, before: await fault.harm(params, undo, site, signal) };
      expect(await fault.observe(harmed, site, signal)).toMatchObject({ confirmed: true });
      if (unseen) expect(await stand.look()).toEqual(calm);
      else expect(await stand.look()).not.toEqual(calm);
      for (const _ of ["once", "again"]) {
        expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
        expect(await stand.look()).toEqual(calm);
      }
      const after = await fault.observe(harmed, site, signal);
      expect(after.confirmed).toBe(staysObserved === true);
    });

    test("says that it took effect when it is applied as a trial does, with the harm's begin before it", async () => {
      // Of a fault that writes into two files each says so; the first counts.
      let began = false;
      const site = { ...stand.site(), harmBegins: () => void (began = true) };
      const params = fault.parse(input);
      const undo = await fault.prepare(params, site);
      expect(await fault.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
      expect(began).toBe(fault.harmless !== true);
      await fault.revert(undo, site, signal);
    });

    test("can be taken back by a fresh process that knows only the undo log's entry", async () => {
      const site = stand.site();
      const params = fault.parse(input);
      const calm = await stand.look();
      const undo = await fault.prepare(params, site);
      await fault.apply(params, undo, site, signal);
      expect(await stand.revertInFreshProcess(undo)).toMatchObject({ confirmed: true });
      expect(await stand.look()).toEqual(calm);
    });

    test("can be taken back right after the harm, while that is still taking effect", async () => {
      const site = stand.site();
      const params = fault.parse(input);
      const calm = await stand.look();
      const undo = await fault.prepare(params, site);
      await fault.harm(params, undo, site, signal);
      expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
      expect(await stand.look()).toEqual(calm);
    });

    test("can be taken back when it was prepared but never applied", async () => {
      const site = stand.site();
      const calm = await stand.look();
      const undo = await fault.prepare(fault.parse(input), site);
      expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
      expect(await stand.look()).toEqual(calm);
    });

    more?.(stand);
  });
}

/** A stack for each test, with the fault proxy on its one edge; checks afterwards that nothing of it is left. */
export function openStand(name: string, ref: SiteRef, isAsked: boolean): FaultStand {
  const clock = { epochNs: "0", now: () => performance.now() };
  const signal = AbortSignal.timeout(100_000);
  let id: string;
  let trialDir: string;
  let stack: RunningTarget;
  let proxy: ProxyProcess;
  let proxyAddress: string;
  let handle: Json;
  let load: Site["controls"]["load"];
  let users: NodeJS.Timeout | undefined;

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
    handle = platformHandle(stack, { apiUrlFile, names: { [siteName(edgeSite)]: "stack-vec" } });
    if (isAsked) users = setInterval(() => void streamed(`http://${proxyAddress}/stream`), 50);
    load = loadRateControl({ setRate: () => undefined }, clock);
  });

  afterEach(async () => {
    clearInterval(users);
    await stack.stop();
    await proxy.stop();
    await removeWorkDir(stack.workDir, id);
    await rm(trialDir, { recursive: true });
    expect(await findByMarker(id)).toEqual([]);
  });

  const bare = () => ({ ...ref, seed: 7, undoDir: join(trialDir, "undo") });
  return {
    signal,
    replicaUrl: () => `http://127.0.0.1:${stack.ports["vec"]}`,
    path: () => stack.publishedFiles[0] ?? "",
    site: () => ({
      ...bare(),
      controls: { ...controlsFromHandle(handle, bare(), edgeControl), ...(load && { load }) },
    }),
    async look() {
      const hash = createHash("sha256");
      for (const path of new Set(stack.publishedFiles)) hash.update(await readFile(path));
      // As long as a short request of a user's.
      const health = `http://${proxyAddress}/health?about=${"x".repeat(500)}`;
      const trips = [await timed(health), await timed(health), await timed(health)];
      // The quickest of three: a busy machine may slow down one, a slow edge slows down all.
      const slow = Math.min(...trips.map((trip) => trip.ms)) > 250;
      const streams = await streamed(`http://${proxyAddress}/stream`);
      return { answers: trips.every((trip) => trip.ok), streams, slow, files: hash.digest("hex") };
    },
    async revertInFreshProcess(undo) {
      const { seed, undoDir } = bare();
      const entry = { kind: "fault", fault: name, site: { ...ref }, seed, undoDir, undo, handle };
      expect(JSON.stringify(entry)).not.toContain(stack.token);
      expect(JSON.stringify(entry)).not.toContain(proxy.apiUrl);
      return revertElsewhere(entry);
    },
  };
}

/** Who has not answered by then does not answer, ms. */
const PATIENCE_MS = 3000;

async function timed(url: string): Promise<{ ok: boolean; ms: number }> {
  const from = performance.now();
  const ok = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
    (response) => response.ok,
    () => false,
  );
  return { ok, ms: performance.now() - from };
}

interface StreamedEvent {
  readonly choices: readonly { readonly delta: { readonly content?: string }; readonly finish_reason: string | null }[];
}

/** Did a whole answer come, every event of it, to its last word and its end? */
async function streamed(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { method: "POST", signal: AbortSignal.timeout(PATIENCE_MS) });
    const [done, ...events] = (await response.text()).trimEnd().split("\n\n").toReversed();
    const said = events.toReversed().map((event) => JSON.parse(event.replace(/^data: /, "")) as StreamedEvent);
    const text = said.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
    return (
      done === "data: [DONE]" &&
      said.at(-1)?.choices[0]?.finish_reason === "stop" &&
      text.endsWith("of France is Paris.")
    );
  } catch {
    return false;
  }
}

function revertElsewhere(entry: Json): Promise<Evidence> {
  const script = join(dirname(fileURLToPath(import.meta.url)), "revert-in-fresh-process.mjs");
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [script], (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stderr}`));
      else resolve(JSON.parse(stdout) as Evidence);
    });
    child.stdin?.end(JSON.stringify(entry));
  });
}
