// Where TOXIPROXY_URL names a server, faults go through it: a whole trial, and what is left when its harness is killed.

import { describe, expect, it } from "vitest";
import { makeSandbox, rebound, startRebound } from "../support/rebound-process.ts";
import { noRealServer, startOurs, startReal } from "../support/toxiproxy.ts";

const quickLatency = "test/fixtures/experiments/network/quick-latency.yaml";
const servers = [
  { name: "our proxy as a server", start: () => startOurs(), missing: undefined },
  { name: "a real Toxiproxy", start: startReal, missing: noRealServer },
];

type Listed = Record<string, { readonly toxics: readonly { readonly type: string }[] }>;

async function proxiesOf(url: string): Promise<Listed> {
  return (await (await fetch(`${url}/proxies`)).json()) as Listed;
}

describe.each(servers)("with TOXIPROXY_URL at $name", ({ start, missing }) => {
  it.skipIf(missing !== undefined)("a trial's fault is a toxic there, and nothing of it is left", async () => {
    await using server = await start();
    await fetch(`${server.url}/proxies`, {
      method: "POST",
      body: '{"name":"theirs","listen":"127.0.0.1:0","upstream":"127.0.0.1:9"}',
    });
    await using sandbox = await makeSandbox({ TOXIPROXY_URL: `${server.url}/` });
    const running = startRebound(["run", quickLatency, "--out", sandbox.out], sandbox);
    await running.says(" observe ");
    const during = Object.entries(await proxiesOf(server.url)).filter(([name]) => name !== "theirs");
    expect(during.map(([name]) => name.replace(/^[0-9a-f]{16}-/, "")).sort()).toEqual([
      "front-to-back-1",
      "front-to-back-2",
    ]);
    expect(during.flatMap(([, { toxics }]) => toxics.map((toxic) => toxic.type))).toEqual(["latency"]);
    // Never healed, since the echo stack has no healer; or not to be told, on a machine that was too busy to measure.
    expect([1, 2], running.text()).toContain((await running.exit).code);
    expect(Object.keys(await proxiesOf(server.url))).toEqual(["theirs"]);
  });

  it.skipIf(missing !== undefined)("`restore` removes the proxies of a killed harness, and no others", async () => {
    await using server = await start();
    await fetch(`${server.url}/proxies`, {
      method: "POST",
      body: '{"name":"theirs","listen":"127.0.0.1:0","upstream":"127.0.0.1:9"}',
    });
    await using sandbox = await makeSandbox({ TOXIPROXY_URL: server.url });
    const running = startRebound(["run", quickLatency, "--out", sandbox.out], sandbox);
    await running.says(" observe ");
    running.child.kill("SIGKILL");
    await running.exit;
    const { code, text } = await rebound(["restore"], sandbox);
    expect(code, text).toBe(0);
    expect(Object.keys(await proxiesOf(server.url))).toEqual(["theirs"]);
  });
});

describe("TOXIPROXY_URL", () => {
  it("that is not on this machine is refused before anything starts", async () => {
    for (const url of ["http://192.0.2.7:8474", "127.0.0.1:8474", "http://127.0.0.1@192.0.2.7:8474"]) {
      await using sandbox = await makeSandbox({ TOXIPROXY_URL: url });
      const { code, text } = await rebound(["run", quickLatency, "--out", sandbox.out], sandbox);
      expect(code, text).toBe(3);
      expect(text).toContain("TOXIPROXY_URL");
    }
  });

  it("where nothing answers is an environment that is not ready", async () => {
    await using sandbox = await makeSandbox({ TOXIPROXY_URL: "http://127.0.0.1:1" });
    const { code, text } = await rebound(["run", quickLatency, "--out", sandbox.out], sandbox);
    expect(code, text).toBe(4);
    expect(text).toContain("no Toxiproxy answers");
  });
});
