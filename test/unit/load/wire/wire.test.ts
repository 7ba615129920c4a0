// Our own connections beside undici: the same answers, cut at every place, come to the same.

import { once } from "node:events";
import type { Socket } from "node:net";
import { Pool } from "undici";
import { describe, expect, it } from "vitest";
import { serveSocketsForTest } from "../../../support/serve-for-test.ts";
import { seededRandom } from "../../../../src/core/random.ts";
import { errorName } from "../../../../src/load/sender.ts";
import type { Exchange } from "../../../../src/load/wire/connection.ts";
import { Wire } from "../../../../src/load/wire/wire.ts";

type After = "stay" | "end" | "reset";

/** What an answer came to. */
interface Seen {
  readonly heads: readonly (readonly [status: number, type: string])[];
  readonly body: string;
  readonly how: string;
}

const ok = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
const chunked = `${ok}transfer-encoding: chunked\r\n\r\n`;
const five = `${ok}content-length: 5\r\n\r\nhello`;

/** A server that writes these bytes in those pieces at the first byte of each request. */
async function answering(pieces: readonly string[], after: After): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const { port } = await serveSocketsForTest((socket) => {
    sockets.add(socket);
    socket.on("data", () => {
      void (async () => {
        for (const piece of pieces) {
          await new Promise<void>((resolve) => void socket.write(piece, "latin1", () => resolve()));
          await new Promise(setImmediate);
        }
        if (after === "end") socket.end();
        if (after === "reset") setTimeout(() => socket.resetAndDestroy(), 5);
      })();
    });
  });
  return { port, sockets };
}

/** Sends one request; an answer of which nothing more comes for a while is `open`. */
function ask(send: (exchange: Exchange) => void): Promise<Seen> {
  return new Promise((resolve) => {
    const heads: [number, string][] = [];
    let body = "";
    let timer: NodeJS.Timeout | undefined;
    const over = (how: string): void => {
      clearTimeout(timer);
      resolve({ heads, body, how });
    };
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => over("open"), 300);
    };
    send({
      onRequestStart: wait,
      onResponseStart(_controller, status, headers) {
        wait();
        heads.push([status, String(headers["content-type"] ?? "")]);
      },
      onResponseData(_controller, bytes) {
        wait();
        body += bytes.toString("latin1");
      },
      onResponseEnd: () => over("whole"),
      onResponseError(_controller, error) {
        const code = errorName(error);
        // After a good head it is told apart only whether the connection was reset.
        const isReset = "code" in error && error.code === "ECONNRESET";
        over(heads.some(([status]) => status >= 200) ? (isReset ? "reset" : "cut") : code);
      },
    });
  });
}

const text = "GET / HTTP/1.1\r\nhost: x\r\nconnection: keep-alive\r\n\r\n";

async function ours(port: number): Promise<Seen> {
  const wire = new Wire(`http://127.0.0.1:${port}`);
  const seen = await ask((exchange) => void wire.dispatch(text, exchange));
  wire.close();
  return seen;
}

async function undicis(port: number): Promise<Seen> {
  const origin = `http://127.0.0.1:${port}`;
  const pool = new Pool(origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const seen = await ask((exchange) => pool.dispatch({ origin, path: "/", method: "GET" }, exchange));
  await pool.destroy();
  return seen;
}

function cut(bytes: string, random: { next(): number }): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = random.next() < 0.5 ? 1 + Math.floor(3 * random.next()) : 1 + Math.floor(60 * random.next());
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return pieces;
}

