// The healer's second engine, on a real Restate server that misbehaves: killed in the middle of a case, and not there
// when the healer starts.
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createRestateEngine } from "../../targets/reference-ai-stack/healer/durable/restate/restate-engine.ts";
import type { RestateServer } from "../../targets/reference-ai-stack/healer/durable/restate/server-door.ts";
import type { Clock, Target } from "../../targets/reference-ai-stack/healer/nouns.ts";
import { noRestate, startRestate } from "../support/restate-server.ts";
import { freePort } from "../support/free-port.ts";
import { serveForTest } from "../support/serve-for-test.ts";

const clock: Clock = {
  now: () => performance.now(),
  wallTime: () => new Date().toISOString(),
  sleep: (ms) => sleep(ms),
};
const vector: Target = { scope: "replica", service: "vector", replica: "vector-1" };

async function engineOn(server: RestateServer, realm: string, port?: number) {
  const troubles: (string | null)[] = [];
  const engine = createRestateEngine<string>({
    server,
    port: port ?? (await freePort()),
    realm,
    clock,
    kept: 3,
    onTrouble: (says) => void troubles.push(says),
    onWarning: () => undefined,
  });
  return { engine, troubles };
}

it.skipIf(noRestate !== undefined)("goes on with a case when the server is killed in the middle of it", async () => {
  await using server = await startRestate();
  const { engine } = await engineOn(server, "killed");
  const done: string[] = [];
  await engine.serve(async (flow) => {
    await flow.step("first", "first", async () => void done.push("first"));
    await flow.step("second", "second", async () => {
      if (!done.includes("killed")) {
        done.push("killed");
        await server.killAndRestart();
      }
      done.push("second");
      return null;
    });
    await flow.sleep("rest", 50);
    return flow.step("third", "third", async () => "whole");
  });
  await engine.start("case", "");
  await engine.settled();
  expect(engine.flows()).toMatchObject([{ id: "case", outcome: "whole" }]);
  expect(done.filter((step) => step === "first")).toHaveLength(1);
  expect(engine.history("case").map(({ key }) => key)).toEqual(["first", "second", "rest", "third"]);
});

it.skipIf(noRestate !== undefined)(
  "waits for people and for leases, refuses a step that fails, and forgets what is old",
  async () => {
    await using server = await startRestate();
    const { engine } = await engineOn(server, "whole");
    await engine.serve(async (flow, input) => {
      if (input === "asks") {
        const { answer, by } = await flow.awaitApproval("question", 60_000);
        return `${answer} by ${by}`;
      }
      if (input === "expires") return (await flow.awaitApproval("question", 300)).answer;
      if (input === "fails") {
        const failing = flow.step("fails", "fails", () => Promise.reject(new Error("no way")));
        return failing.then(() => "done").catch((error: Error) => error.message);
      }
      const isMine = await flow.lockTarget("lock", { targets: [vector], leaseMs: 700, waitMs: Number(input) });
      return String(isMine);
    });
    expect(await engine.answer("asks", { answer: "granted", by: "eve" })).toBe(false);
    const asking = engine.start("asks", "asks");
    await expect.poll(() => engine.answer("asks", { answer: "denied", by: "ada" })).toBe(true);
    await asking;
    await Promise.all([engine.start("expires", "expires"), engine.start("fails", "fails")]);
    const outcomes = (): Record<string, string | undefined> =>
      Object.fromEntries(engine.flows().map(({ id, outcome }) => [id, outcome]));
    expect(outcomes()).toEqual({ asks: "denied by ada", expires: "expired", fails: "no way" });
    await Promise.all([engine.start("takes", "3000"), engine.start("late", "3000")]);
    expect(outcomes()).toMatchObject({ takes: "true", late: "true" });
    expect(Object.keys(outcomes())).toHaveLength(3);
  },
);

it.skipIf(noRestate !== undefined)("says that it waits for a server, and begins when it is there", async () => {
  const dark = await startRestate();
  const { ingress, admin } = dark;
  await dark[Symbol.asyncDispose]();
  const { engine, troubles } = await engineOn({ ingress, admin }, "dark");
  void engine.serve(async () => "done");
  await expect.poll(() => troubles.length).toBe(1);
  expect(troubles[0]).toContain("the Restate server does not answer");
});

it.skipIf(noRestate !== undefined)(
  "runs no case that somebody else has put in at the ingress, and hides what only cases call",
  async () => {
    await using server = await startRestate();
    const { engine } = await engineOn(server, "open");
    const ran: string[] = [];
    await engine.serve(async (flow, input) => {
      ran.push(input);
      return flow.step("only", "only", async () => "done");
    });
    await engine.start("own", "own");
    const post = (path: string, body: unknown) =>
      fetch(`${server.ingress}/${path}`, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });
    const forged = { id: "forged", input: "forged", begun: clock.wallTime() };
    const answer = await post("healing-open/forged/run", forged);
    expect([answer.ok, await answer.text()]).toEqual([false, expect.stringContaining("no case forged was begun")]);
    const end = { id: "own", ended: clock.wallTime(), outcome: "forged", kept: 0 };
    expect((await post("healing-book-open/all/end", end)).ok).toBe(false);
    expect((await post("healing-leases-open/all/release", "own")).ok).toBe(false);
    expect(ran).toEqual(["own"]);
    expect(engine.flows()).toMatchObject([{ id: "own", outcome: "done" }]);
  },
);

it("says that its own port is taken, and rejects", async () => {
  const { port } = await serveForTest(() => undefined);
  const nobody = "http://127.0.0.1:1";
  const { engine, troubles } = await engineOn({ ingress: nobody, admin: nobody }, "taken", port);
  await expect(engine.serve(async () => "done")).rejects.toThrow("EADDRINUSE");
  expect(troubles.join()).toContain("EADDRINUSE");
});
