import { Pool } from "undici";
import { expect, it } from "vitest";
import { serveSocketsForTest } from "../../../support/serve-for-test.ts";
import type { Outgoing } from "../../../../src/load/request.ts";
import { requestBytes } from "../../../../src/load/wire/request-bytes.ts";

/** What undici writes for a request. */
async function undicis({ origin, path, method, headers, body }: Outgoing): Promise<string> {
  let got = "";
  const { port } = await serveSocketsForTest((socket) => {
    socket.on("data", (bytes) => {
      got += bytes.toString("utf8");
      setTimeout(() => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), 20);
    });
  });
  const pool = new Pool(`http://127.0.0.1:${port}`, { pipelining: 1 });
  await new Promise<void>((resolve, reject) => {
    pool.dispatch(
      { origin, path, method, headers, body },
      { onRequestStart: () => undefined, onResponseEnd: () => resolve(), onResponseError: (_, error) => reject(error) },
    );
  });
  await pool.destroy();
  return got.replace(`127.0.0.1:${port}`, origin.slice("http://".length));
}

const reading = { stream: "whole", answer: "auto", mayReachLimit: false } as const;
const base: Outgoing = {
  origin: "http://127.0.0.1:81",
  path: "/a?b=c",
  method: "GET",
  headers: {},
  body: null,
  reading,
};

it.each<[string, Partial<Outgoing>]>([
  ["a question", {}],
  ["a question with headers", { headers: { accept: "*/*", "x-empty": "", traceparent: "00-1-2-01" } }],
  ["a body", { method: "POST", body: '{"q":"caf\u00e9 \u{1f600}"}', headers: { "content-type": "application/json" } }],
  ["an empty body", { method: "POST", body: "" }],
  ["no body where one may be", { method: "PUT" }],
  ["a removal", { method: "DELETE" }],
])("%s is written as undici writes it", async (_title, change) => {
  const outgoing = { ...base, ...change };
  expect(requestBytes(outgoing)).toBe(await undicis(outgoing));
});

it.each<[string, Partial<Outgoing>]>([
  ["over TLS", { origin: "https://127.0.0.1:81" }],
  ["for a head alone", { method: "HEAD" }],
  ["of a question with a body", { body: "x" }],
  ["that frames itself", { headers: { "transfer-encoding": "chunked" } }],
  ["that names a host of its own", { headers: { host: "example" } }],
  ["with a line of its own in a header", { headers: { "x-a": "b\r\nx-c: d" } }],
  ["with a header that is no ASCII", { headers: { "x-a": "caf\u00e9" } }],
  ["with a name that is none", { headers: { "x a": "b" } }],
])("a request %s is left to undici", (_title, change) => {
  expect(requestBytes({ ...base, ...change })).toBeUndefined();
});
