// Names of a document's passages. The first has the document's own; the others have names that no document can have, so
// that none ever stands where another one belongs.

const OF_A_PASSAGE = /¶\d+$/u;
/** As an earlier build named them, and as documents may be named: `fs.stat#2` is one of the corpus. */
const EARLIER = /^#\d+$/;

/** `doc`, `doc¶2`, `doc¶3` … */
export function passageId(document: string, n: number): string {
  return n === 0 ? document : `${document}¶${n + 1}`;
}

/** What an earlier build wrote: `doc`, `doc#2`, `doc#3` … */
export function earlierPassageId(document: string, n: number): string {
  return n === 0 ? document : `${document}#${n + 1}`;
}

/** Whether a passage of that name may be the document's. */
export function mayBeOf(passage: string, document: string): boolean {
  if (passage === document) return true;
  const rest = passage.startsWith(document) ? passage.slice(document.length) : "";
  return EARLIER.test(rest) || /^¶\d+$/u.test(rest);
}

/** Why no document can have this name, in words; null: one can. A path with `.` or `..` at its end is another path. */
export function noDocument(id: string): string | null {
  if (id === "." || id === "..") return "expected a name, not a dot or two: it could not be asked for";
  return OF_A_PASSAGE.test(id) ? "expected no ¶ and number at the end: passages are named so" : null;
}
