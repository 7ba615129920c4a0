// Starts a replica, or has it load its files anew, through the operator control that the target publishes.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { ReplicaControl } from "../../core/controls.ts";
import { ask } from "../../lib/ask.ts";
import { fetchJson } from "./fetch-json.ts";

const startedSchema = z.object({ started: z.boolean() });

/** A stack may wait for its replica to be well before it answers. */
const startTimeoutMs = 8_000;
/** It may try what it loads before it takes it. */
const reloadTimeoutMs = 20_000;
const longestReason = 300;

/** Where an operator asks for something to be done to one replica. */
export interface Operator {
  /** With `{replica}` already filled in. */
  readonly url: string;
  /** The same, of a target that offers it. */
  readonly reloadUrl?: string;
  /** Hosts other than this machine that may be asked. */
  readonly allows: (host: string) => boolean;
  /** Asked for at each call and never kept. */
  readonly token: () => Promise<string>;
  /** What runs now by an answer, in the words of the platform; undefined when the answer does not say. */
  readonly instanceIn: (answer: unknown) => Promise<string | undefined>;
}

/** The control of one replica. Throws HarnessError "environment" when the answer breaks the contract. */
export function replicaControl({ url, reloadUrl, allows, token, instanceIn }: Operator): ReplicaControl {
  return {
    ...(reloadUrl !== undefined && { reload: async (signal) => reload(reloadUrl, { allows, token }, signal) }),
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

/** Throws HarnessError "environment" when there is no answer, or one that says neither yes nor no. */
async function reload(
  url: string,
  { allows, token }: Pick<Operator, "allows" | "token">,
  signal: AbortSignal,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> {
  const headers = { authorization: `Bearer ${await token()}` };
  const asked = await ask(url, { method: "POST", headers, timeoutMs: reloadTimeoutMs, signal, allows });
  if (!asked.ok) throw new HarnessError("environment", `POST ${url}: ${asked.says}`);
  if (asked.status >= 200 && asked.status < 300) return { ok: true };
  if (asked.status === 422) return { ok: false, reason: asked.text.slice(0, longestReason) };
  throw new HarnessError("environment", `POST ${url}: status ${asked.status}`);
}
