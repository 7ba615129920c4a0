// Tells the supervisor of each document that was stored, in their order. A supervisor that does not answer is asked
// again; nobody who writes a document waits for it.
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../common/log.ts";
import { askJson } from "../healer/telemetry/http-json.ts";

export interface Stored {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** The vector replicas that have it. */
  readonly replicas: readonly string[];
}

const TRIES = 20;
const AGAIN_MS = 500;

/** Resolves when it was told, or was given up and stands in the log. Never rejects. */
export function openLineageDoor(port: number, token: string, log: Logger): (stored: Stored) => Promise<void> {
  let last = Promise.resolve();
  const tell = async ({ id, title, text, replicas }: Stored): Promise<void> => {
    const hash = createHash("sha256").update(`${title}\n${text}`).digest("hex");
    const body = { document: id, hash, replicas };
    for (let n = 0; n < TRIES; n += 1) {
      const answer = await askJson({ port, path: "/lineage/documents", method: "POST", body, token, timeoutMs: 2000 });
      if (answer.kind === "answered" && answer.status < 500) return;
      await sleep(AGAIN_MS, undefined, { ref: false });
    }
    log.error("the lineage of a document could not be told", { document: id, hash });
  };
  return (stored) => (last = last.then(() => tell(stored)));
}
