// The chat page in a real Chromium, before the real gateway and a model that answers as the test says.

import { test as base, expect, type Page } from "@playwright/test";
import { openChatStand } from "../builders/chat-stand.ts";
import { chromiumMissing } from "./chromium.ts";
import { faintWords } from "./contrast.ts";
import { sidewaysOf } from "./in-page.ts";
import { violationsOn } from "./violations.ts";

base.skip(chromiumMissing, "no Chromium on this machine");

type Stand = Awaited<ReturnType<typeof openChatStand>>;

/** A stand with its page open; a browser that asks anybody else, or throws, fails the test. */
const test = base.extend<{ readonly stand: Stand }>({
  stand: async ({ page }, use) => {
    const stand = await openChatStand();
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(`thrown: ${error.message}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(stand.url) && !request.url().startsWith("data:")) wrong.push(request.url());
    });
    await page.goto(stand.url);
    await use(stand);
    await page.close();
    await stand.close();
    expect(wrong).toEqual([]);
  },
});

const QUESTION = "How do I watch a file?";

async function askOn(page: Page, question = QUESTION): Promise<void> {
  await page.getByLabel("Your question").fill(question);
  await page.keyboard.press("Enter");
}

const answerOn = (page: Page) => page.getByRole("article").last();
const stateOn = (page: Page) => answerOn(page).getByRole("status");
const again = (page: Page) => answerOn(page).getByRole("button", { name: "Try again" });

/** Asks, and has the whole of it answered. */
async function wholeAnswer(page: Page, stand: Stand, text: string): Promise<void> {
  await askOn(page);
  const answer = await stand.asked();
  answer.write(text);
  answer.finish();
  await expect(stateOn(page)).toContainText("Whole answer");
}

test("an answer is shown as it comes, and said to be whole when it is", async ({ page, stand }) => {
  await expect(page).toHaveURL(`${stand.url}/chat`);
  await expect(page.getByLabel("Your question")).toBeFocused();
  await askOn(page);
  await expect(stateOn(page)).toHaveText("Looking for passages …");
  const answer = await stand.asked();
  expect(answer.question).toBe(QUESTION);
  answer.write("Use fs.watch [fs.wa");
  await expect(answerOn(page)).toContainText("Use fs.watch");
  await expect(stateOn(page)).toHaveText("Answering …");
  await expect(answerOn(page).getByRole("button", { name: /^Open/ })).toHaveCount(0);
  answer.write("tch#1], and arr[0] is no source.\nSources: [fs.watch#1] [users-note]");
  answer.finish();
  await expect(stateOn(page)).toHaveText(/^Whole answer in \d+\.\d s, 2 passages cited\.$/);
  await expect(answerOn(page).getByRole("button", { name: /^Open/ })).toHaveText([
    "fs.watch#1",
    "fs.watch#1",
    "users-note",
  ]);
  await expect(answerOn(page)).toContainText("arr[0]");
  await expect(again(page)).toBeHidden();
});

test("a citation opens its passage, and one that leads nowhere or cannot be read says so", async ({ page, stand }) => {
  await wholeAnswer(page, stand, "A [fs.watch#1] B [fs/promises.open#2] C [made.up#9]");
  const open = (id: string) =>
    answerOn(page)
      .getByRole("button", { name: `Open the passage ${id}` })
      .click();
  const dialog = page.getByRole("dialog");
  await open("fs.watch#1");
  await expect(dialog).toHaveAccessibleName("fs.watch#1");
  await expect(dialog).toContainText("Title of fs.watch#1");
  await expect(dialog).toContainText("Watch for changes on <b>filename</b>.");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await open("fs/promises.open#2");
  await expect(dialog).toContainText("Opens a file.");
  await dialog.getByRole("button", { name: "Close" }).click();
  await open("made.up#9");
  await expect(dialog).toContainText("names a source that does not exist");
  await dialog.getByRole("button", { name: "Close" }).click();
  stand.takeStoreAway(true);
  await open("fs.watch#1");
  await expect(dialog).toContainText("cannot be read just now");
  stand.takeStoreAway(false);
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(dialog).toContainText("Watch for changes");
});

test("who waits long is told so, before the first word and in the midst of an answer", async ({ page, stand }) => {
  await page.clock.install();
  await askOn(page);
  const answer = await stand.asked();
  await page.clock.runFor(2500);
  await expect(stateOn(page)).toContainText("longer than usual");
  answer.write("It ");
  await expect(stateOn(page)).toHaveText("Answering …");
  await page.clock.runFor(2500);
  await expect(stateOn(page)).toContainText("stands still");
  await page.clock.runFor(30_000);
  await expect(stateOn(page)).toHaveText("Nothing came for 30 seconds.");
});

test("a cut answer is never shown as a whole one, and asking again gives the whole", async ({ page, stand }) => {
  await askOn(page);
  const answer = await stand.asked();
  answer.write("The first half");
  await expect(answerOn(page)).toContainText("The first half");
  answer.cut();
  await expect(stateOn(page)).toHaveText("The answer broke off here: this is not all of it.");
  await again(page).click();
  const second = await stand.asked();
  expect(second.question).toBe(QUESTION);
  second.write("Both halves.");
  second.finish();
  await expect(stateOn(page)).toContainText("Whole answer");
  await expect(answerOn(page)).not.toContainText("The first half");
  await expect(page.getByRole("article")).toHaveCount(1);
});

test("less than full service is said beside the answer, and a refusal says when to come again", async ({
  page,
  stand,
}) => {
  await stand.reduce(1);
  await wholeAnswer(page, stand, "Short.");
  await expect(answerOn(page)).toContainText("this is a short answer, from fewer passages");
  await stand.reduce(3);
  await page.clock.install();
  await askOn(page, "Another one?");
  await expect(stateOn(page)).toContainText("turned the question down");
  await expect(again(page)).toBeDisabled();
  await expect(again(page)).toHaveText("Try again in 2 s");
  await stand.reduce(0);
  await page.clock.runFor(3000);
  await again(page).click();
  (await stand.asked()).write("Now.");
  await expect(answerOn(page)).toContainText("Now.");
});

test("an answer that is stopped says that it is not whole, and a service that is away that it cannot be reached", async ({
  page,
  stand,
}) => {
  await askOn(page);
  (await stand.asked()).write("It begins");
  await expect(answerOn(page)).toContainText("It begins");
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(stateOn(page)).toContainText("Stopped.");
  await page.context().setOffline(true);
  await askOn(page, "And now?");
  await expect(stateOn(page)).toContainText("cannot be reached");
  await expect(page.getByRole("button", { name: "Ask" })).toBeVisible();
});

test("words of question, answer and passage that try to act are shown as words", async ({ page, stand }) => {
  const hostile = `<img src=x onerror="document.title='hit'"><script>document.title='hit'</script>`;
  await askOn(page, hostile);
  const answer = await stand.asked();
  answer.write(`${hostile} [<b>#1] [javascript:alert(1)#2]`);
  answer.finish();
  await expect(stateOn(page)).toContainText("Whole answer");
  await expect(answerOn(page)).toContainText(`${hostile} `);
  expect(await page.locator("main img, main b, main script").count()).toBe(0);
  await answerOn(page).getByRole("button", { name: "Open the passage javascript:alert(1)#2" }).click();
  await expect(page.getByRole("dialog")).toContainText("does not exist");
  await expect(page).toHaveTitle("Ask the documentation");
});

for (const scheme of ["light", "dark"] as const) {
  for (const [device, width] of [
    ["phone", 360],
    ["desktop", 1280],
  ] as const) {
    test(`in ${scheme} on a ${device} every state can be read, nothing scrolls sideways, and axe-core finds nothing serious`, async ({
      page,
      stand,
    }) => {
      await page.setViewportSize({ width, height: 740 });
      await page.emulateMedia({ colorScheme: scheme });
      await wholeAnswer(page, stand, `Long: ${"fs.watch".repeat(40)} [fs.watch#1]`);
      await stand.reduce(1);
      await askOn(page, "Cut?");
      const cut = await stand.asked();
      cut.write("half");
      await expect(answerOn(page)).toContainText("half");
      cut.cut();
      await expect(stateOn(page)).toContainText("broke off");
      const check = async (): Promise<void> => {
        expect(await sidewaysOf(page)).toBeLessThanOrEqual(0);
        const faint = await faintWords(page);
        expect([faint.found, faint.dark]).toEqual([[], scheme === "dark"]);
        expect(await violationsOn(page)).toEqual([]);
      };
      await check();
      await page.getByRole("button", { name: "Open the passage fs.watch#1" }).click();
      await expect(page.getByRole("dialog")).toContainText("Watch for changes");
      await check();
    });
  }
}
