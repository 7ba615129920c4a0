// A chain of toxics may be as long as the API allows, which is: of any length.

import { expect, it } from "vitest";
import { body, dial, proxied, readToEnd, seededBytes, serve } from "../../support/sockets.ts";

it("five thousand toxics in a row change no byte and do not end the process", { timeout: 60_000 }, async () => {
  const { listen, proxy } = await proxied(await serve((socket) => socket.pipe(socket)));
  const types = ["noop", "latency", "slow_close", "loss", "delay_first_byte"];
  for (let i = 0; i < 5_000; i += 1) {
    proxy.addToxic(
      body({ name: `${i}`, type: types[i % types.length], stream: i % 2 === 0 ? "upstream" : "downstream" }),
    );
  }
  const client = await dial(listen);
  const sent = seededBytes(20_000, 1);
  client.end(sent);
  expect((await readToEnd(client)).equals(sent)).toBe(true);
  const { upstream, downstream } = proxy.effects()[0]?.streams ?? {};
  expect([upstream?.toxics.at(-1)?.bytesOut, downstream?.toxics.at(-1)?.bytesOut]).toEqual([20_000, 20_000]);
});