const cases: readonly (readonly [title: string, bytes: string, after: After])[] = [
  ["of a length", five, "stay"],
  ["of no length", `${ok}content-length: 0\r\n\r\n`, "stay"],
  ["of a length, whose server ends", five, "end"],
  ["shorter than its length", `${ok}content-length: 9\r\n\r\nhello`, "end"],
  ["shorter than its length, reset", `${ok}content-length: 9\r\n\r\nhello`, "reset"],
  ["whose body does not come", `${ok}content-length: 9\r\n\r\n`, "stay"],
  ["in chunks", `${chunked}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`, "stay"],
  ["in chunks with extensions and trailers", `${chunked}5;a=b\r\nhello\r\n0\r\nx-sum: 1\r\nx-b: 2\r\n\r\n`, "stay"],
  ["in chunks of large figures", `${chunked}00000C\r\nhello world!\r\n0\r\n\r\n`, "stay"],
  ["in chunks, cut in one", `${chunked}ff\r\nhello`, "end"],
  ["in chunks, cut between two", `${chunked}5\r\nhello\r\n`, "end"],
  ["in chunks, reset", `${chunked}5\r\nhello\r\n`, "reset"],
  ["in chunks, the last one missing", `${chunked}5\r\nhello\r\n`, "stay"],
  ["in chunks of a size that is none", `${chunked}5\r\nhello\r\nxyz\r\n\r\n`, "stay"],
  ["until the end", `${ok}\r\nhello`, "end"],
  ["until the end, which does not come", `${ok}\r\nhello`, "stay"],
  ["of HTTP/1.0", "HTTP/1.0 200 OK\r\ncontent-type: a\r\n\r\nhello", "end"],
  ["of a connection that closes", `${ok}connection: close\r\ncontent-length: 5\r\n\r\nhello`, "end"],
  ["after early hints", `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${five}`, "stay"],
  ["to go on, which nobody asked", `HTTP/1.1 100 Continue\r\n\r\n${five}`, "stay"],
  ["without content", "HTTP/1.1 204 No Content\r\n\r\n", "stay"],
  ["of an error", "HTTP/1.1 503 \r\ncontent-length: 3\r\n\r\nbad", "stay"],
  ["of a status alone", "HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok", "stay"],
  ["with names in capitals", "HTTP/1.1 200 OK\r\nCONTENT-TYPE: A/b\r\nContent-Length:5\r\n\r\nhello", "stay"],
  ["with bytes that are no ASCII", `${ok}x-name: caf\u00e9\r\ncontent-length: 2\r\n\r\n\u00ff\u0000`, "stay"],
  ["of two lengths", `${ok}content-length: 5\r\ncontent-length: 5\r\n\r\nhello`, "stay"],
  ["of a length that is none", `${ok}content-length: five\r\n\r\nhello`, "stay"],
  ["of a length and in chunks", `${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, "stay"],
  ["in chunks and of a length", `${ok}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`, "stay"],
  ["that is none of HTTP", "SSH-2.0-OpenSSH_9.6\r\n", "stay"],
  ["of a header without a colon", `${ok}nonsense\r\ncontent-length: 5\r\n\r\nhello`, "stay"],
  ["of a header with a blank in its name", `${ok}a b: c\r\ncontent-length: 5\r\n\r\nhello`, "stay"],
  ["of a head that is too long", `${ok}x: ${"y".repeat(20_000)}\r\n\r\n`, "stay"],
  ["that does not come", "", "end"],
  ["that is reset", "", "reset"],
  ["cut in its head", ok.slice(0, 30), "end"],
  ["with more behind it", `${five}HTTP/1.1 200 OK\r\n\r\n`, "stay"],
];

describe("an answer", () => {
  it("that is cut is none, though its server said that the connection closes (undici says that it is whole)", async () => {
    const closing = `${ok}connection: close\r\n`;
    for (const bytes of [
      `${closing}content-length: 9\r\n\r\nhello`,
      `${closing}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`,
    ]) {
      expect(await ours((await answering([bytes], "end")).port)).toMatchObject({ body: "hello", how: "cut" });
    }
    // The length of what has not been modified is told, and nothing of it comes.
    const same = await answering(["HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n"], "stay");
    expect(await ours(same.port)).toMatchObject({ how: "whole" });
    const open = await answering([`${ok}\r\nhello`], "reset");
    expect(await ours(open.port)).toMatchObject({ body: "hello", how: "reset" });
  });

  it("leaves its connection to the next request, and to none that it was not whole for", async () => {
    const { port, sockets } = await answering([five], "stay");
    const wire = new Wire(`http://127.0.0.1:${port}`);
    const next = (): Promise<Seen> => ask((exchange) => void wire.dispatch(text, exchange));
    for (let asked = 0; asked < 20; asked += 1) expect(await next()).toMatchObject({ body: "hello", how: "whole" });
    expect(sockets.size).toBe(1);
    const more = await answering([`${five}x`], "stay");
    const other = new Wire(`http://127.0.0.1:${more.port}`);
    for (let asked = 0; asked < 3; asked += 1)
      expect(await ask((exchange) => void other.dispatch(text, exchange))).toMatchObject({ how: "whole" });
    expect(more.sockets.size).toBe(3);
    wire.close();
    other.close();
  });

  it("is not waited for on a connection that its server has closed meanwhile, or says that it will", async () => {
    const soon = `${ok}keep-alive: timeout=2\r\ncontent-length: 5\r\n\r\nhello`;
    const { port, sockets } = await answering([soon], "stay");
    const wire = new Wire(`http://127.0.0.1:${port}`);
    for (let asked = 0; asked < 3; asked += 1) await ask((exchange) => void wire.dispatch(text, exchange));
    expect(sockets.size).toBe(3);
    const kept = await answering([five], "stay");
    const other = new Wire(`http://127.0.0.1:${kept.port}`);
    await ask((exchange) => void other.dispatch(text, exchange));
    const [socket] = kept.sockets;
    socket?.end();
    if (socket !== undefined) await once(socket, "close");
    expect(await ask((exchange) => void other.dispatch(text, exchange))).toMatchObject({ how: "whole" });
    wire.close();
    other.close();
  });

  it.each(cases)("%s comes to what undici says", async (_title, bytes, after) => {
    const random = seededRandom(3, bytes);
    for (const pieces of [[bytes], cut(bytes, random), bytes.length < 400 ? bytes.split("") : [bytes]]) {
      const { port } = await answering(pieces.length === 0 ? [""] : pieces, after);
      const [own, theirs] = [await ours(port), await undicis(port)];
      expect({ pieces, ...own }).toEqual({ pieces, ...theirs });
    }
  });
});
