// Reads the pages of this project: their fenced blocks, their links, and the parts that a script writes.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** A fenced block: what stands behind its fence, its lines, and the line of the page on which it begins (from 1). */
export interface Block {
  readonly kind: string;
  readonly text: string;
  readonly line: number;
}

/** Every page that is part of the project, as paths from its root. */
export function allPages(): string[] {
  const folders = ["experiments", "targets", "reports", "docker", "src", "test", "findings"];
  const below = folders.flatMap((folder) => markdownBelow(join(root, folder)));
  return ["README.md", ...below.map((file) => relative(root, file))].toSorted();
}

function markdownBelow(folder: string): string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isRunFolder(folder, entry.name) ? [] : markdownBelow(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** What runs leave below reports/ is no page of ours. */
function isRunFolder(folder: string, name: string): boolean {
  return (folder === join(root, "reports") && name !== "samples") || name === "node_modules";
}

/** The text of a page. */
export function readPage(page: string): string {
  return readFileSync(join(root, page), "utf8");
}

/** The fenced blocks of a page, in order. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { kind: string; line: number; lines: string[] } | undefined;
  for (const [at, line] of text.split("\n").entries()) {
    const fence = /^```(?<kind>.*)$/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === undefined) open = { kind: fence.groups?.["kind"]?.trim() ?? "", line: at + 1, lines: [] };
    else {
      blocks.push({ kind: open.kind, text: open.lines.join("\n"), line: open.line });
      open = undefined;
    }
  }
  return blocks;
}

/** Where the links of a page lead, without those to other sites. */
export function linksOf(text: string): string[] {
  const bare = text.replaceAll(/^```[\s\S]*?^```/gm, "");
  return [...bare.matchAll(/\]\((?<to>[^)\s]+)\)/g)]
    .map((match) => match.groups?.["to"] ?? "")
    .filter((to) => !/^[a-z]+:/.test(to));
}

/** The page with what stands between `<!-- generated: NAME -->` and `<!-- end -->` made anew. */
export function withGenerated(text: string, make: Readonly<Record<string, () => string>>): string {
  return text.replaceAll(/<!-- generated: (?<name>[\w-]+) -->\n[\s\S]*?<!-- end -->/g, (_whole, name: string) => {
    const part = make[name];
    if (part === undefined) throw new Error(`nothing makes "${name}"`);
    return `<!-- generated: ${name} -->\n\n${part().trim()}\n\n<!-- end -->`;
  });
}

/** A table in Markdown. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
