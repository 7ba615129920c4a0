// Edges of the platform docker on a real engine: callers of a name are slowed, and are told nothing.

import type { Container } from "dockerode";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { BareSite, Stack } from "../../src/core/platform.ts";
import type { Target } from "../../src/core/target.ts";
import { networkLatency } from "../../src/faults/network/network-latency.ts";
import { eventsOf } from "../../src/measure/windows/timeline-view.ts";
import { docker as platform } from "../../src/platforms/docker/platform.ts";
import { runWholeTrial } from "../builders/whole-trial.ts";
import { composedIn, echoContainers, runningIn } from "../support/container-targets.ts";
import { noEngine, nodeImage, openEngine, type TestEngine } from "../support/engine.ts";

const limit = (): AbortSignal => AbortSignal.timeout(120_000);
const how = { cacheDir: "/tmp", seed: 3, ablated: [], unhealed: false };
const journal = { intend: async () => 1, done: async () => undefined };

/** With a fault proxy of its own, and the edge to `vec`. */
async function startedWithEdges(target: Target): Promise<{ readonly stack: Stack; readonly at: BareSite }> {
  const secretsDir = await mkdtemp(join(tmpdir(), "edges-test-"));
  onTestFinished(() => rm(secretsDir, { recursive: true }));
  const proxies = { secretsDir, mark: {}, onLost: () => undefined, onHelper: async () => undefined };
  const stack = await platform.start(target, { ...how, proxies }, journal, limit());
  onTestFinished(async () => void (await stack.end()));
  return { stack, at: { service: "vec", replica: "vec", edgeFrom: "front", seed: 5, undoDir: secretsDir } };
}

const program = `require("node:dns").lookup("vec", { family: 4 }, (error, address) => error
  ? console.log(error.code)
  : fetch("http://vec:8080/", { signal: AbortSignal.timeout(2000) })
      .then(async (answer) => console.log([address, answer.status, await answer.text()].join(' ')), (why) => console.log(why.name)))`;

/** Where the name `vec` leads in that container, and what it is answered there. */
async function askFrom(caller: Container): Promise<string> {
  const asked = await caller.exec({ Cmd: ["node", "-e", program], Tty: true, AttachStdout: true });
  const stream = await asked.start({ Tty: true });
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString().trim();
}

describe.skipIf(noEngine !== undefined)("edges of the platform docker", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await openEngine();
    await engine.docker.createNetwork({ Name: "market_default" });
  });
  afterAll(async () => {
    await engine?.docker.getNetwork("market_default").remove();
    await engine?.[Symbol.asyncDispose]();
  });

  test("a whole trial of a slow edge is proved, felt by those who call the name, and taken back", async () => {
    const site = { service: "back", replica: "back-1", edgeFrom: "front" };
    const trial = await runWholeTrial({
      target: echoContainers(),
      fault: networkLatency,
      params: { latency: "300ms", jitter: "0ms" },
      site,
    });
    expect(trial.steps).toEqual(["aiming", "applying", "confirmed", "reverting", "reverted"]);
    expect(trial.left).toMatch(/^nothing is left/);
    const took = eventsOf(trial.record.timeline, "request").map(({ sent, done }) => (done ?? 0) - (sent ?? 0));
    expect(took.filter((ms) => ms >= 300).length).toBeGreaterThan(3);
  });

  test("callers of a taken name are slowed, find nobody while it is down, and have it back in the end", async () => {
    const container = engine.docker.getContainer(await composedIn(engine, "market", {}));
    const caller = await engine.docker.createContainer({
      Image: nodeImage,
      Cmd: ["sleep", "600"],
      HostConfig: { Init: true, NetworkMode: "market_default" },
    });
    onTestFinished(() => caller.remove({ force: true }));
    await caller.start();
    const addressNow = async (): Promise<string> =>
      (await container.inspect()).NetworkSettings.Networks["market_default"]?.IPAddress ?? "";
    const edges = [{ from: "front", to: "vec" }];
    const { stack, at } = await startedWithEdges({ ...runningIn("market"), edges });
    const { edge, process: program, replica } = stack.controls(at);
    expect(await askFrom(caller)).toMatch(/^10\.\S+ 200 ok$/);
    expect(await askFrom(caller)).not.toContain(`${await addressNow()} `);
    const toxic = { name: "slow", type: "latency", toxicity: 1, attributes: { latency: 60_000 } };
    await edge?.addToxic({ ...toxic, stream: "downstream" });
    expect(await askFrom(caller)).toContain("TimeoutError");
    await edge?.removeToxic("slow");
    await program?.signal((await program.find()) ?? "", "SIGKILL");
    await expect.poll(() => askFrom(caller), { timeout: 60_000 }).toMatch(/ENOTFOUND|EAI_AGAIN/);
    await replica?.ensureRunning(limit());
    await expect.poll(() => askFrom(caller), { timeout: 60_000 }).toMatch(/ 200 ok$/);
    expect(await stack.end()).toEqual([]);
    expect(await askFrom(caller)).toBe(`${await addressNow()} 200 ok`);
  });
});
