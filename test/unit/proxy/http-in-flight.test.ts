// HTTP toxics that come or change while a request waits for its answer: an answer to HEAD has no body, whoever came
// late.

import { serveForTest } from "../../support/serve-for-test.ts";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, it } from "vitest";
import type { FaultProxy } from "../../../src/proxy/proxy.ts";
import { body, dial, proxied, until } from "../../support/sockets.ts";

/** A server that answers when told to, a proxy in front of it, and one raw connection. */
async function waiting() {
  const asked: ServerResponse[] = [];
  const { address } = await serveForTest((_, answer) => void asked.push(answer));
  const { listen, proxy } = await proxied(address);
  const client = await dial(listen);
  // Whatever was sent before it is heard by then.
  const ended = once(client, "end");
  let heard = "";
  client.setEncoding("latin1").on("data", (text: string) => (heard += text));
  const ask = async (method: string): Promise<void> => {
    const before = asked.length;
    client.write(`${method} / HTTP/1.1\r\nhost: x\r\n\r\n`);
    await until(() => asked.length > before);
  };
  const answer = (): unknown => asked.at(-1)?.writeHead(200, { "content-length": 5, date: "" }).end("hello");
  /** Start lines and bodies of everything heard so far. */
  const said = (): string => heard.replaceAll(/\r\n[\s\S]*?\r\n\r\n/g, "|");
  return { proxy, ask, answer, said, ended };
}

const add = (proxy: FaultProxy, type: string, attributes: object): unknown =>
  proxy.addToxic(body({ name: "toxic", type, attributes }));
const change = (proxy: FaultProxy, attributes: object): unknown => proxy.updateToxic("toxic", body({ attributes }));

it("http_error that comes while a HEAD waits leaves the connection usable", async () => {
  const { proxy, ask, answer, said } = await waiting();
  await ask("HEAD");
  add(proxy, "http_error", { status: 503 });
  answer();
  await until(() => said().includes("503"));
  await ask("GET");
  answer();
  const refusal = "HTTP/1.1 503 Service Unavailable|";
  await until(() => said().endsWith("\n"));
  expect(said()).toBe(`${refusal}${refusal}Service Unavailable\n`);
});

it("truncate_stream that is changed while a HEAD waits cuts the next answer where it should", async () => {
  const { proxy, ask, answer, said, ended } = await waiting();
  add(proxy, "truncate_stream", { bytes: 3 });
  await ask("HEAD");
  change(proxy, { bytes: 2 });
  answer();
  await until(() => said().includes("200 OK|"));
  await ask("GET");
  answer();
  await ended;
  expect(said()).toBe("HTTP/1.1 200 OK|HTTP/1.1 200 OK|he");
});

it("delay_first_byte that is changed while it holds a HEAD's answer still delays the next one", async () => {
  const { proxy, ask, answer, said } = await waiting();
  add(proxy, "delay_first_byte", { delay: 600_000 });
  await ask("HEAD");
  answer();
  const delayed = () => proxy.effects()[0]?.streams.downstream.toxics[0];
  await until(() => (delayed()?.bytesIn ?? 0) > 0);
  change(proxy, { delay: 30 });
  await until(() => said().includes("200 OK|"));
  // On a busy machine the 30 ms may have passed by then, and the first one is not held any more.
  const before = delayed()?.chunksDelayed ?? 0;
  await ask("GET");
  answer();
  await until(() => said().endsWith("hello"));
  expect(delayed()?.chunksDelayed).toBe(before + 1);
});
