// Whose turn it is of what users were given lately.
import { expect, it } from "vitest";
import { createUsersTurn } from "../../../../../../targets/reference-ai-stack/healer/telemetry/users-turn.ts";
import { serveForTest } from "../../../../../support/serve-for-test.ts";

async function turns() {
  const seen = { given: [] as readonly object[] };
  const { port } = await serveForTest((_request, response) => void response.end(JSON.stringify(seen)));
  const users = createUsersTurn(port, "looks");
  const ask = async (...names: readonly string[]) => {
    seen.given = names.map((user) => ({ user }));
    const chat = await users.next();
    if (chat !== undefined) users.was(chat, false);
    return chat;
  };
  return { ask };
}

it("asks each of those that were given last once, and then anew", async () => {
  const { ask } = await turns();
  expect(await ask("a", "b")).toEqual({ user: "a" });
  expect(await ask("a", "b")).toEqual({ user: "b" });
  expect(await ask("a", "b")).toEqual({ user: "a" });
  expect(await ask()).toBeUndefined();
});

it("remembers nothing of what users ask beyond what was given last", async () => {
  const { ask } = await turns();
  expect(await ask("a", "b")).toEqual({ user: "a" });
  expect(await ask("b", "c")).toEqual({ user: "b" });
  // It has left the list since, and comes before what was asked and stands there still.
  expect(await ask("b", "a")).toEqual({ user: "a" });
});
