// A stack's first process as a container: which one it is, on an engine that has them on paper, and what is refused.

import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import type { ComposeSpec } from "../../../../src/core/containers.ts";
import { openEngine } from "../../../../src/platforms/docker/engine.ts";
import { composeRunner } from "../../../../src/platforms/docker/hosted/run-compose.ts";
import { startTarget } from "../../../../src/platforms/processes/start-target.ts";
import { startPaperEngine } from "../../../builders/paper-engine.ts";
import { fixtureTarget } from "../../../support/fixture-target.ts";

const service = { name: "supervisor", image: "shop:1", scale: 1, environment: {}, labels: {}, ports: [], networks: [] };
const spec: ComposeSpec = {
  file: "/somewhere/compose.yaml",
  services: [
    { ...service, volumes: [], restart: { name: "no", retries: 0 }, dependsOn: [], init: false, onMachine: true },
  ],
  networks: [],
  volumes: [],
};

async function opened() {
  const paper = await startPaperEngine({ id: "nobody", shown: {} });
  const run = composeRunner(await openEngine(`unix://${paper.socket}`), spec, { project: "p", marker: "m" });
  const program = {
    target: fixtureTarget(),
    command: ["node"],
    isOwnCommand: true,
    told: {},
    folders: [],
    logFile: "",
  };
  return { paper, start: (more = {}) => run({ ...program, signal: AbortSignal.timeout(9_000), ...more }) };
}

test("the first process is that of the service, also once it has started others that come before it by name", async () => {
  const { paper, start } = await opened();
  paper.instead = (asked) => {
    const [, main] = /^POST \/containers\/(c\d+)\/start/.exec(asked) ?? [];
    const made = paper.containers.get(main ?? "");
    if (made === undefined) return undefined;
    // As a supervisor does: with its own labels, and the child's service.
    const Labels = { "com.docker.compose.project": "p", "com.docker.compose.service": "embedder" };
    paper.containers.set("c0", { ...made, name: "p-embedder-1.1", body: { Labels }, isRunning: true, waiting: [] });
    return undefined;
  };
  const program = await start();
  expect(program.pid).toBe(4001);
  paper.end("c0", 3);
  expect(await program.ended()).toBe(null);
  paper.end("c1", 7);
  expect(await program.ended()).toBe(7);
  paper.containers.delete("c1");
  expect(await program.ended()).toBe("removed");
});

test("one that is gone before it was looked at is said", async () => {
  const { paper, start } = await opened();
  paper.instead = (asked) => {
    if (asked.includes("/json")) paper.containers.delete("c1");
    return undefined;
  };
  await expect(start()).rejects.toThrow("the container of /somewhere/compose.yaml is gone already");
});

test("another command than the stack's own cannot be given to a container, and its own may have templates", async () => {
  const { paper, start } = await opened();
  await expect(start({ isOwnCommand: false })).rejects.toMatchObject({ code: "bad-input" });
  expect(paper.containers.size).toBe(0);

  const fixture = fixtureTarget();
  const command = ["node", "main.js", "--port", "{port:stack}"];
  const target = {
    ...fixture,
    start: { ...fixture.start, command },
    ablations: { "restart-it": { command: ["node", "other.js", "--port", "{port:stack}"] } },
  };
  const seen: unknown[] = [];
  const startedWith = async (...ablated: string[]): Promise<void> => {
    const how = { workDir: tmpdir(), cacheDir: tmpdir(), seed: 1, edges: () => undefined };
    const starting = startTarget(target, {
      ...how,
      ablated,
      instanceId: "i",
      signal: AbortSignal.timeout(9_000),
      async run({ command: [, file], isOwnCommand }) {
        seen.push([file, isOwnCommand]);
        throw new Error("enough");
      },
    });
    await expect(starting).rejects.toThrow("enough");
  };
  await startedWith();
  await startedWith("restart-it");
  expect(seen).toEqual([
    ["main.js", true],
    ["other.js", false],
  ]);
});
