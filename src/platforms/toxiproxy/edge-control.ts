// The control that network faults use: toxics on one edge, spoken through toxiproxy-node-client, and a look at the
// edge by a path of its own (an HTTP request through it, timed by us).

import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { performance } from "node:perf_hooks";
import { Toxiproxy } from "toxiproxy-node-client";
import type { ICreateToxicBody, Proxy, ToxicType } from "toxiproxy-node-client";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { EdgeControl, ToxicSpec } from "../../core/controls.ts";
import type { Ms } from "../../core/units.ts";
import { isProxyGone } from "./presence.ts";

type Attributes = ToxicSpec["attributes"];
type Listed = Pick<ICreateToxicBody<Attributes>, "name" | "type" | "stream">;

/**
 * Controls the proxy of that name. Every call but `toxicNames` rejects with an environment error when the proxy process
 * or the proxy is not there: whether that means "nothing left to undo" is for the caller to say.
 */
export function edgeControl(apiUrl: string, proxyName: string, healthPath: string): EdgeControl {
  const client = new Toxiproxy(apiUrl);

  // The client's errors have no status and their text is no interface; they go into the hint.
  async function call<T>(what: string, run: (proxy: Proxy) => Promise<T>): Promise<T> {
    try {
      return await run(await client.get(proxyName));
    } catch (error) {
      const hint = messageOf(error);
      throw new HarnessError("environment", `fault proxy ${proxyName}: could not ${what}`, { hint });
    }
  }

  const list = async (proxy: Proxy): Promise<readonly Listed[]> =>
    (await client.getApi().get<readonly Listed[]>(`${proxy.getPath()}/toxics`)).data;

  return {
    addToxic: async ({ name, type, stream, toxicity, attributes }) =>
      call(`add the toxic ${name}`, async (proxy) => {
        const body = { name, type: type as ToxicType, stream, toxicity, attributes };
        const before = (await list(proxy)).find((toxic) => toxic.name === name);
        if (before !== undefined && before.type === type && before.stream === stream) {
          await (await proxy.getToxic<Attributes>(name)).update(body);
          return;
        }
        if (before !== undefined) await (await proxy.getToxic(name)).remove();
        await proxy.addToxic(body);
      }),
    removeToxic: async (name) =>
      call(`remove the toxic ${name}`, async (proxy) => {
        if (!(await list(proxy)).some((toxic) => toxic.name === name)) return false;
        await (await proxy.getToxic(name)).remove();
        return true;
      }),
    async toxicNames() {
      try {
        return await call("list its toxics", async (proxy) => (await list(proxy)).map((toxic) => toxic.name));
      } catch (thrown) {
        if (await isProxyGone(apiUrl, proxyName)) return undefined;
        throw thrown;
      }
    },
    roundTripMs: async (signal) =>
      call("make a round trip", async (proxy) => timeGet(`http://${proxy.listen}${healthPath}`, signal)),
  };
}

/** ms from opening a fresh connection to the last byte of the answer, whatever its status. */
async function timeGet(url: string, signal: AbortSignal): Promise<Ms> {
  const from = performance.now();
  const sending = request(url, { agent: false, signal });
  sending.end();
  const [response] = (await once(sending, "response", { signal })) as [IncomingMessage];
  response.resume();
  await once(response, "end", { signal });
  return performance.now() - from;
}
