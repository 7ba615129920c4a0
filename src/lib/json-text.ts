// JSON that people or their editors may have touched.

/** Byte order mark that some editors put before UTF-8. It is no part of the text (RFC 8259, section 8.1). */
const mark = "\ufeff";
/** The same as it stands in a file. */
export const markBytes = Buffer.from(mark, "utf8");

/** True of bytes of a file's begin that are that mark, with or without more after it. */
export function startsWithMark(bytes: Uint8Array): boolean {
  return markBytes.equals(bytes.subarray(0, markBytes.length));
}

/** As JSON.parse, with a byte order mark before the text or not. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.startsWith(mark) ? text.slice(mark.length) : text);
}

/** True when the parser got to the end of the text and wanted more of it. `thrown`: what it threw. */
export function isCutShort(text: string, thrown: SyntaxError): boolean {
  const [, at] = /at position (\d+)/.exec(thrown.message) ?? [];
  // V8 names no place where it says that of the end, and none of a token that is none of JSON's.
  return at === undefined ? /end of JSON/.test(thrown.message) : Number(at) >= text.length;
}
