// The report in a real Chromium: inert whatever the words are.

import { hostile } from "../builders/sample-run.ts";
import { visible } from "../../src/report/text.ts";
import { chromiumMissing } from "./chromium.ts";
import { expect, test } from "./sample-page.ts";
import { unfold } from "./in-page.ts";

test.skip(chromiumMissing, "no Chromium on this machine");

test("words that try to act are shown as words", async ({ page, opened }) => {
  await unfold(page);
  expect(opened.json.intents[1]?.belief).toBe(JSON.parse(JSON.stringify(hostile)));
  const belief = page
    .locator("section")
    .filter({ has: page.locator("#intent-1") })
    .locator("blockquote");
  await expect(belief).toContainText(visible(hostile).trim());
  expect(await page.locator("script, img, iframe, object, embed, link, form").count()).toBe(0);
  for (const { address } of opened.trials) {
    await page.goto(address);
    // Its own script, which its policy names by its hash, and no other: the console would complain.
    expect(await page.locator("script").count()).toBe(1);
    expect(await page.locator("img, iframe, object, embed, link, form").count()).toBe(0);
    await expect(page.locator("svg[onload], [onerror], [onclick]")).toHaveCount(0);
  }
});

test("a script that got into the page all the same would be stopped by the page's own policy", async ({
  page,
  opened,
}) => {
  const policyOf = async (address: string) => {
    await page.goto(address);
    const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
    return `<meta http-equiv="Content-Security-Policy" content="${await policy.getAttribute("content")}">`;
  };
  const policies = [await policyOf(opened.home), await policyOf(opened.trials[0]?.address ?? "")];
  const other = await page.context().newPage();
  const ran: string[] = [];
  const said: string[] = [];
  other.on("console", (message) => said.push(message.text()));
  other.on("dialog", (dialog) => {
    ran.push(dialog.message());
    void dialog.dismiss();
  });
  const attack = (head: string, name: string) =>
    `<html><head>${head}</head><body><script>alert("${name}")</script></body></html>`;
  await other.setContent(attack("", "without"));
  await expect.poll(() => ran).toEqual(["without"]);
  for (const policy of policies) {
    said.length = 0;
    await other.goto("about:blank");
    await other.setContent(attack(policy, "with"));
    await expect.poll(() => said.join(" ")).toContain("Content Security Policy");
    expect(ran).toEqual(["without"]);
  }
  await other.close();
});
