// What the manifest of an index said before its newest rows came: fewer rows, and the hash of a file that is not there
// any more.

import { createHash } from "node:crypto";
import { HarnessError } from "../../core/errors.ts";

/** `hash`: SHA-256 of the file of now, as hex; `rows`: how many it holds; `left`: how many the manifest knew before. */
export type ManifestOfNow = { readonly hash: string; readonly rows: number; readonly left: number };

/** Names under which a manifest may say how many rows its index holds. */
const counted = String.raw`"(?:rows|records|vectors|count)"\s*:\s*`;

/**
 * The manifest of now, made to say what it said before; the first number under such a name is the count. Nobody has the
 * file of before, so any hash may be its own. Throws HarnessError "environment" where hash or count are not named.
 */
export function manifestBefore(manifest: Uint8Array, { hash, rows, left }: ManifestOfNow): Uint8Array {
  const text = Buffer.from(manifest).toString("latin1");
  const count = new RegExp(`(${counted})${rows}(?![\\w.])`);
  const isHashNamed = text.includes(hash);
  if (!isHashNamed || !count.test(text)) {
    const lacks = isHashNamed ? `a count of ${rows} rows` : `the hash of its file, ${hash}`;
    const hint = "have the manifest name the SHA-256 of its file and, as rows, records, vectors or count, its rows";
    throw new HarnessError("environment", `the manifest of the index does not name ${lacks}`, { hint });
  }
  const before = createHash("sha256").update(`${hash} as of ${left} rows`).digest("hex");
  return Buffer.from(text.replace(hash, before).replace(count, `$1${left}`), "latin1");
}
