// The tests' own engine: it runs containers without a registry, and leaves nothing, however it ends.

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { enginesIn } from "../support/engine-folders.mjs";
import { noEngine, nodeImage, openEngine, sharedHost, startPrivate } from "../support/engine.ts";
import { findEngine } from "../support/find-engine.mjs";
import { projectRoot } from "../support/rebound-process.ts";

const run = promisify(execFile);
const program = join(projectRoot, "test/support/private-engine.mjs");
const leftovers = join(projectRoot, "test/support/leftovers.js");
/** No process has it: the kernel gives none above 4,194,304. */
const nobody = "4194305 1";

/** As an engine leaves it whose program died: `data` is a file, so that no engine ever starts there again. */
async function brokenFolder(owner?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rebound-engine-"));
  onTestFinished(async () => void (await run("rm", ["-rf", folder])));
  await writeFile(join(folder, "data"), "no folder");
  await writeFile(join(folder, "log"), "");
  if (owner !== undefined) await writeFile(join(folder, "owner"), owner);
  return folder;
}

function started(name: string, args: readonly string[], argv0 = name): ChildProcess {
  const child = spawn(name, args, { argv0, stdio: ["pipe", "ignore", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

describe.skipIf(noEngine !== undefined)("an engine of the tests", () => {
  test("runs node in a container of an image that no registry has", async () => {
    await using engine = await openEngine();
    const command = ["node", "-e", "process.exit(41)"];
    const container = await engine.docker.createContainer({ Image: nodeImage, Cmd: command });
    await container.start();
    expect(await container.wait()).toMatchObject({ StatusCode: 41 });
    await container.remove();
  });

  test("that was there is given back as it was, and one that does not answer is none", async () => {
    const there = await startPrivate();
    onTestFinished(() => there.end());
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv(sharedHost, undefined).stubEnv("DOCKER_HOST", there.host);
    const engine = await openEngine();
    expect(await engine.docker.listImages()).toHaveLength(1);
    await engine[Symbol.asyncDispose]();
    expect(await engine.docker.listImages()).toEqual([]);
    expect(process.env["DOCKER_HOST"]).toBe(there.host);
    expect(await findEngine({ DOCKER_HOST: there.host })).toBe(there.host);
    expect(await findEngine({ DOCKER_HOST: `${there.host}-gone` })).toBe(undefined);
    expect(await findEngine({ DOCKER_HOST: "tcp://127.0.0.1:1" })).toBe(undefined);
  });

  test("ends with its program when that is killed, and one of all that sweep clears its folder away", async () => {
    const engine = await startPrivate();
    const folder = dirname(new URL(engine.host).pathname);
    expect((await enginesIn(folder)).length).toBeGreaterThan(1);
    engine.program.kill("SIGKILL");
    await once(engine.program, "exit");
    await expect.poll(() => enginesIn(folder), { timeout: 60_000 }).toEqual([]);
    const sweeps = await Promise.all([1, 2, 3].map(() => run(process.execPath, [program, "sweep"])));
    expect(sweeps.filter(({ stdout }) => stdout.includes(folder))).toHaveLength(1);
    expect(await enginesIn(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(folder);
  });

  test("is ended as a leftover where it never starts again, and what only reads there goes on", async () => {
    const broken = await brokenFolder(nobody);
    const reused = await brokenFolder(`${process.pid} 1`);
    const unowned = await brokenFolder();
    await utimes(unowned, 0, 0);
    const beginning = await brokenFolder();
    const alike = started("/bin/sh", ["-c", "read line", join(broken, "docker.sock")], "dockerd");
    const reader = started("tail", ["-f", join(broken, "log")]);
    const ended = once(alike, "exit");
    const { stdout = "" } = await run(process.execPath, [leftovers]).catch((thrown: { stdout?: string }) => thrown);
    for (const folder of [broken, reused, unowned]) expect(stdout).toContain(`ended now: the engine in ${folder}`);
    expect([broken, reused, unowned, beginning].map((one) => existsSync(one))).toEqual([false, false, false, true]);
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(reader.exitCode ?? reader.signalCode).toBe(null);
  });

  test("leaves no folder when it does not come up", async () => {
    const temporary = await mkdtemp(join(tmpdir(), "no-engine-"));
    onTestFinished(async () => void (await run("rm", ["-rf", temporary])));
    // So long that no socket can have such a path.
    const deep = join(temporary, "a".repeat(100));
    await mkdir(deep);
    const refused = run(process.execPath, [program], { env: { ...process.env, TMPDIR: deep } });
    await expect(refused).rejects.toThrow("did not come up");
    expect((await run("ls", [deep])).stdout).toBe("");
  });
});
