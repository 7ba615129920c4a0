// What is asked just before a start, and at each look at the inventory: does anything lead off this machine?

import { serveForTest } from "../../support/serve-for-test.ts";
import { z } from "zod";
import { type RequestListener } from "node:http";
import { expect, test } from "vitest";
import type { Target } from "../../../src/core/target.ts";
import { refuseForeignHosts, type Resolve } from "../../../src/platforms/target-http/allowed-hosts.ts";
import { readInventory } from "../../../src/platforms/target-http/inventory.ts";
import { fixtureTarget } from "../../support/fixture-target.ts";

async function serve(answer: RequestListener): Promise<string> {
  return `${(await serveForTest(answer)).url}/inventory`;
}

const leadsTo =
  (...found: string[]): Resolve =>
  () =>
    Promise.resolve(found.map((address) => ({ address })));

async function refusal(change: Partial<Target>, resolve?: Resolve): Promise<string | undefined> {
  try {
    await refuseForeignHosts({ ...fixtureTarget(), ...change }, resolve);
    return undefined;
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: "bad-input" });
    return (thrown as Error).message;
  }
}

const { start, streams } = fixtureTarget();

test.each<[string, Partial<Target>]>([
  ["ready", { start: { ...start, readyUrl: "http://10.0.0.1/ready" } }],
  ["inventory", { inventoryUrl: "http://10.0.0.1/inventory" }],
  ["control", { control: { tokenEnv: "T", startReplicaUrl: "http://10.0.0.1/{replica}" } }],
  ["traffic", { streams: [{ ...streams[0], url: "http://10.0.0.1/" }] }],
  ["a source", { streams: [{ name: "s", source: "k6", params: { at: ["http://10.0.0.1/"] } }] }],
  ["feed", { feedUrl: "http://10.0.0.1/events" }],
])(
  "the URL of %s is refused elsewhere, also where the linter was not asked, and taken when listed",
  async (_, change) => {
    expect(await refusal(change)).toMatch(/^target fixture: http:\/\/10\.0\.0\.1\/\S* is not on this machine$/);
    expect(await refusal({ ...change, addresses: ["10.0.0.0/24"] })).toBeUndefined();
  },
);

test("localhost is asked where it leads: every address must be this machine's", async () => {
  const inventoryUrl = "http://localhost:{port:stack}/inventory";
  expect(await refusal({ inventoryUrl }, leadsTo("127.0.0.1", "::1"))).toBeUndefined();
  const message = "target fixture: localhost leads to 10.0.0.7, which is not this machine";
  expect(await refusal({ inventoryUrl }, leadsTo("127.0.0.1", "10.0.0.7"))).toBe(message);
  const nowhere = refuseForeignHosts({ ...fixtureTarget(), inventoryUrl }, () =>
    Promise.reject(new Error("ENOTFOUND")),
  );
  await expect(nowhere).rejects.toMatchObject({ code: "environment", message: "localhost leads nowhere: ENOTFOUND" });
});

const entry = { service: "vec", replica: "vec-1", name: "seven", port: 80, version: "1" };
const identity = z.object({ name: z.string() });
const signal = AbortSignal.timeout(60_000);

async function inventoryOf(more: Readonly<Record<string, unknown>>, listed: readonly string[] = []): Promise<unknown> {
  const url = await serve((_, response) => response.end(JSON.stringify({ replicas: [entry, { ...entry, ...more }] })));
  return readInventory(url, { signal, listed, identity });
}

test.each([
  ["host", "10.0.0.1"],
  ["host", "0.0.0.0"],
  ["host", "2130706433"],
  ["hostname", "db.internal"],
  ["address", "10.0.0.1:6333"],
  ["ip", "::ffff:10.0.0.1"],
  ["url", "http://127.0.0.1@10.0.0.1/"],
  ["url", "http://db.internal:80/"],
])("an inventory entry whose %s is %s is refused", async (key, place) => {
  await expect(inventoryOf({ replica: "vec-2", [key]: place })).rejects.toMatchObject({
    code: "bad-input",
    message: expect.stringContaining(`vec-2 at "${place}", which is not this machine`),
  });
});

test("an inventory entry on this machine, or on one that is listed, is taken as one without a place", async () => {
  const replicas = [entry, entry];
  expect(await inventoryOf({ host: "127.0.0.1", url: "http://[::1]:80/" })).toEqual(replicas);
  expect(await inventoryOf({ host: "db.internal" }, ["db.internal"])).toEqual(replicas);
  await expect(inventoryOf({ host: 2130706433 })).rejects.toMatchObject({ code: "environment" });
});

test("an inventory that redirects is not followed", async () => {
  const there = await serve((_, response) => response.end(JSON.stringify({ replicas: [] })));
  const here = await serve((_, response) => response.writeHead(302, { location: there }).end());
  await expect(readInventory(here, { signal, listed: [], identity })).rejects.toMatchObject({ code: "environment" });
  expect(await readInventory(there, { signal, listed: [], identity })).toEqual([]);
});
