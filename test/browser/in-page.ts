// What tests ask of the page from inside the browser.

import type { Page } from "@playwright/test";

// What the functions below see when they run in the page; declared here, so that the rest of the project stays without
// DOM.
export interface InPage {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly innerText?: string;
  readonly parentElement: InPage | null;
  readonly scrollWidth: number;
  open: boolean;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): { left: number; right: number; top: number; bottom: number };
  querySelectorAll(selector: string): Iterable<InPage>;
}
declare global {
  const document: { documentElement: InPage; body: InPage; querySelectorAll(selector: string): Iterable<InPage> };
  const innerWidth: number;
  function getComputedStyle(node: InPage): {
    color: string;
    display: string;
    fill: string;
    backgroundColor: string;
    fontSize: string;
  };
}

export interface Shown {
  readonly path: string;
  readonly value: unknown;
  readonly text: string;
}

/** Every figure of the page with the place in run.json that it names; unfolds the page first. */
export async function figuresOn(page: Page): Promise<readonly Shown[]> {
  await unfold(page);
  return page.locator("[data-run]").evaluateAll((nodes) =>
    nodes.map((node) => ({
      path: node.getAttribute("data-run") ?? "",
      value: JSON.parse(node.getAttribute("data-value") ?? "null") as unknown,
      text: (node as InPage).innerText ?? "",
    })),
  );
}

/** Unfolds all of it, and has it laid out: what is far from the screen waits until it is scrolled to. */
export async function unfold(page: Page): Promise<void> {
  await page.addStyleTag({ content: "section { content-visibility: visible !important; }" });
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
  });
}

/** How far the page can be scrolled sideways, CSS pixels. */
export function sidewaysOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

export function at(root: unknown, path: string): unknown {
  return (
    path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root) ?? null
  );
}
