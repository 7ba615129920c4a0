import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { Toxiproxy } from "toxiproxy-node-client";
import type { Latency } from "toxiproxy-node-client";
import { describe, expect, it } from "vitest";
import { dial, proxyApi, readToEnd, roundTrip, serve, until } from "../../support/sockets.ts";

const token = "a-secret-of-some-length";
const slow = {
  name: "slow",
  type: "latency",
  stream: "downstream",
  toxicity: 1,
  attributes: { latency: 120, jitter: 0 },
} as const;

async function clientAndEcho() {
  const api = await proxyApi({ token });
  const upstream = await serve((socket) => socket.pipe(socket));
  return { api, upstream, client: new Toxiproxy(api.url) };
}

const post = async (url: string, body: unknown) => fetch(url, { method: "POST", body: JSON.stringify(body) });

describe("the proxy's API as toxiproxy-node-client uses it", () => {
  it("creates, lists, gets, disables, enables and removes a proxy", async () => {
    const { upstream, client } = await clientAndEcho();
    const proxy = await client.createProxy({ name: "edge", listen: "127.0.0.1:0", upstream });
    expect(proxy.listen).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    expect(Object.keys(await client.getAll())).toEqual(["edge"]);
    expect((await client.get("edge")).toJson()).toEqual(proxy.toJson());

    const socket = await dial(proxy.listen);
    await roundTrip(socket, Buffer.from("hello"));
    const ended = readToEnd(socket);
    const { listen } = proxy;
    const down = await proxy.update({ enabled: false, listen, upstream });
    expect(down.enabled).toBe(false);
    await ended;
    await expect(dial(listen)).rejects.toThrow(/ECONNREFUSED/);

    const up = await proxy.update({ enabled: true, listen, upstream });
    expect(up).toMatchObject({ enabled: true, listen });
    await roundTrip(await dial(listen), Buffer.from("hello again"));
    await proxy.remove();
    expect(await client.getAll()).toEqual({});
    await expect(dial(listen)).rejects.toThrow(/ECONNREFUSED/);
  });

  it("adds, gets, updates and removes a toxic, and what it says is what takes effect", async () => {
    const { upstream, client } = await clientAndEcho();
    const proxy = await client.createProxy({ name: "edge", listen: "127.0.0.1:0", upstream });
    const socket = await dial(proxy.listen);
    const toxic = await proxy.addToxic<Latency>(slow);
    expect(toxic.toJson()).toEqual(slow);
    expect((await proxy.getToxic<Latency>("slow")).toJson()).toEqual(slow);
    expect(await roundTrip(socket, Buffer.from("x"))).toBeGreaterThanOrEqual(120);
    const updated = await toxic.update({ ...slow, attributes: { latency: 240, jitter: 0 } });
    expect(updated.attributes).toEqual({ latency: 240, jitter: 0 });
    expect(await roundTrip(socket, Buffer.from("x"))).toBeGreaterThanOrEqual(240);
    await toxic.remove();
    await expect(proxy.getToxic("slow")).rejects.toThrow(/404/);
  });

  it("populates many at once and resets them all", async () => {
    const { api, upstream, client } = await clientAndEcho();
    const proxies = await client.populate([
      { name: "a", listen: "127.0.0.1:0", upstream },
      { name: "b", listen: "127.0.0.1:0", upstream, enabled: false },
    ]);
    expect(Object.values(proxies).map(({ name, enabled }) => ({ name, enabled }))).toEqual([
      { name: "a", enabled: true },
      { name: "b", enabled: false },
    ]);
    await proxies["a"]?.addToxic(slow);
    const [a] = await client
      .populate([{ name: "a", listen: proxies["a"]?.listen ?? "", upstream }])
      .then(Object.values);
    expect(a).toMatchObject({ listen: proxies["a"]?.listen });
    expect(api.proxies.get("a").toxics).toHaveLength(1);
    await client.reset();
    expect(Object.values(JSON.parse(api.proxies.json()))).toMatchObject([
      { name: "a", enabled: true, toxics: [] },
      { name: "b", enabled: true, toxics: [] },
    ]);
    expect(await client.getVersion()).toContain("2.12");
  });

  it("answers mistakes with Toxiproxy's status and a reason", async () => {
    const { api, upstream, client } = await clientAndEcho();
    const edge = await client.createProxy({ name: "edge", listen: "127.0.0.1:0", upstream });
    await edge.addToxic(slow);
    const statusAndError = async (path: string, body: unknown) => {
      const response = await post(api.url + path, body);
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    expect(await statusAndError("/proxies", { name: "edge", upstream })).toEqual([409, "proxy already exists"]);
    expect(await statusAndError("/proxies", { upstream })).toEqual([400, "missing required field: name"]);
    expect(await statusAndError("/proxies", { name: "x" })).toEqual([400, "missing required field: upstream"]);
    expect(await statusAndError("/proxies/none", {})).toEqual([404, "proxy not found"]);
    expect(await statusAndError("/proxies/edge/toxics", slow)).toEqual([409, "toxic already exists"]);
    expect(await statusAndError("/proxies/edge/toxics", { type: "fog" })).toEqual([400, "invalid toxic type"]);
    expect((await statusAndError("/proxies/edge/toxics", { ...slow, stream: "sideways" }))[0]).toBe(400);
    const upstreamError = { type: "http_error", stream: "upstream" };
    expect(await statusAndError("/proxies/edge/toxics", upstreamError)).toEqual([
      400,
      "stream was invalid, http_error can only be downstream",
    ]);
    const wrong = { ...slow, name: "wrong", attributes: { latency: "much" } };
    expect((await statusAndError("/proxies/edge/toxics", wrong))[1]).toContain("attributes.latency");
    expect((await statusAndError("/proxies/edge/toxics/none", {}))[1]).toBe("toxic not found");
    expect((await statusAndError("/proxies", { name: "x", upstream, listen: edge.listen }))[0]).toBe(500);
    expect((await fetch(`${api.url}/nowhere`)).status).toBe(404);
  });

  it("reads heads as Go's server does: long names, whole addresses, and a query that stays", async () => {
    const api = await proxyApi();
    const { hostname, port } = new URL(api.url);
    const name = "n".repeat(40_000);
    expect((await post(`${api.url}/proxies`, { name, upstream: "127.0.0.1:1", enabled: false })).status).toBe(201);
    const ask = async (path: string): Promise<IncomingMessage> => {
      const [answer] = (await once(request({ hostname, port, path }).end(), "response")) as [IncomingMessage];
      return answer.resume();
    };
    expect(await ask(`/proxies/${name}`)).toMatchObject({ statusCode: 200 });
    expect(await ask("http://elsewhere/proxies")).toMatchObject({ statusCode: 200 });
    expect(await ask("//proxies?a=1")).toMatchObject({ statusCode: 301, headers: { location: "/proxies?a=1" } });
  });

  it("listens on loopback only", async () => {
    const { upstream, client } = await clientAndEcho();
    for (const listen of ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"]) {
      await expect(client.createProxy({ name: "edge", listen, upstream })).rejects.toThrow(/500/);
    }
    const { listen } = await client.createProxy({ name: "edge", listen: ":0", upstream });
    expect(listen).toMatch(/^127\.0\.0\.1:/);
  });

  it("is not there for who does not know the secret, nor for a browser", async () => {
    const { api, upstream } = await clientAndEcho();
    const { origin } = new URL(api.url);
    for (const path of [
      "/proxies",
      "/version",
      "/",
      `/${token}x/proxies`,
      `/${token.slice(1)}/proxies`,
      `/${"x".repeat(token.length)}/proxies`,
    ]) {
      expect((await fetch(origin + path)).status).toBe(404);
    }
    expect((await post(`${origin}/proxies`, { name: "edge", upstream })).status).toBe(404);
    expect(api.proxies.all()).toEqual([]);
    const browser = { "user-agent": "Mozilla/5.0" };
    expect((await fetch(`${api.url}/proxies`, { headers: browser })).status).toBe(403);
  });

  it.each<[true | undefined, string, number]>([
    [undefined, "elsewhere.example", 403],
    [undefined, "127.0.0.1.elsewhere.example:8474", 403],
    [undefined, "localhost:8474", 200],
    [undefined, "[::1]:8474", 200],
    [undefined, "127.0.0.1", 200],
    // Reached by whatever name, where that was wanted.
    [true, "proxy.example:8474", 200],
  ])(
    "for anybody: %s, asked for as %s, answers %i, and does nothing for who is refused",
    async (anywhere, host, status) => {
      const api = await proxyApi(anywhere && { anywhere });
      const { hostname, port } = new URL(api.url);
      await post(`${api.url}/proxies`, { name: "edge", upstream: "127.0.0.1:1", enabled: false });
      const ask = async (method: string, path: string): Promise<number | undefined> => {
        const asking = request({ hostname, port, path, method, headers: { host } }).end();
        const [answer] = (await once(asking, "response")) as [IncomingMessage];
        return answer.resume().statusCode;
      };
      expect(await ask("GET", "/proxies")).toBe(status);
      const isRefused = status === 403;
      expect(await ask("DELETE", "/proxies/edge")).toBe(isRefused ? 403 : 204);
      expect(api.proxies.all()).toHaveLength(isRefused ? 1 : 0);
    },
  );

  it("forgets connections that are over", async () => {
    const { api, upstream, client } = await clientAndEcho();
    const { listen } = await client.createProxy({ name: "edge", listen: "127.0.0.1:0", upstream });
    const socket = await dial(listen);
    await until(() => api.proxies.get("edge").connectionCount() === 1);
    socket.end();
    await until(() => api.proxies.get("edge").connectionCount() === 0);
  });

  it("tells what the toxics did to every connection", async () => {
    const { api, upstream, client } = await clientAndEcho();
    const proxy = await client.createProxy({ name: "edge", listen: "127.0.0.1:0", upstream });
    await proxy.addToxic<Latency>({ ...slow, attributes: { latency: 30, jitter: 0 } });
    const effects = async () => (await fetch(`${api.url}/proxies/edge/effects`)).json();
    expect(await effects()).toEqual([]);
    const socket = await dial(proxy.listen);
    await roundTrip(socket, Buffer.from("hello"));
    expect(await effects()).toMatchObject([
      {
        connection: 1,
        open: true,
        streams: {
          upstream: { bytesIn: 5, bytesOut: 5, toxics: [] },
          downstream: { bytesIn: 5, bytesOut: 5, toxics: [{ toxic: "slow", struck: true, bytesIn: 5, bytesOut: 5 }] },
        },
      },
    ]);
    expect((await fetch(`${api.url}/proxies/none/effects`)).status).toBe(404);
  });

  it("counts bytes for Prometheus under Toxiproxy's names", async () => {
    const { api, upstream, client } = await clientAndEcho();
    const proxy = await client.createProxy({ name: "edge", listen: "127.0.0.1:0", upstream });
    await roundTrip(await dial(proxy.listen), Buffer.from("hello"));
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    const labels = `proxy="edge",listener="${proxy.listen}",upstream="${upstream}"`;
    for (const direction of ["upstream", "downstream"]) {
      expect(metrics).toContain(`toxiproxy_proxy_received_bytes_total{direction="${direction}",${labels}} 5\n`);
      expect(metrics).toContain(`toxiproxy_proxy_sent_bytes_total{direction="${direction}",${labels}} 5\n`);
    }
  });
});
