// The policy in force: the file's, read again whenever it changes. A file with a mistake is refused as a whole, and the
// last good one stays, over a restart of the healer too.
import { readFileSync, statSync } from "node:fs";
import type { State } from "../durable/state.ts";
import { messageOf } from "../../common/log.ts";
import type { KnownNames, Policy, PolicyStamp } from "./policy.ts";
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
  readonly pathways: KnownNames["pathways"];
  /** The stack's services and replicas as far as they are known; empty: none was seen yet. */
  readonly places: () => readonly string[];
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
  const { file, state } = parts;
  let policy: Policy | null = null;
  /** False: in force, and nobody could tell yet whether the stack has the places that it names. */
  let isChecked = true;
  let trouble: string | null = null;
  let seen = "";

  /** What an earlier life had in force. */
  const recall = (): void => {
    const kept = state.get(ROOM, LAST_GOOD);
    if (policy !== null || typeof kept !== "string") return;
    // Whatever it names was known when it was good.
    const before = readPolicy(Buffer.from(kept), file, { pathways: parts.pathways });
    if (before.ok) policy = before.policy;
  };

  const refuse = (problems: readonly string[]): void => {
    if (!isChecked) [policy, isChecked] = [null, true];
    recall();
    const more = problems.length > NAMED ? `, and ${problems.length - NAMED} more` : "";
    const inForce =
      policy === null ? "no policy is in force, nothing will be done" : `${nameOf(policy)} stays in force`;
    trouble = `the policy is refused, ${inForce}: ${problems.slice(0, NAMED).join("; ")}${more}`;
    parts.onChange({ says: trouble, isRefused: true, ...stampOf(policy) });
  };

  const take = (bytes: Buffer, places: readonly string[]): void => {
    const found = readPolicy(bytes, file, { pathways: parts.pathways, ...(places.length > 0 && { places }) });
    if (!found.ok) {
      refuse(found.problems);
      return;
    }
    const [isNew, wasRefused, wasChecked] = [policy?.hash !== found.policy.hash, trouble !== null, isChecked];
    [policy, trouble, isChecked] = [found.policy, null, places.length > 0];
    if (isChecked && (isNew || wasRefused || !wasChecked)) state.put(ROOM, LAST_GOOD, bytes.toString());
    if (!isNew && !wasRefused) return;
    const open = isChecked ? "" : "; the places of its data are checked as soon as the stack was seen";
    parts.onChange({ says: `${nameOf(policy)} is in force${open}`, isRefused: false, ...stampOf(policy) });
  };

  const refresh = (): void => {
    try {
      const found = statSync(file);
      const places = parts.places();
      const now = `${found.mtimeMs} ${found.size} ${found.ino} ${places.join(" ")}`;
      // The last good one may only now be readable.
      if (now === seen) return recall();
      seen = now;
      if (!found.isFile()) refuse([`${file}:1:1: not a file`]);
      else if (found.size > MOST_BYTES) refuse([`${file}:1:1: more than ${MOST_BYTES} bytes`]);
      else take(readFileSync(file), places);
    } catch (error) {
      const now = messageOf(error);
      if (now === seen) return recall();
      seen = now;
      refuse([`${file}:1:1: cannot be read: ${now}`]);
    }
  };
  refresh();
  const read = (): Policy | null => {
    // No decision rests on one that could be checked by now.
    if (!isChecked) refresh();
    return policy;
  };
  return { read, refresh, trouble: () => trouble };
}

function stampOf(policy: Policy | null): { readonly policy?: PolicyStamp } {
  return policy === null ? {} : { policy: { version: policy.version, hash: policy.hash } };
}

/** `policy 3 (1f3b…)`. */
function nameOf({ version, hash }: Policy): string {
  return `policy ${version} (${hash})`;
}
