// What counts as an engine that cannot be used, and what as trouble while it is looked at.

import { expect, onTestFinished, test, vi } from "vitest";
import { unfitOnEngine } from "../../../../src/platforms/docker/unfit.ts";
import { serveForTest } from "../../../support/serve-for-test.ts";

const at = ["platform"] as const;

/** DOCKER_HOST names it: it answers these paths, breaks the connection at `/images/torn/json`, and knows no others. */
async function engineThatAnswers(paths: Readonly<Record<string, unknown>>): Promise<void> {
  const { address } = await serveForTest((request, response) => {
    const { url = "" } = request;
    if (url === "/images/torn/json") response.destroy();
    if (!(url in paths)) response.statusCode = 500;
    response.end(JSON.stringify(paths[url] ?? { message: "busy" }));
  });
  vi.stubEnv("DOCKER_HOST", `tcp://${address}`);
  onTestFinished(() => void vi.unstubAllEnvs());
}

const usable = { "/version": { ApiVersion: "1.41" }, "/info": {} };

test("an engine that cannot be used is unfit, at the key that asks for one", async () => {
  await engineThatAnswers({ ...usable, "/version": { ApiVersion: "1.30" } });
  expect(await unfitOnEngine(at, async () => [])).toMatchObject([
    {
      at,
      found: expect.stringContaining("has the API 1.30") as string,
      suggestion: "it must have 1.41 (Docker 20.10) or later",
    },
  ]);
});

test.for(["any", "torn"])("an engine that breaks while %s is looked at is the machine's trouble", async (image) => {
  await engineThatAnswers(usable);
  const asked = unfitOnEngine(at, async ({ docker }) => {
    await docker.getImage(image).inspect();
    return [];
  });
  await expect(asked).rejects.toMatchObject({
    code: "environment",
    message: expect.stringContaining("could not be looked at") as string,
  });
});

test("a mistake of ours stays one", async () => {
  await engineThatAnswers(usable);
  const wrong = new TypeError("Cannot read properties of undefined");
  await expect(unfitOnEngine(at, async () => Promise.reject(wrong))).rejects.toBe(wrong);
});
