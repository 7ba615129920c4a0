// The corpus: cut from declaration files, the same every time, with ids that a reader can use.
import { describe, expect, it } from "vitest";
import { chunk, embeddingText } from "../../../../targets/reference-ai-stack/corpus/chunker.ts";
import { MAX_PASSAGE, MIN_REMAINDER } from "../../../../targets/reference-ai-stack/corpus/comment.ts";
import { hashSources, readSources } from "../../../../targets/reference-ai-stack/corpus/sources.ts";
import { truncateInput } from "../../../../targets/reference-ai-stack/embedder/input.ts";

const LONG =
  "This sentence is long enough to be kept because it says something about the function that is documented here.";

function passagesOf(content: string, path = "fs.d.ts"): readonly { id: string; symbol: string; text: string }[] {
  return chunk([{ path, content }]);
}

describe("chunk", () => {
  it("names a passage after module, container and member", () => {
    const found = passagesOf(
      [
        'declare module "node:fs" {',
        "    interface Options {",
        `        /** ${LONG} */`,
        "        flag?: string;",
        "    }",
        `    /** ${LONG} Again. */`,
        "    export function readFile(path: string): void;",
        "    class Dir {",
        `        /** ${LONG} Once more. */`,
        "        [Symbol.asyncIterator](): void;",
        "    }",
        "}",
      ].join("\n"),
    );
    expect(found.map((passage) => passage.id)).toEqual([
      "fs.Options.flag#1",
      "fs.readFile#1",
      "fs.Dir.Symbol.asyncIterator#1",
    ]);
  });

  it("keeps prose, parameters and links' words, and drops code, stars and bookkeeping tags", () => {
    const [passage] = passagesOf(
      [
        "/**",
        ` * ${LONG} See {@link close} and [the guide](https://example.org).`,
        " * ```js",
        " * secretCode();",
        " * ```",
        " * @since v1.0.0",
        " * @param path The \x60file\x60",
        " * @return The content",
        " */",
        "declare function open(path: string): void;",
      ].join("\n"),
    );
    expect(passage?.text).toBe(`${LONG} See close and the guide.\n\nParameter path: The file\n\nReturns: The content`);
    expect(passage?.symbol).toBe("fs.open");
  });

  it("splits long documentation into numbered passages without losing a word", () => {
    const paragraphs = Array.from({ length: 30 }, (_, i) => `Paragraph ${i}: ${LONG}`);
    const found = passagesOf(
      `/**\n${paragraphs.map((p) => ` * ${p}\n *`).join("\n")}\n */\ndeclare const big: string;`,
    );
    expect(found.length).toBeGreaterThan(2);
    expect(found.map((passage) => passage.id)).toEqual(found.map((_, i) => `fs.big#${i + 1}`));
    expect(found.every((passage) => passage.text.length <= MAX_PASSAGE + MIN_REMAINDER)).toBe(true);
    expect(found.flatMap((passage) => passage.text.split("\n\n"))).toEqual(paragraphs);
  });

  it("takes documentation once when overloads repeat it", () => {
    const overload = `/** ${LONG} */\ndeclare function stat(path: string): void;\n`;
    expect(passagesOf(overload + overload)).toHaveLength(1);
  });
});

describe("the corpus of @types/node", () => {
  const sources = readSources();
  const passages = chunk(sources);

  it("has at least 2,000 passages with ids of their own", () => {
    expect(passages.length).toBeGreaterThanOrEqual(2000);
    expect(new Set(passages.map((passage) => passage.id)).size).toBe(passages.length);
  });

  it("gives every passage an embedding input of its own, so that each can find itself", () => {
    expect(new Set(passages.map((passage) => truncateInput(embeddingText(passage)))).size).toBe(passages.length);
  });

  it("holds the documentation a reader would look for", () => {
    const readFile = passages.find((passage) => passage.id === "fs.readFile#1");
    expect(readFile?.text).toContain("Asynchronously reads the entire contents of a file.");
  });

  it("changes its hash with any byte of a source", () => {
    const touched = sources.map((source, i) => (i === 3 ? { ...source, content: `${source.content} ` } : source));
    expect(hashSources(readSources())).toBe(hashSources(sources));
    expect(hashSources(touched)).not.toBe(hashSources(sources));
  });
});
