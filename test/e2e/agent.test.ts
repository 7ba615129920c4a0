// A real run whose load is sent by `rebound agent`.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import {
  allGone,
  makeSandbox,
  markersIn,
  ourChildrenOf,
  processesOf,
  rebound,
  resultOf,
  startRebound,
  type Sandbox,
} from "../support/rebound-process.ts";

const intent = "test/fixtures/experiments/process/quick-kill.yaml";
const env = { REBOUND_AGENT_TOKEN: "a-token-of-the-tests-alone" };

/** An agent on this machine, and where it listens. */
async function standAgent(sandbox: Sandbox) {
  const agent = startRebound(["agent"], sandbox);
  onTestFinished(() => void agent.child.kill("SIGKILL"));
  await agent.says(/listens on \S+ /);
  return { agent, at: /listens on (\S+)/.exec(agent.text())?.[1] ?? "" };
}

it("a trial whose load an agent sends ends with it: our trouble, and nothing is left on either side", async () => {
  await using sandbox = await makeSandbox(env);
  const { agent, at } = await standAgent(sandbox);
  const running = startRebound(["run", intent, "--load-from", at, "--out", sandbox.out], sandbox);
  await running.says(" observe ");
  const loads = ourChildrenOf(agent.child.pid ?? 0);
  expect(loads).toHaveLength(1);
  agent.child.kill("SIGKILL");
  const { code } = await running.exit;
  expect(code, running.text()).toBe(2);
  const [trial] = resultOf(sandbox).intents.flatMap(({ trials }) => trials);
  // What was seen until then came from there, by a clock that was compared with ours.
  expect(trial?.facts.load.expected, running.text()).toBeGreaterThan(20);
  expect(trial?.facts.load.clockMs).toBeLessThan(500);
  expect(trial?.verdict.outcome).toBe("inconclusive");
  expect(trial?.verdict.findings.find(({ rule }) => rule === "not-aborted")?.says).toMatch(
    /our own tool broke \(load\): the connection to the agent at \S+, which sends the load, ended/,
  );
  // The instrument, and the trial, after the agent was asked what it may load.
  expect(agent.text().match(/session from \S+ begins/g)?.length).toBeGreaterThanOrEqual(3);
  expect(running.text() + agent.text()).not.toContain(env.REBOUND_AGENT_TOKEN);
  await allGone(loads, "the agent's load is gone with it");
  expect(processesOf(markersIn(sandbox.out))).toEqual([]);
});

it("an agent is refused before anything starts: no token, nobody there, no place", async () => {
  await using sandbox = await makeSandbox({ ...env, REBOUND_AGENT_TOKEN: "" });
  const run = (place: string, box: Sandbox) => rebound(["run", intent, "--load-from", place, "--out", box.out], box);
  expect(await run("127.0.0.1:1", sandbox)).toMatchObject({
    code: 3,
    text: expect.stringContaining("REBOUND_AGENT_TOKEN is not set") as string,
  });
  await using other = await makeSandbox(env);
  expect(await run("127.0.0.1:1", other)).toMatchObject({
    code: 4,
    text: expect.stringContaining("no agent answers at 127.0.0.1:1: connect ECONNREFUSED") as string,
  });
  expect((await run("nowhere", other)).code).toBe(3);
  expect(readdirSync(join(other.out, "..")).filter((name) => name === "reports")).toEqual([]);
});
