// The policy in force: the file's, read again whenever it changes. A file with a mistake is refused as a whole, and the
// last good one stays, over a restart of the healer too.
import { readFileSync, statSync } from "node:fs";
import type { State } from "../durable/state.ts";
import { messageOf } from "../../common/log.ts";
import type { Policy, PolicyStamp } from "./policy.ts";
import { MOST_BYTES, readPolicy } from "./read-policy.ts";

export interface PolicyBook {
  /** The policy in force; null: there was never a good one, so nothing may be done. */
  read(): Policy | null;
  /** Looks whether the file has changed. Cheap when it has not. */
  refresh(): void;
  /** Why the file as it stands is not in force, in words; null: it is. */
  trouble(): string | null;
}

/** Another policy is in force, or the file is refused. */
export interface PolicyChange {
  readonly says: string;
  readonly isRefused: boolean;
  /** The one in force from now on; absent: none. */
  readonly policy?: PolicyStamp;
}

export interface PolicyFileParts {
  readonly file: string;
  readonly pathways: readonly { readonly name: string }[];
  /** Where the last good text is kept. */
  readonly state: State;
  readonly onChange: (change: PolicyChange) => void;
}

const ROOM = "policy";
const LAST_GOOD = "last good";
/** Problems of a refused file that are named; all of them are counted. */
const NAMED = 5;

/** Reads the file at once; what is wrong with it is never thrown. */
export function openPolicyFile(parts: PolicyFileParts): PolicyBook {
  const { file, state, pathways } = parts;
  let policy: Policy | null = null;
  let trouble: string | null = null;
  let seen = "";

  /** What an earlier life had in force. */
  const recall = (): void => {
    const kept = state.get(ROOM, LAST_GOOD);
    if (policy !== null || typeof kept !== "string") return;
    const before = readPolicy(Buffer.from(kept), file, pathways);
    if (before.ok) policy = before.policy;
  };

  const refuse = (problems: readonly string[]): void => {
    recall();
    const more = problems.length > NAMED ? `, and ${problems.length - NAMED} more` : "";
    const inForce =
      policy === null ? "no policy is in force, nothing will be done" : `${nameOf(policy)} stays in force`;
    trouble = `the policy is refused, ${inForce}: ${problems.slice(0, NAMED).join("; ")}${more}`;
    parts.onChange({ says: trouble, isRefused: true, ...stampOf(policy) });
  };

  const take = (bytes: Buffer): void => {
    const found = readPolicy(bytes, file, pathways);
    if (!found.ok) {
      refuse(found.problems);
      return;
    }
    const isNew = policy?.hash !== found.policy.hash;
    const wasRefused = trouble !== null;
    policy = found.policy;
    trouble = null;
    if (!isNew && !wasRefused) return;
    state.put(ROOM, LAST_GOOD, bytes.toString());
    parts.onChange({ says: `${nameOf(policy)} is in force`, isRefused: false, ...stampOf(policy) });
  };

  const refresh = (): void => {
    try {
      const found = statSync(file);
      const now = `${found.mtimeMs} ${found.size} ${found.ino}`;
      // The last good one may only now be readable.
      if (now === seen) return recall();
      seen = now;
      if (!found.isFile()) refuse([`${file}:1:1: not a file`]);
      else if (found.size > MOST_BYTES) refuse([`${file}:1:1: more than ${MOST_BYTES} bytes`]);
      else take(readFileSync(file));
    } catch (error) {
      const now = messageOf(error);
      if (now === seen) return recall();
      seen = now;
      refuse([`${file}:1:1: cannot be read: ${now}`]);
    }
  };
  refresh();
  return { read: () => policy, refresh, trouble: () => trouble };
}

function stampOf(policy: Policy | null): { readonly policy?: PolicyStamp } {
  return policy === null ? {} : { policy: { version: policy.version, hash: policy.hash } };
}

/** `policy 3 (1f3b…)`. */
function nameOf({ version, hash }: Policy): string {
  return `policy ${version} (${hash})`;
}
