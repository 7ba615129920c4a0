import { expect, it, onTestFinished } from "vitest";
import { openChatStand } from "../../../../builders/chat-stand.ts";

async function stand() {
  const opened = await openChatStand();
  onTestFinished(async () => opened.close());
  return opened;
}

it("the chat page loads nothing from elsewhere, and no browser may frame it or run another script in it", async () => {
  const { url } = await stand();
  const answer = await fetch(url);
  expect(answer.url).toBe(`${url}/chat`);
  expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
  const named = (await answer.text()).matchAll(/(?:href|src)="([^"]+)"/g);
  expect([...named].map(([, path]) => path)).toEqual(["data:,", "/chat/style.css", "/chat/script.js"]);
  for (const [path, type] of [
    ["style.css", "text/css"],
    ["script.js", "text/javascript"],
  ] as const) {
    const part = await fetch(`${url}/chat/${path}`);
    expect([part.status, part.headers.get("content-type")]).toEqual([200, `${type}; charset=utf-8`]);
    expect(part.headers.get("x-content-type-options")).toBe("nosniff");
  }
});

it("a passage is read by its id, slashes and all, and one that is not stored is 404", async () => {
  const { url } = await stand();
  const read = async (id: string) => fetch(`${url}/chat/passages/${encodeURIComponent(id)}`);
  const passage = await read("fs/promises.open#2");
  expect(await passage.json()).toEqual({
    id: "fs/promises.open#2",
    title: "Title of fs/promises.open#2",
    text: "Opens a file.",
  });
  for (const id of ["made.up#1", "a".repeat(513)]) expect((await read(id)).status).toBe(404);
});

it("a passage that no replica can read is 503, and says nothing of who was asked", async () => {
  const { url, takeStoreAway } = await stand();
  takeStoreAway(true);
  const answer = await fetch(`${url}/chat/passages/fs.watch%231`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toMatch(/vector|127\.0\.0\.1/);
});
