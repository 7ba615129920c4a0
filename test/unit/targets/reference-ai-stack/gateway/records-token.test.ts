// A gateway without an ingestion has vector replicas store documents, with its own token and nobody else's.
import type { RequestListener } from "node:http";
import { afterEach, expect, it } from "vitest";
import { gatewayBefore, openThings, standIn, vector } from "./stand-ins.ts";

afterEach(async () => {
  await Promise.all(openThings.splice(0).map((end) => end()));
});

it("shows vector replicas its token when it stores a document, and not when it searches", async () => {
  const shown: string[] = [];
  const noting: RequestListener = (request, response) => {
    shown.push(`${request.url} ${request.headers.authorization ?? "none"}`);
    if (request.url === "/records") response.writeHead(201).end("{}");
    else vector(request, response);
  };
  const base = await gatewayBefore({ vectors: [await standIn(noting), await standIn(noting)] });
  const post = async (path: string, body: object): Promise<number> => {
    const headers = { "content-type": "application/json", authorization: "Bearer of-a-user" };
    const answer = await fetch(`${base}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    await answer.text();
    return answer.status;
  };
  expect(await post("/documents", { id: "d", text: "says so" })).toBe(201);
  expect(shown).toEqual(["/records Bearer records", "/records Bearer records"]);
  expect(await post("/v1/chat/completions", { messages: [{ role: "user", content: "What is it?" }] })).toBe(200);
  expect(shown.slice(2)).toEqual(["/search none"]);
});
