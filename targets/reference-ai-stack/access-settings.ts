// Who may have an account at the gateway, and whose word on where a request comes from is believed.
import { isIP } from "node:net";
import { join } from "node:path";
import { readChoice, readList, type Environment } from "./variables.ts";

export interface AccessSettings {
  /** Accounts (`STACK_ACCOUNTS=demo`: those of `corpus/users.jsonl`); absent: nobody has one. */
  readonly accountsFile?: string;
  /** Addresses of hops before the gateway (`STACK_TRUSTED_HOPS`, with commas): what they add to `x-forwarded-for`. */
  readonly trustedHops: readonly string[];
}

/** `root`: the folder of package.json. Throws an Error that names the variable. */
export function readAccess(env: Environment, root: string): AccessSettings {
  const trustedHops = readList(env, "STACK_TRUSTED_HOPS");
  const wrong = trustedHops.find((hop) => isIP(hop) === 0);
  if (wrong !== undefined) {
    throw new Error(`STACK_TRUSTED_HOPS has ${JSON.stringify(wrong)}; expected addresses such as 127.0.0.1`);
  }
  if (readChoice(env, "STACK_ACCOUNTS", ["none", "demo"]) === "none") return { trustedHops };
  return { trustedHops, accountsFile: join(root, "targets/reference-ai-stack/corpus/users.jsonl") };
}
