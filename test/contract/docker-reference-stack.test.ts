// The reference stack in containers (docker/compose.yaml), its image built without a registry: its healer replaces a
// container that is killed, and does not where that pathway is ablated; faults of files act; nothing is left.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { buildStack } from "../../docker/build.mjs";
import type { Fault } from "../../src/core/fault.ts";
import type { Site } from "../../src/core/controls.ts";
import type { Stack } from "../../src/core/platform.ts";
import type { Target } from "../../src/core/target.ts";
import { processKill } from "../../src/faults/process/process-kill.ts";
import { indexCorruption } from "../../src/faults/vector/index-corruption.ts";
import { platformNamed } from "../../src/platforms/index.ts";
import { cacheDirOf } from "../../src/run/choose.ts";
import { onPlatform } from "../../src/run/overrides.ts";
import { loadTarget } from "../../src/run/select.ts";
import { noEngine, openEngine, type TestEngine } from "../support/engine.ts";
import { projectRoot } from "../support/rebound-process.ts";

const platform = platformNamed("docker");
const limit = (): AbortSignal => AbortSignal.timeout(170_000);
const patient = { timeout: 60_000, interval: 200 };
const freshProcess = join(projectRoot, "test/support/revert-in-fresh-process.mjs");

describe.skipIf(noEngine !== undefined)("the reference stack in containers", () => {
  let engine: TestEngine;
  let target: Target;
  beforeAll(async () => {
    engine = await openEngine();
    await buildStack(engine.docker);
    const own = onPlatform(await loadTarget("reference-ai-stack"), platform.name);
    // Beside other tests it has to wait for processors.
    target = { ...own, start: { ...own.start, timeoutMs: 150_000 } };
    // The image takes 15 s on a quiet machine, and minutes on a busy one.
  }, 600_000);
  afterAll(() => engine?.[Symbol.asyncDispose]());

  /** `left`: ends it, and names what is still there. */
  async function started(...ablated: string[]): Promise<{ stack: Stack; left: () => Promise<readonly string[]> }> {
    const journal = { intend: async () => 1, done: async () => undefined };
    const machine = platform.watch();
    const before = (await machine.look()).ports.map(({ port }) => port);
    const how = { cacheDir: cacheDirOf(target), seed: 3, ablated, unhealed: false, machine };
    const stack = await platform.start(target, how, journal, limit());
    onTestFinished(async () => void (await stack.end()));
    return {
      stack,
      async left() {
        const still = await stack.end();
        const { processes, folders, ports } = await machine.look();
        const held = ports.filter(({ port }) => !before.includes(port));
        return [...still, ...processes.map(({ what }) => what), ...folders, ...held.map(({ port }) => String(port))];
      },
    };
  }

  const instanceOf = async (stack: Stack, replica: string): Promise<string | null | undefined> =>
    (await stack.inventory(limit())).replicas.find((one) => one.replica === replica)?.instance;

  async function siteOf(stack: Stack, service: string): Promise<Site> {
    const undoDir = await mkdtemp(join(tmpdir(), "rebound-undo-"));
    onTestFinished(() => rm(undoDir, { recursive: true }));
    const bare = { service, replica: `${service}-1`, seed: 5, undoDir };
    return { ...bare, controls: stack.controls(bare) };
  }

  /** Resolves once the healer claims it; asked for before it does. */
  async function claimed(stack: Stack, type: string): Promise<void> {
    const { body } = await fetch(stack.fill(target.feedUrl ?? ""), { signal: limit() });
    let all = "";
    for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      all += part;
      if (all.includes(`${type}"`)) return;
    }
    throw new Error(`the feed ended without ${type}: ${all}`);
  }

  async function revertInFreshProcess(
    stack: Stack,
    { name: fault }: Fault,
    site: Site,
    undo: unknown,
  ): Promise<unknown> {
    const { controls: _controls, seed, undoDir, ...at } = site;
    const child = spawn(process.execPath, [freshProcess], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(JSON.stringify({ fault, site: at, seed, undoDir, undo, handle: stack.handle }));
    const [said] = await Promise.all([child.stdout.toArray(), once(child, "exit")]);
    return JSON.parse(said.join(""));
  }

  test("has a container that was killed replaced by its own healer, and leaves nothing", async () => {
    const { stack, left } = await started();
    const { process: control } = (await siteOf(stack, "inference")).controls;
    const first = (await control?.find()) ?? "";
    expect(first).toMatch(/^container [0-9a-f]{12}\//);
    // Before it has seen the whole stack well nobody is sick for the healer.
    const health = async (): Promise<unknown> =>
      (await fetch(stack.fill("http://127.0.0.1:{port:healer}/health"), { signal: limit() })).json();
    await expect.poll(health, patient).toMatchObject({ armed: true });
    await control?.signal(first, "SIGKILL");
    await expect.poll(() => stack.isRunning(first), patient).toBe(false);
    await expect.poll(async () => (await instanceOf(stack, "inference-1")) ?? first, patient).not.toBe(first);
    await expect.poll(async () => stack.isLiving((await control?.find()) ?? first), patient).toBe(true);
    expect(await left()).toEqual([]);
  });

  test("has it replaced by nobody where that is ablated, and by a fresh process that takes the fault back", async () => {
    const { stack, left } = await started("restart-replica", "restore-index");
    const rows: Fault = indexCorruption;
    const vector = await siteOf(stack, "vector");
    const params = rows.parse({ share: 0.3, mode: "zero" });
    const bytes = await rows.prepare(params, vector);
    expect(await rows.apply(params, bytes, vector, limit())).toMatchObject({ confirmed: true });
    expect(await rows.revert(bytes, vector, limit())).toMatchObject({ confirmed: true });

    const kill: Fault = processKill;
    const inference = await siteOf(stack, "inference");
    const undo = await kill.prepare(kill.parse({}), inference);
    const acted = claimed(stack, "action.finished");
    expect(await kill.apply(kill.parse({}), undo, inference, limit())).toMatchObject({ confirmed: true });
    await acted;
    expect(await instanceOf(stack, "inference-1")).toBeNull();
    expect(await revertInFreshProcess(stack, kill, inference, undo)).toMatchObject({ confirmed: true });
    expect(await instanceOf(stack, "inference-1")).toMatch(/^container /);
    expect(await left()).toEqual([]);
  });
});
