// Opening the index of a replica. Its engine never sees a file that is cut. Of an index that is not what was written, a
// process of its own opens a copy first: some engines delete data when they open damaged files, and some damage ends
// the process. What the engine survives is opened as it is, for a start repairs nothing; the manifest tells that it
// differs.
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { OWN_MARK } from "../../common/process-mark.ts";
import { projectRoot } from "../../config.ts";
import { byRow } from "../held-rows.ts";
import type { IndexFiles, Manifest } from "../layout.ts";
import { readManifest } from "../snapshot.ts";
import type { EngineIndex, VectorEngine } from "./engine.ts";
import { copyIndex, hashIndex, refuseCut } from "./generation.ts";

/** For an engine that waits for ever. A copy of 5 MB takes half a second, with a server of its own two. */
const TRIAL_MS = 15_000;

/** Why an index is not opened; the marker with which a replica ends itself. */
class IndexRefused extends Error {
  constructor(reason: string) {
    super(`index refused: ${reason}`);
    this.name = "IndexRefused";
  }
}

interface Opened {
  readonly index: EngineIndex;
  readonly manifest: Manifest;
}

/** The index by rows, and the manifest that it was opened by. Rejects with {@link IndexRefused}. */
export async function openChecked(engine: VectorEngine, files: IndexFiles): Promise<Opened> {
  try {
    for (let time = 1; time < MOST_TIMES; time += 1) {
      const { index, manifest } = await openNow(engine, files);
      // Another generation may have been put in place meanwhile: then its rows are named by its own manifest.
      if (readManifest(files).indexHash === manifest.indexHash) return { index, manifest };
      await index.close();
    }
    return await openNow(engine, files);
  } catch (error) {
    throw new IndexRefused(error instanceof Error ? error.message : String(error));
  }
}

const MOST_TIMES = 3;

async function openNow(engine: VectorEngine, files: IndexFiles): Promise<Opened> {
  const manifest = readManifest(files);
  await refuseCut(files, manifest);
  if ((await hashIndex(files.index)) !== manifest.indexHash) await tryCopy(engine, files.index);
  return { index: byRow(await engine.open(files.index), manifest), manifest };
}

/** Rejects when the engine does not survive a copy, or says that it cannot open it. */
async function tryCopy(engine: VectorEngine, index: string): Promise<void> {
  const copy = `${index}.trial-${OWN_MARK}`;
  await rm(copy, { recursive: true, force: true });
  try {
    await copyIndex(index, copy);
    await openInChild(engine, copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

function openInChild(engine: VectorEngine, copy: string): Promise<void> {
  const entry = join(projectRoot(), "dist/targets/reference-ai-stack/vector/engines/trial/main.js");
  return new Promise((resolve, reject) => {
    const options = { timeout: TRIAL_MS, killSignal: "SIGKILL" } as const;
    execFile(process.execPath, [entry, engine.name, copy], options, (error, _stdout, stderr) => {
      if (error === null) return resolve();
      const said = stderr.trim().replaceAll(/\s+/g, " ").slice(-300);
      const how = error.killed === true ? `no answer within ${TRIAL_MS} ms` : (error.signal ?? `code ${error.code}`);
      reject(new Error(`${engine.name} did not survive a copy of it (${how})${said === "" ? "" : `: ${said}`}`));
    });
  });
}
