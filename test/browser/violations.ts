// What axe-core finds wrong with a page.

import type { Page } from "@playwright/test";
import axe from "axe-core";

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** What axe-core calls serious or critical, a line each. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  // Not as a script of the page: its policy lets none run but its own.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: there } = globalThis as unknown as { axe: { run(): Promise<{ violations: readonly Violation[] }> } };
    return (await there.run()).violations;
  });
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, help, nodes }) => `${impact} ${id}: ${help}: ${nodes.length} × ${nodes[0]?.target.join(" ")}`);
}
