// Which words of a page stand out too little from their ground (WCAG 2.2 AA: 4.5 to 1).

import type { Page } from "@playwright/test";
import type { InPage } from "./in-page.ts";

/** Elements that are too faint, with their contrast; and whether the page's ground is dark. */
export async function faintWords(page: Page): Promise<{ found: string[]; ground: string; dark: boolean }> {
  return page.evaluate(() => {
    const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (colour: string) => {
      const [r = 0, g = 0, b = 0] = channels(colour).map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (node: InPage | null): string => {
      if (!node) return "rgb(255, 255, 255)";
      const colour = getComputedStyle(node).backgroundColor;
      return channels(colour)[3] === 0 ? ground(node.parentElement) : colour;
    };
    const found = new Set<string>();
    for (const node of document.querySelectorAll(
      "h1, h2, h3, h4, p, td, th, li, dt, dd, span, strong, a, summary, caption, label, button, svg text",
    )) {
      const style = getComputedStyle(node);
      const words = node.tagName === "text" ? style.fill : style.color;
      const [a, b] = [luminance(words), luminance(ground(node))].sort((x, y) => y - x);
      const contrast = ((a ?? 0) + 0.05) / ((b ?? 0) + 0.05);
      if (contrast < 4.5) found.add(`${node.tagName}.${node.getAttribute("class") ?? ""} ${contrast.toFixed(2)}`);
    }
    return { found: [...found], ground: ground(document.body), dark: luminance(ground(document.body)) < 0.1 };
  });
}
