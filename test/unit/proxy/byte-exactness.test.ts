import fc from "fast-check";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { FaultProxy } from "../../../src/proxy/proxy.ts";
import { body, dial, proxied, readToEnd, seededBytes, serve, until } from "../../support/sockets.ts";

/** Toxics that may slow a stream but must not change it, with numbers that keep a run short. */
const harmless = fc.oneof(
  fc.record({
    type: fc.constant("latency"),
    attributes: fc.record({ latency: fc.integer({ min: -5, max: 25 }), jitter: fc.integer({ min: -5, max: 25 }) }),
  }),
  fc.record({
    type: fc.constant("bandwidth"),
    attributes: fc.record({ rate: fc.integer({ min: 500, max: 100_000 }) }),
  }),
  fc.record({
    type: fc.constant("slow_close"),
    attributes: fc.record({ delay: fc.integer({ min: -5, max: 25 }) }),
  }),
  fc.record({
    type: fc.constant("slicer"),
    attributes: fc.record({
      average_size: fc.integer({ min: 64, max: 9_000 }),
      size_variation: fc.integer({ min: -10, max: 9_000 }),
      delay: fc.integer({ min: -10, max: 200 }),
    }),
  }),
  fc.record({
    type: fc.constant("loss"),
    attributes: fc.record({ share: fc.constantFrom(0, 0.1, 0.5), rto: fc.integer({ min: 0, max: 10 }) }),
  }),
  fc.record({
    type: fc.constantFrom("noop", "http_error", "truncate_stream", "delay_first_byte", "stall_stream"),
    attributes: fc.constant({}),
  }),
);

const step = fc.record({
  /** Where in the text it happens, %, and how long the sender rests after it, ms. */
  at: fc.integer({ min: 0, max: 99 }),
  rest: fc.constantFrom(0, 0, 1, 10),
  what: fc.constantFrom("add", "add", "update", "remove", "remove"),
  which: fc.nat(7),
  stream: fc.constantFrom("upstream", "downstream"),
  toxicity: fc.constantFrom(1, 1, 1, 0.5, 0),
  toxic: harmless,
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Adds, changes or takes away a toxic, whichever of those that are there is meant. */
function take({ what, which, stream, toxicity, toxic }: Step, proxy: FaultProxy, name: string): void {
  const { toxics } = proxy;
  const meant = toxics[which % Math.max(1, toxics.length)];
  if (what === "add" && toxics.length < 6) {
    const only = toxic.type === "http_error" ? { stream: "downstream" } : {};
    proxy.addToxic(body({ name, stream, toxicity, ...toxic, ...only }));
  } else if (what === "remove" && meant !== undefined) proxy.removeToxic(meant.name);
  else if (meant !== undefined) {
    const attributes = meant.kind.type === toxic.type ? toxic.attributes : {};
    proxy.updateToxic(meant.name, body({ toxicity, attributes }));
  }
}

/** Sends in pieces and ends; `before` is told the share of the text, %, that each piece begins at and ends before. */
async function send(
  socket: Socket,
  bytes: Buffer,
  piece: number,
  before: (from: number, to: number) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += piece) {
    await before((100 * at) / bytes.length, (100 * (at + piece)) / bytes.length);
    if (!socket.write(bytes.subarray(at, at + piece))) await new Promise((resolve) => socket.once("drain", resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
}

describe("every byte", () => {
  it(
    "arrives once and in order, both ways, whatever toxics come, change and go in mid-stream",
    { timeout: 120_000 },
    async () => {
      let accept: (socket: Socket) => void = () => undefined;
      const { listen, proxy } = await proxied(await serve((socket) => accept(socket)));
      let count = 0;
      const property = async (
        steps: readonly Step[],
        lengths: readonly [number, number],
        piece: number,
        seed: number,
      ) => {
        const [question, answer] = [seededBytes(lengths[0], seed), seededBytes(lengths[1], seed + 1)];
        const accepted = new Promise<Socket>((resolve) => (accept = resolve));
        const client = await dial(listen);
        const server = await accepted;
        const received = Promise.all([readToEnd(server), readToEnd(client)]);
        const act = async (from: number, to: number): Promise<void> => {
          for (const each of steps.filter(({ at }) => from <= at && at < to)) {
            take(each, proxy, `toxic ${(count += 1)}`);
            if (each.rest > 0) await new Promise((resolve) => setTimeout(resolve, each.rest));
          }
        };
        await Promise.all([send(client, question, piece, act), send(server, answer, piece + 7, act)]);
        const [asked, answered] = await received;
        expect(asked.equals(question)).toBe(true);
        expect(answered.equals(answer)).toBe(true);
        await until(() => proxy.connectionCount() === 0);
        for (const { name } of proxy.toxics) proxy.removeToxic(name);
      };
      const length = fc.integer({ min: 0, max: 200_000 });
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 5, maxLength: 20 }),
          fc.tuple(length, length),
          fc.integer({ min: 300, max: 9_000 }),
          fc.nat(),
          property,
        ),
        { numRuns: 120, seed: 41_126 },
      );
      // The runs did what they are for: bytes waited, were sliced, and toxics came and went while connections were
      // open.
      const toxics = proxy
        .effects()
        .flatMap(({ streams }) => [...streams.upstream.toxics, ...streams.downstream.toxics]);
      expect(toxics.filter((each) => each.chunksDelayed > 0 && !each.inForce).length).toBeGreaterThan(20);
      expect(toxics.filter((each) => each.slices > 1).length).toBeGreaterThan(10);
      expect(toxics.filter((each) => !each.struck).length).toBeGreaterThan(10);
    },
  );
});
