// What intents on data believe, engine by engine and without a stack around it: the intent's own fault strikes the real
// files of a replica through the platform's own controls, the healer's detector speaks, and the remedy that the intent
// expects makes it whole.
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Site } from "../../src/core/controls.ts";
import { HarnessError } from "../../src/core/errors.ts";
import type { Fault } from "../../src/core/fault.ts";
import { faults } from "../../src/faults/index.ts";
import { backupControl } from "../../src/platforms/processes/backup-control.ts";
import { fileControls } from "../../src/platforms/processes/file-control.ts";
import type { PublishedFile } from "../../src/records/inventory.ts";
import { indexDetector } from "../../targets/reference-ai-stack/healer/detection/index-detector.ts";
import {
  readManifest as manifestView,
  readSelfRetrieval,
} from "../../targets/reference-ai-stack/healer/telemetry/read-answer.ts";
import { makeIndex } from "../../targets/reference-ai-stack/supervisor/restore/make-index.ts";
import { rebuildIndex } from "../../targets/reference-ai-stack/supervisor/restore/rebuild-index.ts";
import { relinkIndex } from "../../targets/reference-ai-stack/supervisor/restore/relink-index.ts";
import type { VectorEngine } from "../../targets/reference-ai-stack/vector/engines/engine.ts";
import { hashIndex } from "../../targets/reference-ai-stack/vector/engines/generation.ts";
import { VECTOR_ENGINES, type VectorEngineName } from "../../targets/reference-ai-stack/vector/engines/names.ts";
import { engines } from "../../targets/reference-ai-stack/vector/engines/table.ts";
import { filesIn, PAYLOAD_OFFSET, ROW_BYTES, type IndexFiles } from "../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder, readManifest } from "../../targets/reference-ai-stack/vector/snapshot.ts";
import { isInstalled } from "../support/vector-engines.ts";
import { parse } from "yaml";

const ROWS = 240;
const signal = AbortSignal.timeout(600_000);
const allFaults = new Map<string, Fault>(faults.map((one) => [one.name, one]));

/**
 * Where an engine keeps all in one file a trial of one costs little, so that all are tried; of Chroma, which is opened
 * in a server of its own, one for each way in which a fault writes: into the file, and another one over it.
 */
const INTENTS: Readonly<Record<VectorEngineName, readonly string[]>> = {
  usearch: ["torn-pair"],
  "sqlite-vec": [
    "degenerate-build",
    "deleted-file-served",
    "ghost-rows",
    "links-rewired",
    "nearly-empty",
    "pages-zeroed",
    "read-back-damaged",
    "second-copy-damaged",
    "torn-pair",
    "wrong-metric",
  ],
  chroma: ["degenerate-build", "deleted-file-served"],
};

interface Intent {
  readonly disturb: readonly { readonly fault: string; readonly with?: Readonly<Record<string, unknown>> }[];
  readonly expect: { readonly recovered: { readonly by: string } };
}

/** Neighbours at all distances: a row is a turn of a few slow waves. */
function vectorOf(row: number): Float32Array {
  const raw = Array.from({ length: 512 }, (_, i) => Math.sin(row * 0.37 * ((i % 7) + 1) + i * i * 0.011));
  const length = Math.hypot(...raw);
  return Float32Array.from(raw, (part) => part / length);
}

async function intentOf(name: string): Promise<Intent> {
  return parse(await readFile(join(import.meta.dirname, "../../experiments/data", `${name}.yaml`), "utf8")) as Intent;
}

