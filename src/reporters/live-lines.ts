// A few lines at the foot of a terminal that are drawn again in place, below whatever was printed for good.

import { columnsOf } from "../report/text.ts";

export type Output = Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">;

export interface LiveLines {
  /** Prints a line for good, above the live ones. */
  print(line: string): void;
  /** These are the live lines from now on. Nothing is written where they stay the same. */
  draw(lines: readonly string[]): void;
  /** Takes the live lines away. */
  clear(): void;
}

/** Where the output is no terminal there are no live lines, and no escape sequence is written. */
export function liveLines(out: Output): LiveLines {
  let shown: readonly string[] = [];
  const width = (): number => Math.max(20, out.columns ?? 80);
  /** Back to the first live line, also where a narrower window has wrapped them, and nothing below it. */
  const wipe = (): string => {
    if (shown.length === 0) return "";
    const rows = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / width())), 0);
    return `\r${rows > 1 ? `\u001b[${rows - 1}A` : ""}\u001b[J`;
  };
  return {
    print(line) {
      out.write(`${wipe()}${line}\n${shown.join("\n")}`);
    },
    draw(lines) {
      if (!out.isTTY) return;
      const next = lines.map((line) => cut(line, width() - 1));
      if (next.join("\n") === shown.join("\n")) return;
      out.write(wipe() + next.join("\n"));
      shown = next;
    },
    clear() {
      out.write(wipe());
      shown = [];
    },
  };
}

/** At most `columns` columns wide; what is cut off shows as `…`. */
function cut(line: string, columns: number): string {
  if (columnsOf(line) <= columns) return line;
  let kept = "";
  let used = 0;
  for (const char of line) {
    used += columnsOf(char);
    if (used > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}
