// Which documents were acknowledged during a fault's time: their numbers, in a file that a later process can read.

import { constants } from "node:fs";
import { appendFile, mkdir, readFile, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { HarnessError, messageOf } from "../core/errors.ts";
import { ifAbsent } from "../lib/fs.ts";

/** One that is gone is not made anew: it would lack what it had. */
const ontoWhatIsThere = constants.O_WRONLY | constants.O_APPEND;

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
      if (from >= note.until || note.broken !== undefined) continue;
      await appendFile(file, `${n}\n`, { flag: ontoWhatIsThere }).catch(async (thrown: unknown) => {
        note.broken = thrown;
        // It takes no room, and a later process sees it.
        await rename(file, brokenName(file)).catch(() => undefined);
      });
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
      if (broken !== undefined) throw lacking(file, messageOf(broken), broken);
      notes.delete(file);
    },
  };
}

/**
 * The numbers that stand in a file, none where there is no file. Throws HarnessError "environment" where it lacks one:
 * it was given up, or a line of it is not whole.
 */
export async function notedIn(file: string): Promise<readonly number[]> {
  if ((await stat(brokenName(file)).catch(ifAbsent)) !== undefined) throw lacking(file, "it could not be written");
  const lines = ((await readFile(file, "utf8").catch(ifAbsent)) ?? "").split("\n");
  const last = lines.pop();
  const odd = last === "" ? lines.find((line) => !/^[1-9]\d*$/.test(line)) : last;
  if (odd !== undefined) throw lacking(file, `its line "${odd}" is not whole`);
  return lines.map(Number);
}

/** The name of a file that lacks documents. */
function brokenName(file: string): string {
  return `${file}.broken`;
}

function lacking(file: string, why: string, cause?: unknown): HarnessError {
  return new HarnessError("environment", `${file} lacks documents: ${why}`, { cause });
}
