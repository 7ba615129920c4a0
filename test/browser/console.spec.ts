// The operator console in a real Chromium, over the real loop: a plan is approved with the keyboard and carried out.

import { test as base, expect, type Page } from "@playwright/test";
import { openConsoleStand, TOKENS } from "../builders/console-stand.ts";
import { chromiumMissing } from "./chromium.ts";
import { faintWords } from "./contrast.ts";

base.skip(chromiumMissing, "no Chromium on this machine");
// The loop before the page is real, and may wait for a processor.
base.setTimeout(120_000);

type Stand = Awaited<ReturnType<typeof openConsoleStand>>;

/** A stand, and a browser that may complain of nothing and ask nobody else. */
const test = base.extend<{ readonly stand: Stand }>({
  stand: async ({ page }, use) => {
    const stand = await openConsoleStand();
    const wrong: string[] = [];
    // Chromium's advice for forms is no complaint.
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) wrong.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => wrong.push(`thrown: ${error.message}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(stand.url) && !request.url().startsWith("data:")) wrong.push(request.url());
    });
    await use(stand);
    await page.close();
    await stand.close();
    expect(wrong).toEqual([]);
  },
});

async function logIn(page: Page, { url }: Stand, token: string): Promise<void> {
  await page.goto(`${url}/console`);
  await page.getByLabel("Your token").fill(token);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Approval queue" })).toBeVisible();
}

test("an approver approves a plan with the keyboard, it is carried out, and the page tells of it by itself", async ({
  page,
  stand,
}) => {
  await logIn(page, stand, TOKENS.approver);
  await expect(page.getByText("waits for one person")).toBeVisible();
  await page.getByRole("button", { name: "Approve restart-replica on vector-1" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("You have answered inc-1: granted.");
  await stand.stack.pass(8000);
  expect(stand.stack.touched).toEqual(["restart vector-1"]);
  // Nobody loads the page again.
  await expect(page.getByRole("cell", { name: "closed", exact: true })).toBeVisible();
  await expect(page.getByText("Nothing is out of order.")).toBeVisible();
  await page.getByRole("link", { name: "inc-1" }).first().click();
  await expect(page.getByText("taken for replica-down")).toBeVisible();
});

test("a viewer sees the queue and has no button", async ({ page, stand }) => {
  await logIn(page, stand, TOKENS.viewer);
  await expect(page.getByText("Your role may look, not answer.")).toBeVisible();
  await expect(page.getByRole("button", { name: /Approve|Deny/ })).toHaveCount(0);
});

test("a page of another port of this machine cannot answer in the name of who is logged in", async ({
  page,
  stand,
  context,
}) => {
  await logIn(page, stand, TOKENS.approver);
  const [{ incident, plan, nonce } = { incident: "", plan: "", nonce: "" }] = stand.stack.questions();
  const cookies = await context.cookies(`${stand.url}/console`);
  expect(cookies).toMatchObject([{ httpOnly: true, sameSite: "Strict", path: "/console" }]);
  const answer = await context.request.post(`${stand.url}/console/approvals`, {
    headers: { origin: "http://127.0.0.1:1" },
    form: { incident, plan, nonce, answer: "granted" },
  });
  expect(answer.status()).toBe(403);
  expect(stand.stack.touched).toEqual([]);
});

for (const scheme of ["light", "dark"] as const) {
  test(`in ${scheme} every word of login and console stands out by at least 4.5 to 1 (WCAG 2.2 AA)`, async ({
    page,
    stand,
  }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(`${stand.url}/console`);
    const atLogin = await faintWords(page);
    expect([atLogin.found, atLogin.dark]).toEqual([[], scheme === "dark"]);
    await logIn(page, stand, TOKENS.approver);
    expect((await faintWords(page)).found).toEqual([]);
  });
}

test("on a phone nothing scrolls sideways but the tables in their boxes, and buttons are large enough to press", async ({
  page,
  stand,
}) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await logIn(page, stand, TOKENS.approver);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  for (const button of await page.getByRole("button").all()) {
    const box = await button.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  }
});

test("every control has a name, headings come in order, and tables have headers", async ({ page, stand }) => {
  await logIn(page, stand, TOKENS.approver);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  expect(await page.locator("h1").count()).toBe(1);
  for (const control of await page.locator("button, input:not([type=hidden]), a").all()) {
    await expect(control).toHaveAccessibleName(/\S/);
  }
  for (const head of await page.locator("thead th").all()) await expect(head).toHaveAttribute("scope", "col");
});
