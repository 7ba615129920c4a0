// Which versions of the model are served, as the inventory says it, and where a roll-back would lead.
import type { ReplicaEntry } from "../nouns.ts";

/** A version that may be rolled back: with its share while it is a canary, null when it is the stable one. */
interface Removable {
  readonly version: string;
  readonly share: number | null;
}

/** Null: it is not what a roll-back would take away, or there is none to go back to. */
export function removable(replicas: readonly ReplicaEntry[], version: string | undefined): Removable | null {
  const models = replicas.find((one) => one.models !== undefined)?.models;
  if (models === undefined || version === undefined) return null;
  const { stable, canary, before } = models;
  if (canary !== null) return canary.version === version ? canary : null;
  return stable === version && before.length > 0 ? { version, share: null } : null;
}

/** Is a version being tried out on a part of the requests? One that answers all of them is not tried out any more. */
export function isCanaryWindow(replicas: readonly ReplicaEntry[]): boolean {
  return replicas.some(({ models }) => models !== undefined && models.canary !== null && models.canary.share < 1);
}

/** What a version is held against: the stable one, or the one before where it is that itself. */
export function otherVersion(entry: ReplicaEntry | undefined, version: string | undefined): string | null {
  const models = entry?.models;
  if (models === undefined || version === undefined) return null;
  return models.stable === version ? (models.before.at(-1) ?? null) : models.stable;
}

/** What is known of versions without those by which nobody is answered any more: they are no trouble any more. */
export function servedOnly<Known>(
  versions: ReadonlyMap<string, Known>,
  replicas: readonly ReplicaEntry[],
): ReadonlyMap<string, Known> {
  const served = replicas.flatMap(({ models }) =>
    models === undefined ? [] : [models.stable, models.canary?.version],
  );
  if (served.length === 0) return versions;
  const left = [...versions].filter(([version]) => served.includes(version));
  return left.length === versions.size ? versions : new Map(left);
}
