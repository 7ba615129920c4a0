// Words from targets, healers and intent files end up in terminals, XML and browsers: here they lose what could act
// there.

// Control characters (C0 without tab and line feed, DEL, C1), bidirectional overrides and non-characters that XML 1.0
// forbids (https://www.w3.org/TR/xml/#charsets).
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text with everything invisible or unprintable shown as U+FFFD; tabs and line ends stay. */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(UNSAFE, "\ufffd").replace(LONE_SURROGATE, "\ufffd");
}

/** The same on one line: runs of white space become one space. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}

/** Escaped for XML text and attributes; the text itself is made `visible` first. */
export function escapeXml(text: string): string {
  return visible(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&apos;")
    .replace(/\n/g, "&#10;")
    .replace(/\t/g, "&#9;");
}

/** Breaks what GitHub would make a link of: an entity alone is decoded before its second search for links. */
const unlinked = "&#8203;";

/**
 * Escaped for running text of a Markdown line (CommonMark with GitHub's tables); one line. Nothing in it becomes a
 * link: a zero-width space stands in bare addresses (`://`, `www.`, `name@host`:
 * https://github.github.com/gfm/#autolinks-extension-) and after the @ of a name.
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]<>|~&$@#]/g, (char) => (char === "@" ? `&#64;${unlinked}` : `\\${char}`))
    .replace(/:(?=\/\/)/g, `:${unlinked}`)
    .replace(/www(?=\.)/gi, (word) => `${word}${unlinked}`);
}

/** Columns that a one-line text takes in a terminal; wide East Asian characters and emoji take two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) {
    if (/\p{Mark}/u.test(char)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
        char,
      )
        ? 2
        : 1;
  }
  return columns;
}

/**
 * Lines of at most `width` columns, broken at spaces but not before a unit; a single word that is wider is left whole.
 */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/ (?![%s](?:[\s,;:.)]|$))/)) {
    const last = lines.at(-1);
    if (last === undefined || columnsOf(last) + 1 + columnsOf(word) > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
