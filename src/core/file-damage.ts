// What a fault does to the bytes of one file, and how to tell its bytes from its owner's: the fault writes them, the
// way back takes them away, the audit counts what is left. All three read the same list, so none of them can take an
// owner's bytes for the fault's.

/** An open file that is handled in one turn: between two of these calls no other work of this process runs. */
export interface OpenFile {
  /**
   * Equal exactly when it is the same file (a file renamed over it is another one); undefined where that cannot be
   * told.
   */
  readonly id: string | undefined;
  /** Bytes, as of now. */
  size(): number;
  /** The bytes that are there: fewer than asked for when the file ends before. */
  read(at: number, length: number): Uint8Array;
  write(at: number, bytes: Uint8Array): void;
  /** Ends the file at `size` bytes. */
  cut(size: number): void;
}

/** Bytes that a fault replaces, and what with; both of one length. */
interface DamagedPiece {
  readonly at: number;
  readonly was: Uint8Array;
  readonly damaged: Uint8Array;
}

/** The file ends at `at` bytes; `tail` stood behind it, `edge` stands right before it. */
interface CutEnd {
  readonly at: number;
  readonly edge: Uint8Array;
  readonly tail: Uint8Array;
}

/** All that a fault writes into one file. */
export interface FileDamage {
  readonly path: string;
  /** The file that was looked at (`OpenFile.id`). */
  readonly file?: string;
  /** Its owner makes it anew and never from a former one: what comes in its place bears no damage of ours. */
  readonly isNeverCopied?: boolean;
  readonly pieces: readonly DamagedPiece[];
  readonly end?: CutEnd;
  /** All of the file that a fault puts in place of the owner's: any other one there is the owner's again. */
  readonly whole?: Uint8Array;
}

/** Of a look that nobody may take for more than it is: how many of `of` parts are as the fault left them. */
export interface DamageLeft {
  readonly parts: number;
  readonly of: number;
}

/**
 * Does all of the damage, or none: `replaced` when it is another file than was looked at, `changed` when its bytes are
 * no longer those that were saved. `begin` is called right before the first byte is written.
 */
export function doDamage(file: OpenFile, damage: FileDamage, begin: () => void): "done" | "replaced" | "changed" {
  if (damage.file !== undefined && file.id !== damage.file) return "replaced";
  const { pieces, end } = damage;
  if (!pieces.every(({ at, was }) => same(file.read(at, was.length), was))) return "changed";
  if (end !== undefined && !isWhole(file, end)) return "changed";
  begin();
  for (const { at, damaged } of pieces) file.write(at, damaged);
  if (end !== undefined) file.cut(end.at);
  return "done";
}

/**
 * Puts back what still is as the fault left it, and returns how many parts that were. Whatever else stands there stays.
 */
export function mendDamage(file: OpenFile, damage: FileDamage): number {
  const { pieces, end } = ours(file, damage);
  for (const { at, was } of pieces) file.write(at, was);
  if (end !== undefined) file.write(end.at, end.tail);
  return pieces.length + (end === undefined ? 0 : 1);
}

/** How much of the damage is still there. */
export function damageLeft(file: OpenFile, damage: FileDamage): DamageLeft {
  const { whole } = damage;
  if (whole !== undefined) {
    const isOurs = file.size() === whole.length && same(file.read(0, whole.length), whole);
    return { parts: isOurs ? 1 : 0, of: 1 };
  }
  const { pieces, end } = ours(file, damage);
  const of = damage.pieces.length + (damage.end === undefined ? 0 : 1);
  return { parts: pieces.length + (end === undefined ? 0 : 1), of };
}

/**
 * Fewer bytes than this are often the same by chance: half of the four-byte lengths of lists that were set to 0 were 0
 * in a whole index of usearch that came in the place of the damaged one.
 */
const tellingBytes = 8;

/**
 * The parts of the damage that stand in the file. A file that came in place of the damaged one is its owner's, unless
 * it was made from the damaged bytes: at least half of the pieces are exactly as they were left; or all of them, where
 * each is so short that a good file may hold the same there.
 */
function ours(file: OpenFile, damage: FileDamage): Pick<FileDamage, "pieces" | "end"> {
  const { file: id, isNeverCopied = false, pieces, end } = damage;
  if (isNeverCopied && id !== undefined && id !== file.id) return { pieces: [] };
  const ended = end !== undefined && isCut(file, end) ? { end } : {};
  if (id === undefined || id === file.id) {
    const bearing = pieces.filter(({ at, was, damaged }) => bearsDamage(file.read(at, was.length), was, damaged));
    return { pieces: bearing, ...ended };
  }
  const differing = pieces.filter(({ was, damaged }) => !same(was, damaged));
  const copied = differing.filter(({ at, damaged }) => same(file.read(at, damaged.length), damaged));
  const isTelling = pieces.some(({ damaged }) => damaged.length >= tellingBytes);
  const least = isTelling ? pieces.length / 2 : differing.length;
  return { pieces: copied.length >= least ? copied : [], ...ended };
}

/**
 * True when the bytes are the damage, in whole or in part: each one is either the original's or the damage's, and they
 * are not simply the original. (In part: the harness died in the middle of a write.)
 */
export function bearsDamage(now: Uint8Array, original: Uint8Array, damaged: Uint8Array): boolean {
  if (now.length !== original.length) return false;
  let changed = false;
  for (let at = 0; at < now.length; at += 1) {
    if (now[at] === original[at]) continue;
    if (now[at] !== damaged[at]) return false;
    changed = true;
  }
  return changed;
}

function isWhole(file: OpenFile, { at, edge, tail }: CutEnd): boolean {
  if (file.size() !== at + tail.length) return false;
  return same(file.read(at - edge.length, edge.length), edge) && same(file.read(at, tail.length), tail);
}

/**
 * The file ends where it was cut. Or it goes on behind its old end and holds nothing but zeros from the cut to there:
 * an owner that writes at places of its own left a hole, which nobody wrote. What was appended at the cut is the
 * owner's.
 */
function isCut(file: OpenFile, { at, edge, tail }: CutEnd): boolean {
  const size = file.size();
  if (!same(file.read(at - edge.length, edge.length), edge)) return false;
  if (size === at) return true;
  if (size <= at + tail.length) return false;
  return !isZero(tail) && isZero(file.read(at, tail.length));
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
