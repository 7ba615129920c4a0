import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_EVENT, makeEventStreamParser } from "../../../src/lib/sse.ts";
import type { StreamItem } from "../../../src/lib/sse.ts";

function parse(...chunks: readonly Uint8Array[]): StreamItem[] {
  const items: StreamItem[] = [];
  const parser = makeEventStreamParser((item) => items.push(item));
  for (const chunk of chunks) parser.push(chunk);
  return items;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const text =
  ': beat\r\n\r\nevent: claim\r\ndata: {"a":\r\ndata:  1}\r\nid: 7\r\n\r\ndata: ünïcödé 🎈\n\n:beat\rdata\rdata:x\r\rretry: 9\n\ndata: cut off';
const items: StreamItem[] = [
  { kind: "comment", text: "beat" },
  { kind: "event", type: "claim", data: '{"a":\n 1}' },
  { kind: "event", type: "message", data: "ünïcödé 🎈" },
  { kind: "comment", text: "beat" },
  { kind: "event", type: "message", data: "\nx" },
];

describe("the event-stream parser", () => {
  it("reads events and comments with any kind of line end, and never gives out a cut-off event", () => {
    expect(parse(bytes(text))).toEqual(items);
  });

  it("reads the same wherever the bytes are cut", () => {
    const whole = bytes(text);
    expect(parse(...Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(items);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 8 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const chunks = edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
        expect(parse(...chunks)).toEqual(items);
      }),
    );
  });

  it.each(["data: last", "data: last\n", "data: last\r", "data: last\r\n", "data: la\u0301st".normalize()])(
    "gives out %j at a clean end, once",
    (last) => {
      const seen: StreamItem[] = [];
      const parser = makeEventStreamParser((item) => seen.push(item));
      parser.push(bytes(`data: first\n\n${last}`));
      expect(seen).toHaveLength(1);
      parser.end();
      expect(seen.slice(1)).toEqual([{ kind: "event", type: "message", data: last.slice("data: ".length).trim() }]);
    },
  );

  it("gives out nothing at a clean end when nothing is open", () => {
    const seen: StreamItem[] = [];
    const parser = makeEventStreamParser((item) => seen.push(item));
    parser.push(bytes("data: first\n\n: beat\n\nevent: begun\n"));
    parser.end();
    expect(seen).toHaveLength(2);
  });

  it("takes no notice of a byte-order mark, however it is cut", () => {
    expect(parse(Uint8Array.of(0xef), Uint8Array.of(0xbb, 0xbf), bytes("data: a\n\n"))).toEqual([
      { kind: "event", type: "message", data: "a" },
    ]);
  });

  it("takes a comment that is too long for a comment", () => {
    const long = `: ${"x".repeat(LONGEST_EVENT)}`;
    const seen = parse(bytes(long), bytes("xxx"), bytes("\n\ndata: next\n\n"));
    expect(seen.map(({ kind }) => kind)).toEqual(["comment", "event"]);
  });

  it("drops an event that is too long, says so, and reads on", () => {
    const long = bytes(`data: ${"x".repeat(LONGEST_EVENT + 10)}`);
    const third = Math.floor(long.length / 3);
    const chunks = [long.subarray(0, third), long.subarray(third, 2 * third), long.subarray(2 * third)];
    expect(parse(...chunks, bytes("\n\ndata: next\n\n"))).toEqual([
      { kind: "too-long" },
      { kind: "event", type: "message", data: "next" },
    ]);
    expect(parse(long, bytes("x".repeat(20)), bytes("\ndata: more\n\ndata: next\n\n"))).toHaveLength(2);
  });
});
