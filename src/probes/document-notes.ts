// Which documents were acknowledged during a fault's time: their numbers, in a file that a later process can read.

import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { HarnessError, messageOf } from "../core/errors.ts";

/** By file: until when it is noted what is offered, ms since 1970, and what went wrong with that. */
type Notes = Map<string, { readonly until: number; broken?: unknown }>;

/** Notes for one desk, which offers one document at a time. */
export function openNotes(): {
  begin(file: string, until: number): Promise<void>;
  around<Offered extends { readonly ok: boolean }>(n: number, act: () => Promise<Offered>): Promise<Offered>;
  end(file: string): Promise<void>;
} {
  const notes: Notes = new Map();
  let underWay: Promise<unknown> = Promise.resolve();
  const noted = async <Offered extends { readonly ok: boolean }>(
    n: number,
    act: () => Promise<Offered>,
  ): Promise<Offered> => {
    const from = Date.now();
    const offered = await act();
    if (!offered.ok) return offered;
    for (const [file, note] of notes) {
      if (from >= note.until) continue;
      await appendFile(file, `${n}\n`).catch((thrown: unknown) => void (note.broken = thrown));
    }
    return offered;
  };
  return {
    async begin(file, until) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, "", { mode: 0o600 });
      notes.set(file, { until });
    },
    around(n, act) {
      const offering = noted(n, act);
      underWay = offering.catch(() => undefined);
      return offering;
    },
    async end(file) {
      // What is under way may have gone astray.
      await underWay;
      const broken = notes.get(file)?.broken;
      notes.delete(file);
      if (broken === undefined) return;
      const words = `${file} lacks documents: ${messageOf(broken)}`;
      throw new HarnessError("environment", words, { cause: broken });
    },
  };
}
