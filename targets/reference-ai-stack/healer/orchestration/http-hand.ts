// The healer's hand: the supervisor's operations. Each call needs the healer's token and answers with what came of it.
import type { Hand } from "../nouns.ts";
import { askJson } from "../telemetry/http-json.ts";

/** Longer than the supervisor's own limit for a restart (1 s to end it and 5 s to become healthy). */
const TIMEOUT_MS = 10_000;

/** A hand that moves the supervisor. The token is never written anywhere. */
export function openHand(supervisorPort: number, token: string): Hand {
  return {
    async do(operation, args, key) {
      const path = `/operations/${encodeURIComponent(operation)}`;
      const call = { port: supervisorPort, path, method: "POST" as const, body: args, token, timeoutMs: TIMEOUT_MS };
      const answer = await askJson({ ...call, ...(key !== undefined && { idempotencyKey: key }) });
      if (answer.kind !== "answered") {
        return { outcome: "failed", says: `the supervisor did not answer: ${answer.says}` };
      }
      const says = `the supervisor answered ${answer.status} ${JSON.stringify(answer.body ?? null).slice(0, 200)}`;
      return { outcome: answer.status === 200 ? "done" : "failed", says };
    },
  };
}
