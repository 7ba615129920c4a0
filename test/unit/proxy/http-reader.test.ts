import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HttpReader } from "../../../src/proxy/http/reader.ts";

interface Read {
  readonly bytes: string;
  readonly statuses: readonly number[];
  readonly methods: readonly string[];
  readonly payload: string;
  readonly foreign: string;
  readonly done: number;
}

/** What a reader makes of these chunks; `methods` are those of the requests that were asked. */
function read(what: "request" | "response", chunks: readonly Buffer[], asked: readonly string[] = []): Read {
  const found = { bytes: "", statuses: [] as number[], methods: [] as string[], payload: "", foreign: "", done: 0 };
  const queue = [...asked];
  const reader = new HttpReader({
    what,
    methodOf: () => queue.shift(),
    onPart(part) {
      if (part.kind === "done") {
        found.done += 1;
        return;
      }
      const text = part.bytes.toString("latin1");
      found.bytes += text;
      if (part.kind === "payload") found.payload += text;
      if (part.kind === "foreign") found.foreign += text;
      if (part.kind === "head" && what === "response") found.statuses.push(part.head.status);
      if (part.kind === "head" && what === "request") found.methods.push(part.head.method);
    },
  });
  for (const chunk of chunks) reader.feed(chunk);
  reader.end();
  return found;
}

/** The bytes, cut at these places. */
function pieces(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const responses = Buffer.from(
  [
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: gzip, chunked\r\n\r\n4;x=y\r\nwxyz\r\nA\r\n0123456789\r\n0\r\nexpires: never\r\n\r\n",
    "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 77\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    "HTTP/1.0 200 OK\n\nuntil the end HTTP/1.1 200 OK\r\n\r\n",
  ].join(""),
);
const asked = ["GET", "PUT", "GET", "GET", "HEAD", "GET", "GET"];

describe("the HTTP reader", () => {
  it("finds the same messages however the stream is cut, and tells every byte once, in order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (cuts) => {
        const found = read("response", pieces(responses, cuts), asked);
        expect(found).toEqual({
          bytes: responses.toString("latin1"),
          statuses: [200, 100, 201, 204, 304, 200, 200, 200],
          methods: [],
          payload: "hellowxyz0123456789until the end HTTP/1.1 200 OK\r\n\r\n",
          foreign: "",
          done: 6,
        });
      }),
      { seed: 7 },
    );
  });

  it("finds requests with and without a body", () => {
    const requests =
      "GET / HTTP/1.1\r\nhost: a\r\n\r\nPOST /x HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcHEAD /y HTTP/1.1\r\n\r\n" +
      "PUT /z HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nq\r\n0\r\n\r\nM-SEARCH * HTTP/1.1\r\n\r\n";
    const found = read("request", pieces(Buffer.from(requests), [9, 40, 41]));
    const methods = ["GET", "POST", "HEAD", "PUT", "M-SEARCH"];
    expect(found).toMatchObject({ bytes: requests, methods, payload: "abcq", done: 5 });
  });

  it("lets what is not HTTP through as foreign, byte by byte the same, and finds HTTP that begins a later chunk", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 }), (noise) => {
        const chunks = noise.map((each) => Buffer.from([0, ...each]));
        const answer = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        const found = read("response", [...chunks, answer]);
        expect(found.bytes).toBe(Buffer.concat([...chunks, answer]).toString("latin1"));
        expect(found.statuses).toEqual([200]);
      }),
      { seed: 8 },
    );
    for (const text of ["HTTP/1.1 20", "HTTP/2 200\r\n\r\n", `HTTP/1.1 200 OK\r\nx: ${"y".repeat(70_000)}`]) {
      expect(read("response", [Buffer.from(text)])).toMatchObject({ foreign: text, statuses: [] });
    }
  });

  it("takes the rest as foreign when a chunk's size is not a number", () => {
    const broken = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\nmore";
    expect(read("response", [Buffer.from(broken)])).toMatchObject({ bytes: broken, payload: "abc", done: 0 });
  });

  it("leaves a connection alone once it has been upgraded", () => {
    const upgraded =
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    expect(read("response", [Buffer.from(upgraded)], ["GET"])).toMatchObject({
      bytes: upgraded,
      statuses: [101],
      done: 0,
    });
  });
});
