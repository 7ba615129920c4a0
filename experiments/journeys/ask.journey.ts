// A person on the chat page: asks, sees the answer come, and opens what it cites. Rebound repeats it (see README.md):
// the titles of the steps are what it counts.

import { expect, test } from "@playwright/test";

const questions = [
  "How do I watch a file for changes?",
  "What does fs.stat return?",
  "How do I read a file line by line?",
  "How do I make a hash of a text?",
  "How do I start a child process?",
];

/** What the page below knows; declared here, since no library of the browser's types is loaded. */
interface InPage {
  performance: { now(): number };
  PerformanceObserver: new (take: (list: { getEntries(): { identifier: string; renderTime: number }[] }) => void) => {
    observe(of: { type: string; buffered: boolean }): void;
  };
  asked: number;
  painted: Promise<number>;
}

test("a person asks, sees the answer, and opens what it cites", async ({ page }, info) => {
  await page.goto("/chat");
  await page.getByLabel("Your question").fill(questions[info.repeatEachIndex % questions.length] ?? "");
  // The browser itself says when the first words of the answer were on the screen.
  await page.evaluate(() => {
    const here = globalThis as unknown as InPage;
    here.asked = here.performance.now();
    here.painted = new Promise((resolve) => {
      const observer = new here.PerformanceObserver((list) => {
        const first = list.getEntries().find(({ identifier }) => identifier === "answer");
        if (first !== undefined) resolve(first.renderTime - here.asked);
      });
      observer.observe({ type: "element", buffered: true });
    });
  });
  await page.keyboard.press("Enter");
  const turn = page.getByRole("article");
  await test.step("first token painted", async () => {
    await expect(turn.locator(".answer")).not.toBeEmpty();
    const ms = await page.evaluate(() => (globalThis as unknown as InPage).painted);
    info.annotations.push({ type: "first token painted", description: ms.toFixed(1) });
  });
  await test.step("answer shown", () => expect(turn.getByRole("status")).toContainText("Whole answer"));
  await test.step("citation opens", async () => {
    await turn
      .getByRole("button", { name: /^Open the passage/ })
      .first()
      .click();
    const passage = page.getByRole("dialog");
    await expect(passage.getByRole("region")).not.toBeEmpty();
    await passage.getByRole("button", { name: "Close" }).click();
  });
});
