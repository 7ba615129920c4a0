// An approver at the operator console: logs in, looks, approves what the healer asks, and logs out. Rebound repeats it:
// in most journeys nothing is asked.

import { expect, test } from "@playwright/test";

test("an approver looks at the console and approves what is asked", async ({ page }) => {
  await page.goto("/console");
  await page.getByLabel("Your token").fill(process.env["CONSOLE_TOKEN"] ?? "");
  await test.step("console shown", async () => {
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page.getByRole("heading", { name: "Approval queue" })).toBeVisible();
  });
  const approve = page.getByRole("button", { name: /^Approve / }).first();
  if (await approve.isVisible()) {
    await test.step("plan approved", async () => {
      await approve.click();
      await expect(page.getByRole("alert")).toContainText("You have answered");
    });
  }
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page.getByLabel("Your token")).toBeVisible();
});
