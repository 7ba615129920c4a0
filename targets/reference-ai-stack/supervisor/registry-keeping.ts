// Keeps the registry on the disk, and remembers what was wrong there for a person.
import { messageOf, type Logger } from "../common/log.ts";
import { isDamaged, type Prepared, type RegistryFile } from "../registry/file.ts";
import type { RegistryState } from "../registry/state.ts";
import { putAside } from "./open-registry.ts";

export interface Keeping {
  /** What was wrong with the file since the start, and what is wrong now, in words; null: nothing. */
  trouble(): string | null;
  /** Writes it where nobody reads it yet. A text is why the disk refuses. */
  prepare(state: RegistryState): Promise<Prepared | string>;
  /** Null: it is the registry now. Else why the disk refuses; nothing of it is left then. */
  commit(prepared: Prepared): Promise<string | null>;
}

/** Words for people that are kept; the log has all of them. */
const KEPT = 5;

/** `found` is what was wrong at the start. */
export function keepRegistry(file: RegistryFile, found: readonly string[], log: Logger): Keeping {
  let troubles = found.slice(-KEPT);
  let unwritten: string | null = null;
  for (const reason of found) log.error("registry", { reason });

  const refused = (error: unknown): string => {
    unwritten = `the registry's file cannot be written: ${messageOf(error)}`;
    log.error("registry", { reason: unwritten });
    return unwritten;
  };
  return {
    trouble: () => [...troubles, ...(unwritten === null ? [] : [unwritten])].join("; ") || null,
    async prepare(state) {
      const onDisk = file.read("registry");
      if (isDamaged(onDisk)) {
        const reason = `${putAside(file, "registry", onDisk.damaged)}, and written anew from what was known`;
        log.error("registry", { reason });
        troubles = [...troubles, reason].slice(-KEPT);
      }
      return file.prepare(state).catch(refused);
    },
    async commit(prepared) {
      try {
        const why = await prepared.commit();
        unwritten = why === null ? null : `the copy of the registry cannot be written: ${why}`;
        return null;
      } catch (error) {
        await prepared.drop();
        return refused(error);
      }
    },
  };
}
