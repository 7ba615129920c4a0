// Pages lead where they say, keep their size, and show nothing that was not made by a script.

import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { allPages, blocksOf, linksOf, readPage } from "../../support/markdown.ts";

const root = resolve(import.meta.dirname, "../../..");
const pages = allPages();
/** What a fence may name. A block of yaml says besides what it is, so that it can be linted. */
const kinds =
  /^(?:sh|console|console later|ts|json|text|yaml intent|yaml target|yaml part of intent(?: [a-z0-9/-]+)?|yaml part of target [a-z-]+|)$/;

describe("the pages", () => {
  it("are found by the walk", () => {
    expect(pages).toContain("README.md");
    expect(pages).toContain("targets/README.md");
    expect(pages.length).toBeGreaterThan(70);
  });

  it.each(pages)("%s leads to files that are there", (page) => {
    const broken = linksOf(readPage(page)).filter((to) => {
      const path = to.replace(/#.*$/, "");
      return path !== "" && !existsSync(join(root, dirname(page), path));
    });
    expect(broken).toEqual([]);
  });

  it.each(pages)("%s has blocks of known kinds only", (page) => {
    const unknown = blocksOf(readPage(page)).filter(({ kind }) => !kinds.test(kind));
    expect(unknown.map(({ kind, line }) => `${page}:${line}: ${kind}`)).toEqual([]);
  });

  it("keep the first one to a thousand words", () => {
    const words = readPage("README.md").split(/\s+/).filter(Boolean);
    expect(words.length).toBeGreaterThan(300);
    expect(words.length).toBeLessThanOrEqual(1_000);
  });
});
