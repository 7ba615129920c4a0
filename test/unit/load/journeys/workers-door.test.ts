import { expect, onTestFinished, test } from "vitest";
import { openWorkersDoor } from "../../../../src/load/journeys/workers-door.ts";

test("workers are answered by the secret in their address, and nobody else is heard", async () => {
  const heard: unknown[] = [];
  const door = await openWorkersDoor(async (index, what, body) => {
    if (index > 0) throw new Error("there is no such stream");
    heard.push([index, what, body]);
    return { turn: 1 };
  });
  onTestFinished(() => door.end());
  const ask = async (url: string) => {
    const answer = await fetch(url, { method: "POST", body: '{"id":7}' });
    return [answer.status, await answer.json()];
  };
  const secret = door.url.split("/").at(-1) ?? "";
  for (const wrong of ["", "x", `${secret}x`, secret.slice(1), "x".repeat(secret.length)]) {
    expect(await ask(door.url.replace(secret, wrong) + "/0/turn")).toEqual([404, {}]);
  }
  expect(await ask(`${door.url}/1/turn`)).toEqual([404, {}]);
  expect(heard).toEqual([]);
  expect(await ask(`${door.url}/0/turn`)).toEqual([200, { turn: 1 }]);
  expect(heard).toEqual([[0, "turn", { id: 7 }]]);
});
