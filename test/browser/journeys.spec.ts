// Journeys as a source of load: a real Chromium, driven by Playwright's own runner, in processes of their own.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test, expect } from "@playwright/test";
import { openJourneyStand, SECRETS } from "../builders/journey-stand.ts";
import { readZip } from "../../src/lib/zip.ts";
import { chromiumMissing } from "./chromium.ts";

test.skip(chromiumMissing, "no Chromium on this machine");
// A runner, a worker and a browser come up each time.
test.setTimeout(240_000);

type Stand = Awaited<ReturnType<typeof openJourneyStand>>;

async function withStand(journey: string, look: (stand: Stand) => Promise<void>): Promise<void> {
  const stand = await openJourneyStand(journey);
  try {
    await look(stand);
  } finally {
    await stand.close();
  }
}

const head = `import { test, expect } from "@playwright/test";\n`;
const looking = `${head}
test("somebody looks for words", async ({ page }) => {
  await page.goto("/");
  await page.fill("#token", process.env.LOOK_TOKEN ?? "none");
  // At once, whatever the words are: so none is bad for being slow on a busy machine.
  await test.step("words shown", async () => expect(await page.locator("p").textContent()).toBe("well"));
  test.info().annotations.push({ type: "words shown", description: "12.5" });
});`;

test("a journey is repeated, counted by what was seen, and the first bad and the first good again are kept without secrets", async () => {
  await withStand(looking, async (stand) => {
    const control = await stand.start();
    await stand.said("journey", ({ good }) => good);
    stand.say("unwell");
    const bad = await stand.said("journey", ({ good }) => !good);
    stand.say("well");
    const again = await stand.said("journey", ({ good, kept }) => good && kept !== undefined);
    expect(bad).toMatchObject({ missed: "words shown", kept: { as: "first-bad" } });
    expect(again).toMatchObject({ seen: [{ step: "words shown", tookMs: 12.5 }], kept: { as: "first-good-again" } });
    const files = [...(bad.kept?.files ?? []), ...(again.kept?.files ?? [])];
    expect(files.map((file) => file.replace("journeys/look/", ""))).toEqual([
      "first-bad.zip",
      "first-bad.png",
      "first-good-again.zip",
      "first-good-again.png",
    ]);
    const requests = stand.events.filter((event) => event.kind === "request");
    expect(requests.find(({ id }) => id === bad.id)).toMatchObject({
      outcome: "error",
      error: "not seen: words shown",
    });
    expect(requests.find(({ id }) => id === again.id)).toMatchObject({ outcome: "answered", stream: "look" });
    const readings = stand.events.filter((event) => event.kind === "reading" && event.from === bad.from);
    expect(readings).toMatchObject([
      { probe: "journey.look.whole", reading: { ok: true, value: 0 } },
      { probe: "journey.look.words", reading: { ok: true, value: 20_000 } },
    ]);
    for (const file of files.filter((name) => name.endsWith(".zip"))) {
      const entries = readZip(await readFile(join(stand.kept, file)));
      const all = entries.map(({ data }) => data.toString("latin1")).join("\n");
      expect(all).toContain("locator resolved");
      for (const secret of Object.values(SECRETS)) expect(all, file).not.toContain(secret);
      expect(all).toContain("[secret]");
    }
    // What is temporary lies with the trial.
    expect((await stand.temporary()).filter((name) => !name.startsWith("playwright-transform-cache"))).toEqual([]);
    // One worker and one browser for all of them, whatever became of each.
    await control.stop();
    expect(await stand.left()).toEqual([]);
  });
});

test("an end while a runner is about to be started leaves none, nor anything else", async () => {
  await withStand(looking, async (stand) => {
    const refused = expect(stand.start()).rejects.toThrow("the journeys could not begin");
    await stand.working();
    await stand.end();
    await refused;
    expect(await stand.left()).toEqual([]);
  });
});

const looping = `import { writeFileSync } from "node:fs";
const loop = () => { writeFileSync(new URL("looping", import.meta.url), ""); for (;;); };`;
for (const [where, journey] of [
  ["in a visit", `test("a", async ({ page }) => { await page.goto("/"); loop(); });`],
  ["in the runner, as the file is read", "loop();"],
] as const) {
  test(`a runner whose parent is killed ends with its browser, also while a loop without end runs ${where}`, async () => {
    await withStand(`${head}${looping}${journey}`, async (stand) => {
      stand.start().catch(() => undefined);
      await expect.poll(() => existsSync(join(stand.dir, "looping")), { timeout: 100_000 }).toBe(true);
      process.kill(stand.pid, "SIGKILL");
      await expect.poll(() => stand.processes(), { timeout: 30_000 }).toEqual([]);
    });
  });
}

test("a journey that leads elsewhere ends the trial, and that place is not asked", async () => {
  const journey = `${head}
test("somebody is led astray", async ({ page }) => {
  await page.goto("/");
  await page.evaluate(() => fetch("http://127.0.0.1:1/stolen").catch(() => undefined));
});`;
  await withStand(journey, async (stand) => {
    const control = await stand.start();
    const { reason, fatal } = await stand.said("trouble", () => true);
    expect(reason).toMatch(/asked http:\/\/127\.0\.0\.1:1, which is none of its origins/);
    expect(fatal).toBe(true);
    await control.stop();
    expect(await stand.left()).toEqual([]);
  });
});

for (const [what, journey, says] of [
  [
    "that fails before it begins",
    `${head}test.beforeAll(() => { throw new Error("no ground"); });\ntest("a", () => {});`,
    /cannot begin: .*no ground/,
  ],
  ["that cannot be read", `${head}test("a", async ({ page }) => {`, /could not begin: look: .*SyntaxError/],
  ["that is two tests", `${head}test("a", () => {});\ntest("b", () => {});`, /has 2 tests \(a; b\); a journey is one/],
] as const) {
  test(`a journey ${what} is refused in words, and nothing is left`, async () => {
    await withStand(journey, async (stand) => {
      await expect(stand.start()).rejects.toThrow(says);
      expect(await stand.left()).toEqual([]);
    });
  });
}

test("a journey that never ends is ended with its browser, and the trial says why", async () => {
  // Twenty seconds beyond its time are waited for, and five for its end.
  test.setTimeout(120_000);
  const journey = `${head}test("somebody never ends", async ({ page }) => { await page.goto("/"); for (;;); });`;
  await withStand(journey, async (stand) => {
    const control = await stand.start(1000);
    const { reason } = await stand.said("trouble", () => true);
    expect(reason).toContain("a journey of look does not end");
    await control.stop();
    expect(await stand.left()).toEqual([]);
  });
});
