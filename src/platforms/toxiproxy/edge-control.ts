// The control that network faults use: toxics on one edge, spoken through toxiproxy-node-client, and a look at the
// edge by a path of its own (an HTTP request through it, timed by us).

import { Toxiproxy } from "toxiproxy-node-client";
import type { ICreateToxicBody, Proxy, ToxicType } from "toxiproxy-node-client";
import { z } from "zod";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { EdgeControl, RouteControl, StrikeControl, ToxicSpec } from "../../core/controls.ts";
import { answerShape } from "./answer-shape.ts";
import { isProxyGone } from "./presence.ts";
import { timeGet } from "./round-trip.ts";

const toxicsSchema = z.object({
  toxics: z.array(
    z.object({
      toxic: z.string(),
      requestsErrored: z.number(),
      responsesCut: z.number(),
      segmentsStalled: z.number(),
      requestsMisrouted: z.number().default(0),
    }),
  ),
});
/** The part of `GET /proxies/{name}/effects` that is read here. */
const effectsSchema = z.array(z.object({ streams: z.object({ upstream: toxicsSchema, downstream: toxicsSchema }) }));

/** All that a proxy offers on one edge. */
export type EdgeOfProxy = EdgeControl & StrikeControl & Pick<RouteControl, "through">;

type Attributes = ToxicSpec["attributes"];
type Listed = Pick<ICreateToxicBody<Attributes>, "name" | "type" | "stream">;

/**
 * Controls the proxy of that name. Every call but `toxicNames` rejects with an environment error when the proxy process
 * or the proxy is not there: whether that means "nothing left to undo" is for the caller to say.
 */
export function edgeControl(apiUrl: string, proxyName: string, healthPath: string): EdgeOfProxy {
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
    struck: async (toxic) =>
      call("count what a toxic did", async (proxy) => {
        const { data } = await client.getApi().get<unknown>(`${proxy.getPath()}/effects`);
        return strikesOf(effectsSchema.parse(data), toxic);
      }),
    roundTripMs: async (signal, padding) =>
      call("make a round trip", async (proxy) => timeGet(`http://${proxy.listen}${healthPath}`, signal, padding)),
    through: async (signal) =>
      call("ask through it", async (proxy) => answerShape(`http://${proxy.listen}${healthPath}`, signal)),
  };
}

/** Answers that toxics of that name have harmed. */
function strikesOf(connections: z.infer<typeof effectsSchema>, name: string): number {
  const effects = connections.flatMap(({ streams }) => [...streams.upstream.toxics, ...streams.downstream.toxics]);
  return effects
    .filter(({ toxic }) => toxic === name)
    .reduce(
      (sum, one) => sum + one.requestsErrored + one.responsesCut + one.segmentsStalled + one.requestsMisrouted,
      0,
    );
}
