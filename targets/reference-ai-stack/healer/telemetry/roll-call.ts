// `GET /inventory` of the supervisor. It is asked to answer when something has changed, so that a stack where nothing
// happens is not read ten times a second; one that knows nothing of waiting answers at once, and is asked as often.
import type { Eyes, ReplicaEntry } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { askJson } from "./http-json.ts";
import { readInventory } from "./read-answer.ts";

/** The shortest that can be asked for. */
const WAIT_SECONDS = 1;
const UNCHANGED = 304;

export function createRollCall(port: number): Eyes["rollCall"] {
  let last: { readonly etag: string | undefined; readonly replicas: readonly ReplicaEntry[] } | undefined;
  return async () => {
    // Who has lost its process is not waited for.
    const isWaiting = last?.etag !== undefined && last.replicas.every(({ pid }) => pid !== null);
    const call = { port, path: "/inventory", timeoutMs: NUMBERS.timeoutMs.rollCall, kept: true, known: last?.etag };
    const answer = await askJson({ ...call, ...(isWaiting && { waitSeconds: WAIT_SECONDS }) });
    if (answer.kind !== "answered") return null;
    if (answer.status === UNCHANGED && last !== undefined) return last.replicas;
    const replicas = answer.status === 200 ? readInventory(answer.body) : null;
    if (replicas !== null) last = { etag: answer.etag, replicas };
    return replicas;
  };
}
