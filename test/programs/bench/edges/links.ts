// The primary paths between the gateway and the inference replicas of a stack, each through a proxy in this process
// that can take it down.

import { FaultProxy } from "../../../../src/proxy/proxy.ts";
import { lazyBody } from "../../../../src/proxy/routes.ts";
import { freePort } from "../../../support/free-port.ts";

const REPLICAS = ["INFERENCE_1", "INFERENCE_2"] as const;
const TOXIC = "outage";

export interface Links extends AsyncDisposable {
  /** What the stack is to be started with. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on nothing comes through; with `up`, ms, by turns of `down` and `up` ms. */
  goDown(turns?: { readonly down: number; readonly up: number }): void;
}

/** Both are up. */
export async function openLinks(): Promise<Links> {
  const proxies: FaultProxy[] = [];
  const env: Record<string, string> = {};
  for (const replica of REPLICAS) {
    const port = await freePort();
    const settings = { name: replica, listen: "127.0.0.1:0", upstream: `127.0.0.1:${port}` };
    const proxy = new FaultProxy(settings, { clock: { now: () => performance.now() }, seed: 1 });
    await proxy.start();
    proxies.push(proxy);
    env[`${replica}_PORT`] = String(port);
    env[`GATEWAY_TO_${replica}`] = proxy.listen;
  }
  return {
    env,
    goDown(turns) {
      const attributes = turns === undefined ? {} : { ...turns, since: Date.now() };
      const body = JSON.stringify({ name: TOXIC, type: TOXIC, stream: "upstream", attributes });
      for (const proxy of proxies) proxy.addToxic(lazyBody(body));
    },
    async [Symbol.asyncDispose]() {
      for (const proxy of proxies) await proxy.stop();
    },
  };
}
