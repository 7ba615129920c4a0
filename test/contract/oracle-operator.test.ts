// The operator's door of the target that knows the truth: a start that nobody may ask for would make another truth.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { allocatePorts, releasePorts } from "../../src/platforms/starting/free-ports.ts";
import { projectRoot } from "../support/rebound-process.ts";

it("starts a trigger by the operator's token, and for nobody else", async () => {
  const ports = await allocatePorts(3, process.pid, "the oracle's operator");
  onTestFinished(() => releasePorts(ports));
  const [main, one, two] = ports.map(String);
  const env = { ORACLE_PORT: main, ORACLE_TRIGGER_1_PORT: one, ORACLE_TRIGGER_2_PORT: two };
  const command = [join(projectRoot, "dist/targets/oracle/main.js")];
  const child = spawn(process.execPath, command, {
    env: { PATH: process.env["PATH"], ...env, ORACLE_OPERATOR_TOKEN: "a-token-of-this-test" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const base = `http://127.0.0.1:${main}`;
  const ask = async (authorization?: string): Promise<Response> =>
    fetch(`${base}/replicas/trigger-1/start`, {
      method: "POST",
      headers: authorization === undefined ? {} : { authorization },
    });
  await expect.poll(async () => (await fetch(`${base}/ready`).catch(() => undefined))?.status).toBe(200);
  for (const wrong of [undefined, "Bearer", "Bearer x", "Bearer a-token-of-this-testx", "Basic a-token-of-this-test"]) {
    expect((await ask(wrong)).status).toBe(401);
  }
  const answer = await ask("Bearer a-token-of-this-test");
  expect([answer.status, await answer.json()]).toMatchObject([200, { started: false }]);
});
