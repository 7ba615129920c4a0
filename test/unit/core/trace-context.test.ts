// Trace ids of our own requests: valid by the recommendation, and the same wherever they are worked out.

import { expect, test } from "vitest";
import { namesOwnContext, traceIdsOf, traceparentOf } from "../../../src/core/trace-context.ts";

const chat = { trial: "123456789", seed: 7, stream: "chat" };
const some = Array.from({ length: 20_000 }, (_, n) => n + 1);

test("the same trial, seed, stream and number have the same ids in every process", () => {
  // Worked out by the rule in another language.
  expect(traceparentOf(traceIdsOf(chat)(1))).toBe("00-85177223e6b46e2797843b5a8186a3ce-2dac74338a67c1d7-01");
});

test("every header is one that the recommendation takes, and no two requests of a stream share an id", () => {
  const ids = some.map(traceIdsOf(chat));
  const valid = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-01$/;
  expect(ids.map(traceparentOf).filter((header) => !valid.test(header))).toEqual([]);
  expect(new Set(ids.map(({ traceId }) => traceId)).size).toBe(some.length);
  expect(new Set(ids.map(({ spanId }) => spanId)).size).toBe(some.length);
});

test("another trial, seed or stream has other ids", () => {
  const others = [
    { ...chat, trial: "123456790" },
    { ...chat, seed: 8 },
    { ...chat, stream: "often" },
  ];
  const all = [chat, ...others].flatMap((stream) => some.slice(0, 2000).map(traceIdsOf(stream)));
  expect(new Set(all.map(({ traceId }) => traceId)).size).toBe(8000);
});

test("each bit of an id is set about as often as not, so that backends may sample by it", () => {
  const ids = some.map(traceIdsOf(chat)).map(({ traceId }) => BigInt(`0x${traceId}`));
  // The last 56 bits are those that OpenTelemetry samples by.
  for (let bit = 0n; bit < 56n; bit += 1n) {
    const share = ids.filter((id) => ((id >> bit) & 1n) === 1n).length / ids.length;
    expect(Math.abs(share - 0.5), `bit ${bit}`).toBeLessThan(0.025);
  }
});

test("a header of the target's own is known however it is spelt", () => {
  expect([namesOwnContext({ TraceParent: "x" }), namesOwnContext({ tracestate: "x" })]).toEqual([true, false]);
});
