// One request of a script on its own.

import { buildConnector, Pool } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { exchange } from "../../../../src/load/k6/engine/exchange.ts";
import { serveForTest } from "../../../support/serve-for-test.ts";

const clock = { now: () => performance.now() };

test("a request that was given up while it was connecting is never sent", async () => {
  const paths: (string | undefined)[] = [];
  const { url } = await serveForTest((request, response) => {
    paths.push(request.url);
    response.end("hello");
  });
  const connect = buildConnector({});
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  // One connection: what waits for it is sent in order, if at all.
  const pool = new Pool(url, {
    connections: 1,
    connect: (options, done) => void opened.then(() => connect(options, done)),
  });
  onTestFinished(async () => pool.destroy());
  const ask = async (path: string, limitMs: number) => {
    const asking = { method: "GET", url: new URL(path, url), headers: {}, body: null, until: clock.now() + limitMs };
    return exchange(pool, asking, clock);
  };
  const first = await ask("/first", 20);
  expect(first).toMatchObject({ status: 0, sent: null, error: "timeout" });
  open();
  expect(await ask("/second", 10_000)).toMatchObject({ status: 200, body: "hello" });
  expect(paths).toEqual(["/second"]);
});
