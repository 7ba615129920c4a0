// Sources that are turned away: what the gateway is told, when a block ends, and what is refused.
import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import { createBlocks } from "../../../../../targets/reference-ai-stack/supervisor/blocks.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";

const nothing = async (_source: string, _until: number): Promise<void> => undefined;

async function stand({ status = 200, trustedHops = [] as readonly string[], atEnd = nothing } = {}) {
  const told: Readonly<Record<string, number>>[] = [];
  const { address } = await serveForTest((request, response) => {
    let text = "";
    request.on("data", (piece: Buffer) => (text += piece.toString()));
    request.on("end", () => {
      if (request.headers.authorization === "Bearer s3cret" && request.method === "PUT") {
        told.push((JSON.parse(text) as { sources: Record<string, number> }).sources);
      }
      response.writeHead(status).end("{}");
    });
  });
  const clock = { ms: 0 };
  const waits: { readonly ms: number; readonly over: () => void; readonly signal: AbortSignal }[] = [];
  const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((over, fail) => {
      signal.addEventListener("abort", () => fail(new Error("ended")));
      waits.push({ ms, over, signal });
    });
  const expired: string[] = [];
  const parts = { gatewayPort: Number(address.split(":")[1]), supervisorToken: "s3cret", trustedHops };
  const blocks = createBlocks({ ...parts, log: createLogger("blocks-test"), now: () => clock.ms, sleep });
  const block = (sources: Readonly<Record<string, number>>) =>
    blocks.block(sources, async (source, until) => {
      expired.push(source);
      await atEnd(source, until);
    });
  return { blocks, block, told, clock, waits, expired };
}

it("tells the gateway of all that are blocked now, and of the end of each", async () => {
  const { blocks, block, told, clock, waits, expired } = await stand();
  await block({ "127.0.0.66": 60_000 });
  clock.ms = 20_000;
  await block({ "127.0.0.67": 60_000 });
  expect(told).toEqual([{ "127.0.0.66": 60_000 }, { "127.0.0.66": 40_000, "127.0.0.67": 60_000 }]);
  waits[0]?.over();
  await Promise.resolve();
  expect(expired).toEqual(["127.0.0.66"]);
  clock.ms = 60_000;
  expect(blocks.left()).toEqual({ "127.0.0.67": 20_000 });
});

it("blocks twice as long who is blocked again within the hour, up to a quarter of an hour", async () => {
  const { block, clock } = await stand();
  const lengths: unknown[] = [];
  for (let n = 0; n < 6; n += 1) {
    const change = await block({ "127.0.0.66": 60_000 });
    lengths.push(change.ok && change.blockedMs["127.0.0.66"]);
    clock.ms += 900_000;
  }
  expect(lengths).toEqual([60_000, 120_000, 240_000, 480_000, 900_000, 900_000]);
  clock.ms += 3_600_001;
  // Forgotten is forgotten: the next one doubles what came after the hour, and not what came before it.
  for (const ms of [60_000, 120_000]) {
    expect(await block({ "127.0.0.66": 60_000 })).toMatchObject({ blockedMs: { "127.0.0.66": ms } });
    clock.ms += 200_000;
  }
});

it("leaves a newer block alone when the end of an older one of the same source is told late", async () => {
  const { blocks, block, told, clock } = await stand();
  await block({ "127.0.0.66": 60_000 });
  clock.ms = 60_000;
  await block({ "127.0.0.66": 60_000 });
  expect(await blocks.unblock({ "127.0.0.66": 60_000 })).toMatchObject({ blockedMs: { "127.0.0.66": 120_000 } });
  expect(told).toHaveLength(2);
  await blocks.unblock({ "127.0.0.66": 180_000 });
  expect([told.at(-1), blocks.left()]).toEqual([{}, {}]);
});

it("outlives an end that cannot be told, and tells of none once it is over itself", async () => {
  const late: unknown[] = [];
  const heard = (reason: unknown): void => void late.push(reason);
  process.on("unhandledRejection", heard);
  const { blocks, block, waits, expired } = await stand({
    atEnd: async () => Promise.reject(new Error("the stack is being ended")),
  });
  await block({ "127.0.0.66": 60_000, "127.0.0.67": 60_000 });
  waits[0]?.over();
  await turn();
  blocks.end();
  await block({ "127.0.0.68": 60_000 });
  await turn();
  process.off("unhandledRejection", heard);
  expect([expired, late]).toEqual([["127.0.0.66"], []]);
  expect(waits.map(({ signal }) => signal.aborted)).toEqual([false, true]);
});

it("lets those in again that are named, and waits for their end no longer", async () => {
  const { blocks, block, told, waits } = await stand();
  await block({ "127.0.0.66": 60_000, "127.0.0.67": 60_000 });
  expect(await blocks.unblock({ "127.0.0.66": 0, "127.0.0.99": 0 })).toMatchObject({ ok: true });
  expect(told.at(-1)).toEqual({ "127.0.0.67": 60_000 });
  expect(waits.map(({ signal }) => signal.aborted)).toEqual([true, false]);
});

it("refuses to block nobody but those whom it must not", async () => {
  const { blocks, block, told } = await stand({ trustedHops: ["127.0.0.5"] });
  for (const source of ["127.0.0.5", "unknown", "127.0.0.1", "::1"]) {
    expect(await block({ [source]: 60_000 })).toMatchObject({ ok: false, status: 409 });
  }
  expect([told, blocks.left()]).toEqual([[], {}]);
});

it("blocks those that it may and has room for, and says who is left out and why", async () => {
  const { block, told } = await stand({ trustedHops: ["127.0.0.5"] });
  expect(await block({ "127.0.0.5": 60_000, "127.0.0.66": 60_000, unknown: 60_000 })).toEqual({
    ok: true,
    blockedMs: { "127.0.0.66": 60_000 },
    leftOut: { "127.0.0.5": "everybody comes through it", unknown: "it is no address" },
  });
  const many = Object.fromEntries(Array.from({ length: 63 }, (_, n) => [`127.0.1.${n}`, 60_000]));
  await block(many);
  const more = await block({ "127.0.2.1": 60_000, "127.0.0.66": 60_000 });
  expect(more).toMatchObject({
    blockedMs: { "127.0.0.66": 120_000 },
    leftOut: { "127.0.2.1": "64 are blocked at most" },
  });
  expect(Object.keys(told.at(-1) ?? {})).toHaveLength(64);
  expect(await block({ "127.0.2.1": 60_000 })).toMatchObject({ ok: false, status: 409 });
});

it("knows of no block that the gateway did not take", async () => {
  const { blocks, block } = await stand({ status: 404 });
  const change = await block({ "127.0.0.66": 60_000 });
  expect(change).toMatchObject({ ok: false, status: 502, reason: expect.stringContaining("nobody has an account") });
  expect(blocks.left()).toEqual({});
});
