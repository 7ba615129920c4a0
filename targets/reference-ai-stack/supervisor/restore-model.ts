// Restoring the embedder's model: the release is copied beside, held against the hashes that were released and put in
// place, then the embedder is asked to load it. It answers with the model before until the other has embedded a text.
import { request } from "undici";
import { messageOf } from "../common/log.ts";
import type { StackConfig } from "../config.ts";
import { installRelease, modelFolder } from "../embedder/model-files.ts";
import type { Child } from "./child.ts";

export type ModelAnswer =
  | {
      readonly ok: true;
      /** false when no process runs; it will load the files when it is started. */
      readonly reloaded: boolean;
    }
  | { readonly ok: false; readonly status: 500 | 502; readonly reason: string };

/** Loading takes less than a second of a core that has nothing else to do. */
const RELOAD_TIMEOUT_MS = 15_000;

/** Call it in the replica's turn. `from`: where the release lies. */
export async function restoreModel(
  { spec: { replica, port }, pid }: Pick<Child, "spec" | "pid">,
  { dataDir }: Pick<StackConfig, "dataDir">,
  token: string,
  from?: string,
): Promise<ModelAnswer> {
  try {
    await installRelease(modelFolder(dataDir, replica), from);
  } catch (error) {
    return { ok: false, status: 500, reason: `the release could not be put in place: ${messageOf(error)}` };
  }
  if (pid() === null) return { ok: true, reloaded: false };
  const refusal = await reloadModel(port, token);
  if (refusal === undefined) return { ok: true, reloaded: true };
  return { ok: false, status: 502, reason: `restored, but ${replica} ${refusal}` };
}

/** Why the embedder did not load what lies there, or undefined. */
export async function reloadModel(port: number, token: string): Promise<string | undefined> {
  try {
    const answer = await request(`http://127.0.0.1:${port}/internal/model/reload`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(RELOAD_TIMEOUT_MS),
    });
    const body = await answer.body.text();
    return answer.statusCode === 200 ? undefined : `answered ${answer.statusCode} to reload: ${body.slice(0, 200)}`;
  } catch (error) {
    return `did not reload: ${messageOf(error)}`;
  }
}
