// One exchange over HTTP: every way to fail is a value, bounded in time and size, and it stays on this machine.

import { once } from "node:events";
import { type RequestListener } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { expect, test } from "vitest";
import { serveForTest } from "../../support/serve-for-test.ts";
import { ask } from "../../../src/lib/ask.ts";

async function serve(listener: RequestListener): Promise<string> {
  return (await serveForTest(listener)).url;
}

const soon = { timeoutMs: 5_000 };

test("any status is an answer, with its text, and a redirect is not followed", async () => {
  const url = await serve((request, response) => {
    response.writeHead(request.url === "/elsewhere" ? 302 : 418, { location: "http://10.0.0.1/" });
    response.end(`${request.method ?? ""} ${request.headers["x-a"]?.toString() ?? ""} é`);
  });
  expect(await ask(`${url}/x`, { ...soon, headers: { "x-a": "b" } })).toEqual({
    ok: true,
    status: 418,
    text: "GET b é",
    location: "http://10.0.0.1/",
  });
  expect(await ask(`${url}/elsewhere`, { ...soon, method: "POST", body: "{}" })).toMatchObject({
    ok: true,
    status: 302,
  });
});

test.each([
  "http://10.0.0.1/",
  "http://example.org/",
  "https://127.0.0.1/",
  "http://127.0.0.1@10.0.0.1/",
  "http://user@127.0.0.1/",
  "http://[::ffff:10.0.0.1]/",
  "http://0x0a000001/",
  "http://127.0.0.1.example.org/",
  "http://localhost.example.org/",
  "file:///etc/passwd",
  "no url",
])("%s is not asked", async (url) => {
  expect(await ask(url, soon)).toEqual({ ok: false, why: "elsewhere", says: "not on this machine" });
});

test("a host that the caller allows is asked, by the name that the URL gives it", async () => {
  const asked: string[] = [];
  const allows = (host: string): boolean => (asked.push(host), false);
  expect(await ask("http://[2001:db8::1]/", { ...soon, allows })).toMatchObject({ why: "elsewhere" });
  expect(asked).toEqual(["2001:db8::1"]);
});

test("nobody who listens, no answer in time, and the caller's own end are told apart", async () => {
  const silent = await serve(() => undefined);
  const closed = createTcpServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const address = closed.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  closed.close();
  await once(closed, "close");
  expect(await ask(`http://127.0.0.1:${port}/`, soon)).toMatchObject({ why: "refused", says: "connection refused" });
  expect(await ask(silent, { timeoutMs: 30 })).toMatchObject({ why: "late", says: "no answer in time" });
  expect(await ask(silent, { ...soon, signal: AbortSignal.timeout(30) })).toMatchObject({ why: "late" });
  const ended = new AbortController();
  const asking = ask(silent, { ...soon, signal: ended.signal });
  ended.abort();
  expect(await asking).toMatchObject({ why: "ended" });
  expect(await ask(silent, { ...soon, signal: AbortSignal.abort() })).toMatchObject({ why: "ended" });
});

test("an answer that is longer than it may be is none, also one without an end, unless only its status is asked", async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write("x".repeat(1_000)));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  });
  const longest = 100_000;
  expect(await ask(url, { ...soon, longest })).toEqual({
    ok: false,
    why: "too-long",
    says: "longer than 100000 bytes",
  });
  expect(await ask(url, { ...soon, longest, statusOnly: true })).toEqual({ ok: true, status: 200, text: "" });
});

test("a connection that was kept and died since is replaced when the question may be asked twice", async () => {
  let requests = 0;
  const url = await serve((request, response) => {
    requests += 1;
    // Dies with the second question, as a connection does that its server had closed meanwhile.
    if (requests === 2) request.socket.destroy();
    else response.end("yes");
  });
  expect(await ask(url, { ...soon, reuse: true })).toMatchObject({ text: "yes" });
  expect(await ask(url, { ...soon, reuse: true })).toMatchObject({ text: "yes" });
  expect(requests).toBe(3);
});

test("a connection that dies is not asked twice otherwise, and the words name no URL", async () => {
  let requests = 0;
  const url = await serve((request) => {
    requests += 1;
    request.socket.destroy();
  });
  const answer = await ask(`${url}/secret`, { ...soon, method: "POST", body: "{}" });
  expect(answer).toMatchObject({ ok: false, why: "broken" });
  expect(JSON.stringify(answer)).not.toContain("secret");
  expect(requests).toBe(1);
});
