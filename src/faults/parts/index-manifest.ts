// What the manifest of an index, or of a model, says of its file: its hash, as 64 digits of hex. A generation that is
// restored whole has a manifest that fits, and so has the file of another build: whoever compares hashes finds nothing.

import { HarnessError } from "../../core/errors.ts";
import type { FileDamage } from "../../core/file-damage.ts";
import type { FileControl } from "../../core/controls.ts";

export type ManifestRole = "manifest" | "model-manifest";

/** In which file the hash stands, where, and what it is made to be. */
export type ManifestClaim = {
  readonly path: string;
  readonly at: number;
  readonly was: string;
  readonly now: string;
};

/** Undefined where the target publishes no such manifest. Throws when it does not name the file's hash once. */
export async function claimOf(
  files: FileControl,
  role: ManifestRole,
  { was, now }: Pick<ManifestClaim, "was" | "now">,
): Promise<ManifestClaim | undefined> {
  const [claim] = await claimsOf(files, role, { hash: { was, now } });
  return claim;
}

/** Of a file before and after. */
interface Said {
  readonly hash: { readonly was: string; readonly now: string };
  /** Where its length changes too: it is stated as a number of its own, or not at all. */
  readonly bytes?: { readonly was: number; readonly now: number };
}

/**
 * What a manifest says of its file, the hash first. None where the target publishes no manifest. Throws as above, and
 * where what is published cannot be seen.
 */
export async function claimsOf(
  files: FileControl,
  role: ManifestRole,
  { hash, bytes }: Said,
): Promise<readonly ManifestClaim[]> {
  const manifest = await files.publishedIfAny(role);
  if (manifest === undefined) return [];
  const { path, payload } = manifest;
  const text = Buffer.from(await files.read(path, payload.offset, payload.rowBytes * payload.rows)).toString("latin1");
  const unclear = (what: string, value: string | number): HarnessError =>
    new HarnessError(
      "environment",
      `${path} does not name the ${what} of its file, ${value}, exactly once: it cannot be made to fit`,
      {
        hint:
          role === "manifest" ? "take index.corruption, which leaves the manifest alone" : `have it name the ${what}`,
      },
    );
  const claim = (at: number, was: string, now: string): ManifestClaim => ({ path, at: payload.offset + at, was, now });
  const hashAt = text.indexOf(hash.was);
  if (hashAt === -1 || text.includes(hash.was, hashAt + 1)) throw unclear("hash", hash.was);
  const ofHash = claim(hashAt, hash.was, hash.now);
  if (bytes === undefined) return [ofHash];
  const [was, now] = [String(bytes.was), String(bytes.now)];
  const places = [...text.matchAll(new RegExp(String.raw`(?<![\w.])${was}(?![\w.])`, "g"))];
  // White space before a number is none of it.
  if (places.length > 1 || now.length > was.length) throw unclear("length", was);
  return [ofHash, ...places.map(({ index }) => claim(index, was, now.padStart(was.length)))];
}

/** A manifest is written anew by its owner, never made from a former one. */
export function claimDamage({ path, at, was, now }: ManifestClaim): FileDamage {
  return { path, isNeverCopied: true, pieces: [{ at, was: Buffer.from(was), damaged: Buffer.from(now) }] };
}
