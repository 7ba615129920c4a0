// Of a replica that holds a published file in memory: a change of the file acts once it was loaded anew.

import { HarnessError } from "../../core/errors.ts";
import type { Site } from "../../core/controls.ts";
import type { PublishedFile } from "../../records/inventory.ts";

/** Throws when nobody can have the replica load its file: the damage would have no effect. */
export function refuseUnloadable({ path, format }: PublishedFile, { controls }: Site): void {
  if (controls.replica?.reload !== undefined) return;
  const what = `${path} (format ${format}) is held in memory: damage to it has no effect until the replica loads it anew`;
  const hint = "name control.reload_replica in target.yaml, see targets/README.md, section 3";
  throw new HarnessError("environment", `${what}, and the target offers no way to have it do so`, { hint });
}

/** Has the replica load its files anew, and returns what it answered, as the end of a sentence. */
export async function loadAnew({ controls }: Site, signal: AbortSignal): Promise<string> {
  const loaded = await controls.replica?.reload?.(signal);
  if (loaded === undefined) return "";
  return loaded.ok ? "; loaded anew" : `; the replica refused to load it anew (${loaded.reason})`;
}
