// The thread in which a replica writes its index: one version, one answer.
import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../common/log.ts";
import { loadEngine } from "./engines/table.ts";
import { filesIn } from "./layout.ts";
import { saveIndex, type SaveAnswer, type SaveTask } from "./save-index.ts";

async function save({ dir, engine, until }: SaveTask): Promise<SaveAnswer> {
  try {
    return { saved: await saveIndex(filesIn(dir, engine), await loadEngine(engine), until) };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

parentPort?.postMessage(await save(workerData as SaveTask));
