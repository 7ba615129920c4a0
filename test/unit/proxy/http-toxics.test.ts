import { serveForTest } from "../../support/serve-for-test.ts";
import { once } from "node:events";
import { Agent, request } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import { describe, expect, it, onTestFinished } from "vitest";
import type { FaultProxy } from "../../../src/proxy/proxy.ts";
import { body, dial, proxied, readToEnd, roundTrip, seededBytes, serve, until } from "../../support/sockets.ts";

const text = seededBytes(100_000, 11);

/** Answers by path as a server may: sized, chunked, until the end, without a body. */
const answerByPath: RequestListener = (asked, answer) => {
  asked.resume();
  asked.on("end", () => {
    if (asked.url === "/sized") answer.setHeader("content-length", text.length).end(text);
    else if (asked.url === "/chunked") {
      for (let at = 0; at < text.length; at += 9_999) answer.write(text.subarray(at, at + 9_999));
      answer.end();
    } else if (asked.url === "/none") answer.writeHead(204).end();
    else if (asked.url === "/same") answer.writeHead(304).end();
    else if (asked.url === "/hinted") {
      answer.writeContinue();
      answer.writeHead(200, { "content-length": text.length }).end(text);
    } else answer.socket?.end(Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\n\r\n"), text]));
  });
};

async function web(listener: RequestListener = answerByPath): Promise<string> {
  return (await serveForTest(listener)).address;
}

/** Requests over one connection that is kept. */
function keptClient(listen: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return async (path: string, method = "GET") => {
    const from = performance.now();
    const [host, port] = listen.split(":");
    const asked = request({ host, port, path, method, agent });
    const answered = once(asked, "response") as Promise<[IncomingMessage]>;
    asked.end();
    const [answer] = await answered;
    const firstByteMs = performance.now() - from;
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return { status: answer.statusCode, body: Buffer.concat(chunks), firstByteMs, ms: performance.now() - from };
  };
}

const add = (proxy: FaultProxy, type: string, attributes: object, more: object = {}) =>
  proxy.addToxic(body({ name: type, type, attributes, ...more }));

/** The first toxic's effects on the proxy's first connection. */
const effects = (proxy: FaultProxy) => proxy.effects()[0]?.streams.downstream.toxics[0];

describe("http_error", () => {
  it("answers its share with the status, and keeps one connection usable through every kind of answer", async () => {
    const { listen, proxy } = await proxied(await web());
    const ask = keptClient(listen);
    await ask("/sized");
    add(proxy, "http_error", { status: 500, share: 0.5 });
    let errors = 0;
    for (let i = 0; i < 60; i += 1) {
      const path = ["/sized", "/chunked", "/none", "/same", "/hinted"][i % 5] ?? "";
      // Node's server drops the connection after a HEAD that it answers in chunks.
      const method = i % 7 === 0 && path !== "/chunked" ? "HEAD" : i % 3 === 0 ? "POST" : "GET";
      const answer = await ask(path, method);
      const bare = method === "HEAD" || path === "/none" || path === "/same";
      if (answer.status === 500) {
        errors += 1;
        expect(answer.body.toString()).toBe(method === "HEAD" ? "" : "Internal Server Error\n");
      } else expect(answer.body.equals(bare ? Buffer.alloc(0) : text)).toBe(true);
    }
    expect(errors).toBeGreaterThan(15);
    expect(errors).toBeLessThan(45);
    expect(effects(proxy)?.requestsErrored).toBe(errors);
    // One connection, all of it HTTP: the framing never broke.
    expect(proxy.effects()).toHaveLength(1);
    expect(effects(proxy)?.bytesNotHttp).toBe(0);
  });

  it("taken away in the middle of an answer that it replaces leaves the connection whole", async () => {
    const answers: ServerResponse[] = [];
    const { listen, proxy } = await proxied(
      await web((_, answer) => {
        answer.writeHead(200, { "content-length": 10 }).write("first");
        answers.push(answer);
      }),
    );
    add(proxy, "http_error", {});
    const ask = keptClient(listen);
    expect(await ask("/")).toMatchObject({ status: 503 });
    proxy.removeToxic("http_error");
    answers[0]?.end("_last");
    const second = ask("/");
    await until(() => answers.length === 2);
    answers[1]?.end("_last");
    const { status, body: whole } = await second;
    expect([status, whole.toString()]).toEqual([200, "first_last"]);
    expect(proxy.effects()).toHaveLength(1);
  });

  it("changed in the middle of an answer that it replaces brings that to its end, then does as it is told", async () => {
    const answers: ServerResponse[] = [];
    const { listen, proxy } = await proxied(
      await web((_, answer) => {
        answer.writeHead(200, { "content-length": 10 }).write("first");
        answers.push(answer);
      }),
    );
    add(proxy, "http_error", {});
    const ask = keptClient(listen);
    expect(await ask("/")).toMatchObject({ status: 503 });
    proxy.updateToxic("http_error", body({ attributes: { status: 500 } }));
    answers[0]?.end("_last");
    expect(await ask("/")).toMatchObject({ status: 500 });
    answers[1]?.end("_last");
    proxy.removeToxic("http_error");
    const third = ask("/");
    await until(() => answers.length === 3);
    answers[2]?.end("_last");
    expect(await third).toMatchObject({ status: 200 });
    expect(proxy.effects()).toHaveLength(1);
    expect(effects(proxy)?.requestsErrored).toBe(2);
  });

  it("closes where only the connection's end would end the answer", async () => {
    const { listen, proxy } = await proxied(await web());
    add(proxy, "http_error", { status: 429 });
    const client = await dial(listen);
    client.write("GET /endless HTTP/1.1\r\nhost: x\r\n\r\n");
    expect((await readToEnd(client)).toString()).toBe(
      "HTTP/1.1 429 Too Many Requests\r\ncontent-type: text/plain\r\ncontent-length: 18\r\nconnection: close\r\n\r\nToo Many Requests\n",
    );
  });

  it("leaves what is not HTTP untouched, and counts it", async () => {
    const { listen, proxy } = await proxied(await serve((socket) => socket.pipe(socket)));
    for (const type of ["http_error", "truncate_stream", "delay_first_byte", "stall_stream"]) add(proxy, type, {});
    const client = await dial(listen);
    await roundTrip(client, seededBytes(70_000, 12));
    expect(effects(proxy)).toMatchObject({ bytesNotHttp: 70_000, requestsErrored: 0 });
  });
});

describe("truncate_stream", () => {
  it.each(["/sized", "/chunked"])("tears %s off after its bytes, and the client knows", async (path) => {
    const { listen, proxy } = await proxied(await web());
    add(proxy, "truncate_stream", { bytes: 1_000 });
    await expect(keptClient(listen)(path)).rejects.toThrow(/aborted|ECONNRESET/);
    await until(() => proxy.connectionCount() === 0);
    const { downstream } = proxy.effects()[0]?.streams ?? {};
    expect(downstream?.toxics[0]).toMatchObject({ responsesCut: 1 });
    expect(downstream?.bytesOut).toBeLessThan(1_500);
    expect(downstream?.bytesOut).toBeGreaterThanOrEqual(1_000);
  });

  it("resets where the connection's end would look like the answer's", async () => {
    const { listen, proxy } = await proxied(await web());
    add(proxy, "truncate_stream", { bytes: 1_000 });
    const client = await dial(listen);
    client.write("GET /endless HTTP/1.1\r\nhost: x\r\n\r\n");
    client.resume();
    await expect(once(client, "end")).rejects.toThrow(/ECONNRESET/);
    expect(client.bytesRead).toBe("HTTP/1.1 200 OK\r\n\r\n".length + 1_000);
  });

  it("leaves shorter answers whole", async () => {
    const { listen, proxy } = await proxied(await web());
    add(proxy, "truncate_stream", { bytes: text.length });
    const ask = keptClient(listen);
    for (const path of ["/sized", "/chunked", "/sized"]) expect((await ask(path)).body.equals(text)).toBe(true);
    expect(proxy.effects()).toHaveLength(1);
  });
});

describe("delay_first_byte", () => {
  it("delays the begin of each answer on a kept connection", async () => {
    const { listen, proxy } = await proxied(await web());
    add(proxy, "delay_first_byte", { delay: 100 });
    const ask = keptClient(listen);
    for (const path of ["/sized", "/chunked"]) {
      const answer = await ask(path);
      expect(answer.firstByteMs).toBeGreaterThanOrEqual(100);
      expect(answer.body.equals(text)).toBe(true);
    }
    proxy.removeToxic("delay_first_byte");
    add(proxy, "delay_first_byte", { delay: 100 }, { stream: "upstream" });
    expect((await ask("/sized")).ms).toBeGreaterThanOrEqual(100);
  });
});

describe("stall_stream", () => {
  it("stops each answer after its bytes for its duration", async () => {
    const { listen, proxy } = await proxied(await web());
    add(proxy, "stall_stream", { bytes: 1_000, duration: 150 });
    const ask = keptClient(listen);
    for (const path of ["/sized", "/chunked"]) {
      const answer = await ask(path);
      expect(answer.ms - answer.firstByteMs).toBeGreaterThanOrEqual(100);
      expect(answer.body.equals(text)).toBe(true);
    }
    expect(effects(proxy)?.segmentsStalled).toBe(2);
  });

  it("of 0 ms holds until it is taken away", async () => {
    const { listen, proxy } = await proxied(await web());
    add(proxy, "stall_stream", { bytes: 1_000 });
    const answered = keptClient(listen)("/sized");
    await until(() => (effects(proxy)?.segmentsStalled ?? 0) === 1);
    const { bytesOut = 0 } = proxy.effects()[0]?.streams.downstream ?? {};
    expect(bytesOut).toBeLessThan(1_500);
    proxy.removeToxic("stall_stream");
    expect((await answered).body.equals(text)).toBe(true);
  });
});

describe("loss", () => {
  it("stalls its share of segments for its time, doubling, and keeps every byte in order", async () => {
    const { listen, proxy } = await proxied(await serve((socket) => socket.pipe(socket)));
    add(proxy, "loss", { share: 0.5, rto: 10 });
    const client = await dial(listen);
    const times: number[] = [];
    for (let i = 0; i < 40; i += 1) times.push(await roundTrip(client, Buffer.from([i])));
    const { segmentsStalled = 0, addedMs = 0 } = effects(proxy) ?? {};
    expect(segmentsStalled).toBeGreaterThan(8);
    expect(segmentsStalled).toBeLessThan(32);
    expect(times.filter((ms) => ms >= 9).length).toBeGreaterThanOrEqual(segmentsStalled);
    expect(addedMs).toBeGreaterThanOrEqual(segmentsStalled * 9);
    // Lost six times in a row, the most: 2 + 4 + … + 64 ms.
    proxy.updateToxic("loss", body({ attributes: { share: 1, rto: 2 } }));
    expect(await roundTrip(client, Buffer.from("x"))).toBeGreaterThanOrEqual(125);
    proxy.updateToxic("loss", body({ attributes: { share: 0.5 } }));
    const sent = seededBytes(200_000, 13);
    const received = readToEnd(client);
    client.end(sent);
    expect((await received).equals(sent)).toBe(true);
  });
});
