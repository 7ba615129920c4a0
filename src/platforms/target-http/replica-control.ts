// Starts a replica through the operator control that the target publishes.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { ReplicaControl } from "../../core/controls.ts";
import { fetchJson } from "./fetch-json.ts";

const startedSchema = z.object({ started: z.boolean() });

/** A stack may wait for its replica to be well before it answers. */
const startTimeoutMs = 8_000;

interface Operator {
  /** With `{replica}` already filled in. */
  readonly url: string;
  /** Hosts other than this machine that may be asked. */
  readonly allows: (host: string) => boolean;
  /** Asked for at each call and never kept. */
  readonly token: () => Promise<string>;
  /** What runs now by an answer, in the words of the platform; undefined when the answer does not say. */
  readonly instanceIn: (answer: unknown) => Promise<string | undefined>;
}

/** The control of one replica. Throws HarnessError "environment" when the answer breaks the contract. */
export function replicaControl({ url, allows, token, instanceIn }: Operator): ReplicaControl {
  return {
    async ensureRunning(signal) {
      const how = { method: "POST" as const, bearer: await token(), signal, allows, timeoutMs: startTimeoutMs };
      const answer = await fetchJson(url, how);
      const started = startedSchema.safeParse(answer).data?.started;
      const instance = await instanceIn(answer);
      if (started !== undefined && instance !== undefined) return { started, instance };
      throw new HarnessError("environment", `${url} did not answer whether it started the replica, and as what`, {
        hint: "see targets/README.md, section 3",
      });
    },
  };
}
