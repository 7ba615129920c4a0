// The fault proxy as a process of its own, driven as the harness drives it. Needs `npm run build` before.

import { serveForTest } from "../support/serve-for-test.ts";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fork } from "node:child_process";
import { describe, expect, it } from "vitest";
import { edgeControl } from "../../src/platforms/toxiproxy/edge-control.ts";
import { startProxyProcess } from "../../src/platforms/toxiproxy/proxy-process.ts";
import { HarnessError } from "../../src/core/errors.ts";

const toxic = {
  name: "slow",
  type: "latency",
  stream: "downstream",
  toxicity: 1,
  attributes: { latency: 400, jitter: 0 },
} as const;

async function healthServer(): Promise<string> {
  return (await serveForTest((_request, response) => response.end("well"))).address;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`process ${pid} is still there`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("the proxy process", () => {
  it("slows an edge by the toxic's amount and frees it again; adding twice is replacing, removing twice is harmless", async () => {
    await using proxy = await startProxyProcess({ seed: 1 });
    await proxy.addEdge("gateway→inference-1", await healthServer());
    const edge = edgeControl(proxy.apiUrl, "gateway→inference-1", "/health");
    const { signal } = new AbortController();

    const before = await edge.roundTripMs(signal);
    await edge.addToxic(toxic);
    expect(await edge.roundTripMs(signal)).toBeGreaterThanOrEqual(400);
    await edge.addToxic({ ...toxic, attributes: { latency: 700, jitter: 0 } });
    expect(await edge.roundTripMs(signal)).toBeGreaterThanOrEqual(700);
    await edge.addToxic({ ...toxic, stream: "upstream" });
    expect(await edge.toxicNames()).toEqual(["slow"]);
    expect(await edge.removeToxic("slow")).toBe(true);
    expect(await edge.removeToxic("slow")).toBe(false);
    expect(await edge.toxicNames()).toEqual([]);
    expect(before).toBeGreaterThan(0);
  });

  it("that is gone makes every control fail as an environment error, and is reported lost", async () => {
    let tell: (reason: string) => void = () => undefined;
    const lost = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const proxy = await startProxyProcess({ seed: 1, onLost: tell });
    await proxy.addEdge("edge", await healthServer());
    const edge = edgeControl(proxy.apiUrl, "edge", "/health");
    process.kill(proxy.helper.pid, "SIGKILL");
    expect(await lost).toContain("SIGKILL");
    const failure = await edge.removeToxic("slow").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HarnessError);
    expect(failure).toMatchObject({ code: "environment" });
    expect(JSON.stringify(failure)).not.toContain(new URL(proxy.apiUrl).pathname.slice(1));
    await proxy.stop();
  });

  it("keeps its secret out of its environment and its command line", async () => {
    await using proxy = await startProxyProcess({ seed: 1 });
    const token = new URL(proxy.apiUrl).pathname.slice(1);
    expect(token.length).toBeGreaterThan(20);
    const seen = await Promise.all(
      ["environ", "cmdline"].map(async (file) => readFile(`/proc/${proxy.helper.pid}/${file}`, "utf8")),
    );
    expect(seen.join("")).not.toContain(token);
  });

  it("ends when it is stopped, and when its parent is killed", async () => {
    const proxy = await startProxyProcess({ seed: 1 });
    await proxy.stop();
    await proxy.stop();
    expect(isAlive(proxy.helper.pid)).toBe(false);

    const parent = fork(new URL("orphan-maker.js", import.meta.url), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const [pids] = (await once(parent, "message")) as [readonly number[]];
    expect(pids.every(isAlive)).toBe(true);
    parent.kill("SIGKILL");
    await Promise.all(pids.map(untilGone));
  });
});
