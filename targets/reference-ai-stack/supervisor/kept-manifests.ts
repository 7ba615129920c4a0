// Manifests of indices as they were read last: who watches the stack has them looked at ten times a second, and they
// are written once in a while. Kept by the marks of their files, as Git does (its index).
import { statSync } from "node:fs";
import type { IndexFiles } from "../vector/layout.ts";
import { findManifest } from "../vector/snapshot.ts";

interface KeptManifest {
  readonly found: ReturnType<typeof findManifest>;
  /** 0: there is none. */
  readonly bytes: number;
}

/** What was written this shortly ago, ms, may be written again under the same marks. */
const SETTLED_MS = 100;

/** `wallNow`: ms since 1970. */
export function keepManifests(wallNow: () => number = Date.now): (files: IndexFiles) => KeptManifest {
  const kept = new Map<string, KeptManifest & { readonly mark: string }>();
  return (files) => {
    const file = statSync(files.manifest, { bigint: true, throwIfNoEntry: false });
    if (file === undefined) return { found: findManifest(files), bytes: 0 };
    const mark = [file.ino, file.size, file.mtimeNs, file.ctimeNs].join(":");
    const before = kept.get(files.manifest);
    if (before?.mark === mark) return before;
    const now = { found: findManifest(files), bytes: Number(file.size), mark };
    if (wallNow() - Number(file.ctimeMs) >= SETTLED_MS) kept.set(files.manifest, now);
    return now;
  };
}
