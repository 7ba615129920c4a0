// What an index's manifest says of its file: its hash, as 64 digits of hex. A generation that is restored whole has a
// manifest that fits, and so has the file of another build: whoever compares hashes finds nothing.

import { HarnessError } from "../../core/errors.ts";
import type { FileDamage } from "../../core/file-damage.ts";
import type { FileControl } from "../../core/controls.ts";

/** In which file the hash stands, where, and what it is made to be. */
export type ManifestClaim = {
  readonly path: string;
  readonly at: number;
  readonly was: string;
  readonly now: string;
};

/** Undefined where the target publishes no manifest. Throws when its manifest does not name the index's hash once. */
export async function claimOf(files: FileControl, was: string, now: string): Promise<ManifestClaim | undefined> {
  const manifest = await files.published("manifest").catch(() => undefined);
  if (manifest === undefined) return undefined;
  const { path, payload } = manifest;
  const text = Buffer.from(await files.read(path, payload.offset, payload.rowBytes * payload.rows)).toString("latin1");
  const at = text.indexOf(was);
  if (at !== -1 && text.indexOf(was, at + 1) === -1) return { path, at: payload.offset + at, was, now };
  const what = `${path} does not name the hash of its index file, ${was}, exactly once: it cannot be made to fit`;
  throw new HarnessError("environment", what, { hint: "take index.corruption, which leaves the manifest alone" });
}

/** A manifest is written anew by its owner, never made from a former one. */
export function claimDamage({ path, at, was, now }: ManifestClaim): FileDamage {
  return { path, isNeverCopied: true, pieces: [{ at, was: Buffer.from(was), damaged: Buffer.from(now) }] };
}
