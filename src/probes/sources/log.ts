// Lines of a file that grows. Only what is written after the first look counts; a file that begins anew is read anew.

import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogSource } from "../../core/feed-source.ts";
import { messageOf } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import type { Said } from "./claim-maker.ts";
import type { Listening } from "./listening.ts";

const lookEveryMs: Ms = 100;
/** Of a look so much is read at most, and of a line so much looked at. */
const [mostBytes, longestLine] = [1024 * 1024, 4000];

/** Looks until the signal; never rejects. A file that is not there yet says nothing, and is no loss. */
export async function watchLines({ file, lines }: LogSource, { clock, signal, life, say }: Listening): Promise<void> {
  const rules = lines.map((rule) => ({ rule, pattern: new RegExp(rule.matches, "u") }));
  let decoder = new StringDecoder("utf8");
  let [offset, torn]: [number | undefined, string] = [undefined, ""];
  while (!signal.aborted) {
    const from = clock.now();
    try {
      const piece = await readOn(file, offset);
      if (piece.anew) [decoder, torn] = [new StringDecoder("utf8"), ""];
      offset = piece.next;
      const all = (torn + decoder.write(piece.bytes)).split("\n");
      torn = (all.pop() ?? "").slice(0, longestLine);
      const said = all.flatMap((line) => saidBy(rules, line.slice(0, longestLine)) ?? []);
      life.sign(from, said.length > 0);
      const at = clock.now();
      for (const one of said) say(one, at);
    } catch (thrown) {
      life.lost(messageOf(thrown).replaceAll(file, "the log"));
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

interface Piece {
  readonly bytes: Buffer;
  readonly next: number;
  /** It is shorter than it was: another file, or cut. */
  readonly anew: boolean;
}

/** From `offset` on; undefined: from the end of the file as it is. */
async function readOn(file: string, offset: number | undefined): Promise<Piece> {
  const handle = await open(file, "r").catch((thrown: unknown) => {
    if ((thrown as { code?: unknown }).code === "ENOENT") return undefined;
    throw thrown;
  });
  if (handle === undefined) return { bytes: Buffer.alloc(0), next: 0, anew: true };
  try {
    const { size } = await handle.stat();
    if (offset === undefined) return { bytes: Buffer.alloc(0), next: size, anew: false };
    const anew = size < offset;
    const begin = anew ? 0 : offset;
    const bytes = Buffer.alloc(Math.min(mostBytes, size - begin));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, begin);
    return { bytes: bytes.subarray(0, bytesRead), next: begin + bytesRead, anew };
  } finally {
    await handle.close();
  }
}

type Rules = readonly { readonly rule: LogSource["lines"][number]; readonly pattern: RegExp }[];

function saidBy(rules: Rules, line: string): Said | undefined {
  for (const { rule, pattern } of rules) {
    const found = pattern.exec(line);
    if (found === null) continue;
    const { matches: _matches, ...said } = rule;
    const groups = Object.entries(found.groups ?? {}).filter(([, value]) => value !== undefined);
    return { ...said, ...Object.fromEntries(groups), reasons: [line] };
  }
  return undefined;
}