describe.each(VECTOR_ENGINES.filter(isInstalled))("%s", (name) => {
  let engine: VectorEngine;
  let built: IndexFiles;
  let dir: string;
  let files: IndexFiles;
  let replica: VectorReplica;
  beforeAll(async () => {
    engine = await engines[name].load();
    built = filesIn(await mkdtemp(join(tmpdir(), "intents-on-engines-")), name);
    const records = Array.from({ length: ROWS }, (_, n) => ({
      id: `r${n}`,
      title: "",
      text: `${n}`,
      vector: vectorOf(n),
    }));
    await buildIndexFolder(built, "corpus", records, engine);
  });
  afterAll(() => rm(built.dir, { recursive: true, force: true }));
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "intents-on-engines-"));
    files = filesIn(join(dir, "vector-1"), name);
    await cp(built.dir, files.dir, { recursive: true });
    replica = await openReplica(files, engine);
  });
  afterEach(async () => {
    await replica.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** As the supervisor publishes it. */
  const published = async (): Promise<readonly PublishedFile[]> => {
    const { rows, rowsIn } = readManifest(files);
    const { file, layout } = rowsIn ?? { file: "", layout: { offset: PAYLOAD_OFFSET, rowBytes: ROW_BYTES, rows } };
    const reads = engine.reads === "at-load" ? { reads: "at-load" as const } : {};
    const manifest = await readFile(files.manifest);
    return [
      { role: "index", path: join(files.index, file), format: name, payload: layout, ...reads },
      {
        role: "manifest",
        path: files.manifest,
        format: "json",
        payload: { offset: 0, rowBytes: 1, rows: manifest.length },
      },
    ];
  };
  const siteHere = async (): Promise<Site> => {
    const publishedFiles = (await published()).map(({ path }) => path);
    const bounds = { workDir: dir, replica: "vector-1", publishedFiles };
    const inventory = async () => [
      { service: "vector", replica: "vector-1", version: "1", files: await published() } as never,
    ];
    const reload = async () =>
      replica.reload().then(
        () => ({ ok: true }) as const,
        (thrown: Error) => ({ ok: false, reason: thrown.message }) as const,
      );
    return {
      service: "vector",
      replica: "vector-1",
      seed: 7,
      undoDir: join(dir, "undo"),
      controls: {
        ...fileControls(bounds, inventory),
        backups: backupControl(join(dir, "undo")),
        vectors: {
          selfRetrieval: async (sample) => (await replica.selfRetrieval(sample, 1)).share ?? 0,
          readBack: async (sample) => (await replica.selfRetrieval(sample, 1)).internal.share ?? 0,
        },
        replica: { reload, ensureRunning: async () => ({ started: false, instance: "this" }) },
      },
    };
  };

  /** What the healer's detector makes of a few looks at the replica beside a whole peer's manifest. */
  const signals = async (): Promise<readonly string[]> => {
    const scope = { service: "vector", replica: "vector-1" };
    let state = indexDetector.initial;
    for (let look = 1; look <= 3; look += 1) {
      const at = look * 500;
      const manifest = manifestView(await replica.manifest(true));
      const view = readSelfRetrieval(JSON.parse(JSON.stringify(await replica.selfRetrieval(64, look))) as unknown);
      if (manifest === null || view === null) throw new Error("the healer cannot read what the replica says");
      state = indexDetector.take(state, { kind: "manifest", scope, manifest, at });
      state = indexDetector.take(state, { kind: "self-retrieval", scope, view, at });
    }
    return indexDetector.signals(state).map((one) => one.name);
  };

  /** Of index and manifest, as they lie at their paths. */
  const bytesHere = async (): Promise<readonly string[]> => [
    await hashIndex(files.index),
    await readFile(files.manifest, "utf8"),
  ];

  const remedies: Readonly<Record<string, () => Promise<unknown>>> = {
    "restore-index": () => makeIndex(built, files, engine),
    "refresh-vector-index": () => relinkIndex(files, engine),
    "rebuild-from-records": () => rebuildIndex(files, engine),
  };
  const found = async () => (await replica.selfRetrieval(ROWS, 1)).share;

  test.each(INTENTS[name])(
    "%s: the fault acts, a signal speaks, and the expected remedy makes it whole",
    async (id) => {
      const { disturb, expect: expected } = await intentOf(id);
      const [one] = disturb;
      const fault = allFaults.get(one?.fault ?? "");
      if (one === undefined || fault === undefined) throw new Error(`${id} has no fault`);
      const site = await siteHere();
      const params = fault.parse(one.with ?? {});
      expect(await signals()).toEqual([]);
      const undo = await fault.prepare(params, site);
      expect(await fault.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
      expect(await signals()).not.toEqual([]);
      expect((await replica.manifest(true)).inPlace).toBe(fault.name === "index.unlinked" ? 0 : 1);
      await remedies[expected.recovered.by]?.();
      await replica.reload();
      expect(await found()).toBe(1);
      expect(await signals()).toEqual([]);
      // The healer was first: what it put in place is its own, and stays.
      expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
      await replica.reload();
      expect([await found(), await signals()]).toEqual([1, []]);
    },
  );

  test.each(INTENTS[name])(
    "%s: what nobody heals is taken back to the byte, from nothing but the undo log",
    async (id) => {
      const [one] = (await intentOf(id)).disturb;
      const fault = allFaults.get(one?.fault ?? "");
      if (one === undefined || fault === undefined) throw new Error(`${id} has no fault`);
      const before = await bytesHere();
      const params = fault.parse(one.with ?? {});
      const site = await siteHere();
      const undo = await fault.prepare(params, site);
      const logged = JSON.stringify({ undo, fault: fault.name, seed: site.seed, undoDir: site.undoDir });
      await fault.apply(params, undo, site, signal);
      expect(await signals()).not.toEqual([]);
      // As in another process: the modules of the fault are loaded anew, and its site and parameters are gone.
      vi.resetModules();
      const { faults: fresh } = await import("../../src/faults/index.ts");
      const entry = JSON.parse(logged) as { undo: never; fault: string; seed: number; undoDir: string };
      const again = fresh.find((each: Fault) => each.name === entry.fault);
      expect(again).not.toBe(fault);
      const { controls } = await siteHere();
      const bare = { service: "vector", replica: "vector-1", seed: entry.seed, undoDir: entry.undoDir, controls };
      expect(await again?.revert(entry.undo, bare, signal)).toMatchObject({ confirmed: true });
      await replica.reload();
      expect([await found(), await signals(), await bytesHere()]).toEqual([1, [], before]);
    },
  );

  test("what its engine would not bear is refused by name, before anything is written", async () => {
    const site = await siteHere();
    const before = (await replica.manifest(true)).indexHash;
    const refused: string[] = [];
    for (const id of ["degenerate-build", "ghost-rows", "links-rewired", "nearly-empty", "pages-zeroed", "torn-pair"]) {
      const [one] = (await intentOf(id)).disturb;
      const fault = allFaults.get(one?.fault ?? "");
      try {
        await fault?.prepare(fault.parse(one?.with ?? {}), site);
      } catch (thrown) {
        if (!(thrown instanceof HarnessError)) throw thrown;
        refused.push(`${id}: ${thrown.message.slice(thrown.message.indexOf("in pieces, and ") + 15)}`);
      }
    }
    expect(refused).toEqual(
      name === "chroma"
        ? [
            "ghost-rows: Chroma opens no index that has a number without a name: it answers with an error",
            "nearly-empty: Chroma keeps how many there are, and their names, in other files than that of its rows",
            "pages-zeroed: each page holds links and names as well, and Chroma answers with an error where a name is zeros",
          ]
        : [],
    );
    expect((await replica.manifest(true)).indexHash).toBe(before);
  });
});
