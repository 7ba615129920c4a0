// Breaks what is printed about a plan at spaces, so that it can be read on a terminal.

/** Columns of the narrowest terminal that plans are written for. */
export const terminalColumns = 100;

/** Lines of at most `width` characters; a single word that is longer is left whole. An empty text is one empty line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(" ")) {
    if (line !== undefined && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === undefined ? word : `${line} ${word}`;
  }
  return [...lines, line ?? ""];
}
