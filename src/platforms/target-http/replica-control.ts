// Starts a replica through the operator control that the target publishes.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { ReplicaControl } from "../../core/platform.ts";
import { fetchJson } from "./fetch-json.ts";

const answerSchema = z.object({ started: z.boolean(), pid: z.number().int().positive() });

/** A stack may wait for its replica to be well before it answers. */
const startTimeoutMs = 8_000;

/** `url` with `{replica}` already filled in; `token` is asked for at each call and never kept. */
export function replicaControl(url: string, token: () => Promise<string>): ReplicaControl {
  return {
    async ensureRunning(signal) {
      const answer = await fetchJson(url, { method: "POST", bearer: await token(), signal, timeoutMs: startTimeoutMs });
      const parsed = answerSchema.safeParse(answer);
      if (parsed.success) return parsed.data;
      throw new HarnessError("environment", `${url} did not answer {"started","pid"}`);
    },
  };
}
