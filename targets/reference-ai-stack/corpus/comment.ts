// Turns a JSDoc block into plain prose: what a reader wants and an embedding can use, without stars, code and tag
// noise.

/** Documentation longer than this many characters is split at paragraphs, so that an answer stays readable. */
export const MAX_PASSAGE = 900;

/** A remainder shorter than this many characters stays with the passage before it: alone it would say nothing. */
export const MIN_REMAINDER = 150;

/** Tags that say something about use; the others (`@since`, `@see`, `@category` …) are dropped with their text. */
const KEPT_TAGS: Readonly<Record<string, string>> = {
  param: "Parameter ",
  return: "Returns: ",
  returns: "Returns: ",
  default: "Default: ",
  deprecated: "Deprecated: ",
};

/** The prose of a block, from `/**` to its end: paragraphs separated by a blank line, code examples left out. */
export function cleanComment(comment: string): string {
  const paragraphs: string[] = [];
  let current: string[] = [];
  let inCode = false;
  let dropping = false;
  const flush = (): void => {
    const text = current.join(" ").replace(/\s+/g, " ").trim();
    if (text !== "") paragraphs.push(text);
    current = [];
  };
  for (const raw of comment
    .replace(/^\s*\/\*\*/, "")
    .replace(/\*\/.*$/s, "")
    .split("\n")) {
    const line = raw.replace(/^\s*\*? ?/, "").trimEnd();
    if (/^\s*```/.test(line)) {
      inCode = !inCode;
      flush();
      continue;
    }
    if (inCode) continue;
    const tag = /^@(\w+)\s*(.*)$/.exec(line.trim());
    if (tag !== null) {
      flush();
      const lead = KEPT_TAGS[tag[1] ?? ""];
      dropping = lead === undefined;
      if (lead !== undefined && (tag[2] ?? "") !== "") current.push(lead + tagText(tag[1] ?? "", tag[2] ?? ""));
    } else if (line.trim() === "") {
      flush();
      dropping = false;
    } else if (!dropping) {
      current.push(line.trim());
    }
  }
  flush();
  return paragraphs.map(plainText).join("\n\n");
}

/** Splits prose into pieces of about `MAX_PASSAGE` characters, at paragraphs, else at sentences, else at words. */
export function splitProse(prose: string): readonly string[] {
  const pieces: string[] = [];
  let current = "";
  for (const paragraph of prose.split("\n\n")) {
    for (const part of fitting(paragraph)) {
      const separator = current === "" ? "" : "\n\n";
      if (current.length + separator.length + part.length > MAX_PASSAGE) {
        pieces.push(current);
        current = part;
      } else {
        current += separator + part;
      }
    }
  }
  const last = pieces.at(-1);
  if (last !== undefined && current.length < MIN_REMAINDER) pieces[pieces.length - 1] = `${last}\n\n${current}`;
  else pieces.push(current);
  return pieces;
}

/** A tag's text reads as a phrase: `path The file` → `path: The file`. */
function tagText(tag: string, text: string): string {
  if (tag !== "param") return text;
  const named = /^(?:\{[^}]*\}\s*)?(?:\[([\w.]+)[^\]]*\]|([\w.]+))\s*[-–]?\s*(.*)$/.exec(text);
  return named === null ? text : `${named[1] ?? named[2] ?? ""}: ${named[3] ?? ""}`;
}

/** Markdown and JSDoc links become their words. */
function plainText(text: string): string {
  return text
    .replace(/\{@link(?:code|plain)?\s+([^}|\s]+)[^}]*\}/g, "$1")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/<\/?[a-z][^>]*>/gi, " ")
    .replace(/\*\*([^*]+)\*\*/g, "$1")
    .replaceAll("`", "")
    .replace(/ {2,}/g, " ")
    .trim();
}

function fitting(paragraph: string): readonly string[] {
  if (paragraph.length <= MAX_PASSAGE) return [paragraph];
  const parts: string[] = [];
  let rest = paragraph;
  while (rest.length > MAX_PASSAGE) {
    const window = rest.slice(0, MAX_PASSAGE);
    const sentence = window.lastIndexOf(". ");
    const cut = sentence > MAX_PASSAGE / 3 ? sentence + 1 : Math.max(window.lastIndexOf(" "), 1);
    parts.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return [...parts, rest];
}
