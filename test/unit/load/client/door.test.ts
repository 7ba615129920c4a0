import { expect, onTestFinished, test } from "vitest";
import { openDoor } from "../../../../src/load/client/door.ts";
import { serveForTest } from "../../../support/serve-for-test.ts";

test("nobody reaches the target by a call's address without its secret, nor once the call is over", async () => {
  let asked = 0;
  const { url } = await serveForTest((_request, response) => {
    asked += 1;
    response.end("{}");
  });
  const door = await openDoor(() => 0);
  onTestFinished(() => door.end());
  const { base, close } = door.open(url, "whole");
  const statusOf = async (address: string): Promise<number> => (await fetch(address, { method: "POST" })).status;
  const [, secret = ""] = new URL(base).pathname.split("/");
  for (const wrong of ["x", `${secret}x`, secret.slice(1), "x".repeat(secret.length)]) {
    expect(await statusOf(base.replace(secret, wrong))).toBe(404);
  }
  expect(asked).toBe(0);
  expect(await statusOf(base)).toBe(200);
  expect(close().attempts).toBe(1);
  expect(await statusOf(base)).toBe(404);
  expect(asked).toBe(1);
});
