// Ten thousand random API calls to our proxy and to a real Toxiproxy: the same status, headers and body from both, call
// by call; and whatever is sent, our process lives on and other proxies carry their bytes. Needs `npm run build`
// before.

import { serveSocketsForTest } from "../support/serve-for-test.ts";
import { Agent, request, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { allocatePorts, releasePorts } from "../../src/platforms/starting/free-ports.ts";
import { apiFuzzer, type ApiCall } from "../support/api-fuzz.ts";
import { noRealServer, startOurs, startReal } from "../support/toxiproxy.ts";

const seed = Number(process.env["FUZZ_SEED"] ?? 20_261_124);
const calls = Number(process.env["FUZZ_CALLS"] ?? 10_000);

interface TrialView {
  readonly status: number;
  readonly contentType: string;
  readonly nosniff: boolean;
  readonly requestId: boolean;
  readonly location: string;
  readonly body: unknown;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function send(url: string, { method, path, userAgent, body }: ApiCall): Promise<TrialView> {
  const { hostname, port } = new URL(url);
  const headers = { "user-agent": userAgent, ...(body === "" ? {} : { "content-length": Buffer.byteLength(body) }) };
  const sending = request({ hostname, port, method, path, headers, agent });
  sending.end(body);
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response) text += String(chunk);
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers["content-type"] ?? "",
    nosniff: response.headers["x-content-type-options"] === "nosniff",
    requestId: response.headers["x-toxiproxy-request-id"] !== undefined,
    location: response.headers.location ?? "",
    body: comparable(text),
  };
}

/** Go's own words after the colon are free, and so is the version. */
function comparable(text: string): unknown {
  if (!text.startsWith("{") && !text.startsWith("[")) return text;
  if (text.startsWith('{"version"')) return "a version";
  const error = /^\{"error":"(?<words>(?:bad request body|listen tcp|address|lookup)\b)[^"\\]*(?:\\.[^"\\]*)*"/;
  const match = error.exec(text);
  return match === null ? text : text.replace(match[0], `{"error":"${match.groups?.["words"]}"`);
}

/** A server that echoes, for the length of the test; `host:port`. */
async function echo(): Promise<string> {
  return (await serveSocketsForTest((socket) => socket.pipe(socket))).address;
}

async function freeAddresses(): Promise<readonly string[]> {
  const ports = await allocatePorts(6, seed, `fuzz ${process.pid}`);
  onTestFinished(() => releasePorts(ports));
  return ports.map((port) => `127.0.0.1:${port}`);
}

/** A reset that fails half-way has done its work in the random order of a Go map: no more to compare there. */
async function empty(url: string): Promise<void> {
  const proxies = (await (await fetch(`${url}/proxies`)).json()) as object;
  const ours = Object.keys(proxies).filter((name) => name !== "bystander");
  for (const name of ours) await fetch(`${url}/proxies/${encodeURIComponent(name)}`, { method: "DELETE" });
}

/** What a server answers to every call of the seed, with its own addresses written the same way for all servers. */
async function* answers(url: string, free: readonly string[]): AsyncGenerator<{ call: ApiCall; seen: TrialView }> {
  const taken = new URL(url).host;
  const next = apiFuzzer(seededRandom(seed, "calls"), { free, taken });
  for (let i = 0; i < calls; i += 1) {
    const call = next();
    const seen = await send(url, call);
    if (call.path === "/reset" && seen.status === 500) await empty(url);
    let text = JSON.stringify({ call, seen });
    for (const [index, address] of free.entries()) text = text.replaceAll(address, `free-${index}`);
    // Without an address Toxiproxy listens everywhere and we on loopback, each on a port of its own.
    text = text.replaceAll(taken, "taken").replaceAll(/(?:\[::\]|127\.0\.0\.1):\d+/g, "anywhere");
    yield JSON.parse(text) as { call: ApiCall; seen: TrialView };
  }
}

describe("ten thousand random API calls", () => {
  it(
    "never end the process, disturb another proxy, or get an answer of another shape",
    { timeout: 300_000 },
    async () => {
      await using ours = await startOurs();
      const bystander = { name: "bystander", listen: "127.0.0.1:0", upstream: await echo() };
      const made = await fetch(`${ours.url}/proxies`, { method: "POST", body: JSON.stringify(bystander) });
      const { listen } = (await made.json()) as { listen: string };
      const socket = connect(Number(listen.split(":")[1]), "127.0.0.1").setNoDelay(true);
      onTestFinished(() => void socket.destroy());
      const statuses = new Map<number, number>();
      // A reset is the one call that may touch it, and leaves its connections alone.
      for await (const { seen } of answers(ours.url, await freeAddresses())) {
        statuses.set(seen.status, (statuses.get(seen.status) ?? 0) + 1);
        socket.write("x");
        await once(socket, "data");
      }
      const allowed = new Set([200, 201, 204, 301, 400, 403, 404, 405, 409, 500]);
      expect([...statuses.keys()].filter((status) => !allowed.has(status))).toEqual([]);
      for (const status of [200, 201, 204, 400, 404, 405, 409, 500]) expect(statuses.get(status)).toBeGreaterThan(10);
    },
  );

  it.skipIf(noRealServer !== undefined)(
    "get the same answers from a real Toxiproxy",
    { timeout: 300_000 },
    async () => {
      await using ours = await startOurs();
      await using real = await startReal();
      const theirs = answers(real.url, await freeAddresses());
      let number = 0;
      for await (const mine of answers(ours.url, await freeAddresses())) {
        number += 1;
        const { value } = (await theirs.next()) as { value: { seen: TrialView } };
        expect({ ...mine, number }).toEqual({ call: mine.call, seen: value.seen, number });
      }
      expect(number).toBe(calls);
    },
  );
});
