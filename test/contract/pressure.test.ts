// Who is busy is told apart on real processes: a stack's own, also one that left its parent, ours, and a stranger's.

import { processOf } from "../../src/platforms/processes/instance.ts";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PressureLook } from "../../src/records/pressure.ts";
import type { PressureEvent } from "../../src/records/timeline/environment.ts";
import { openPressureSampler } from "../../src/platforms/processes/pressure-sampler.ts";
import type { Unstamped } from "../../src/records/timeline/event.ts";

type Measured = Extract<PressureLook, { ok: true }>;

const marker = "pressure-test";
const folder = "/proc/nowhere";
/** Busy for at most ten seconds, whatever becomes of the test. */
const busy = "const until = Date.now() + 10000; while (Date.now() < until);";
/** Starts one that leaves it: it ends at once, and its child goes on in a session of its own. */
const leaver = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(busy)}], { detached: true, stdio: "ignore" }).unref();`;
/** Starts one, tells its pid and ends. */
const starterCode = `const one = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(busy)}], { detached: true, stdio: "ignore" }); one.unref(); console.log(one.pid);`;

function start(code: string, env: NodeJS.ProcessEnv, cwd = process.cwd()): ChildProcess & AsyncDisposable {
  const child = spawn(process.execPath, ["-e", code], {
    cwd,
    detached: true,
    stdio: "ignore",
    env: { ...process.env, ...env },
  });
  return Object.assign(child, {
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  });
}

/** One that is nobody's child: whoever started it told its pid and is gone. A child of this process would be ours. */
async function startStranger(): Promise<{ readonly pid: number } & AsyncDisposable> {
  const starter = spawn(process.execPath, ["-e", starterCode], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  let told = "";
  starter.stdout.on("data", (chunk: Buffer) => (told += chunk.toString("utf8")));
  await once(starter, "close");
  const pid = Number(told);
  return {
    pid,
    async [Symbol.asyncDispose]() {
      process.kill(pid, "SIGKILL");
    },
  };
}

/** The first look that fits; the test's time limit ends the waiting. */
async function lookThat(
  tree: { readonly leader: number; readonly folder?: string },
  fits: (look: Measured) => boolean,
): Promise<Measured> {
  await using sampler = await openPressureSampler();
  const watching = new AbortController();
  const { signal } = watching;
  const epochNs = String(process.hrtime.bigint());
  const looks: Measured[] = [];
  const record = ({ look }: Unstamped<PressureEvent>): void => {
    if (!look.ok) throw new Error(look.reason);
    if (fits(look)) looks.push(look);
    if (looks.length > 0) watching.abort();
  };
  await sampler.watch({ tree: { marker, folder, ...tree }, epochNs, record, signal });
  const [look] = looks;
  if (look === undefined) throw new Error("nothing was looked at");
  return look;
}

describe.runIf(process.platform === "linux")("looks at the processors", () => {
  it("tell a busy stack from a busy stranger", async () => {
    await using stack = start(busy, { STACK_INSTANCE: marker });
    await using stranger = await startStranger();
    expect(stranger.pid).toBeGreaterThan(0);
    const look = await lookThat(
      { leader: stack.pid ?? 0 },
      ({ target, othersMs }) => target.cpuMs >= 50 && othersMs >= 50,
    );
    expect(look.target.waits.map(({ instance }) => processOf(instance).pid)).toContain(stack.pid);
    expect(look.target.waits.map(({ instance }) => processOf(instance).pid)).not.toContain(stranger.pid);
  });

  it("tell a process that left its parent and session as the stack's, by its marker", async () => {
    await using left = start(leaver, { STACK_INSTANCE: marker });
    await once(left, "exit");
    const { target } = await lookThat({ leader: left.pid ?? 0 }, (look) =>
      look.target.waits.some(({ runMs }) => runMs >= 50),
    );
    const [one] = target.waits.map(({ instance }) => processOf(instance).pid);
    expect(one).not.toBe(left.pid);
    if (one !== undefined) process.kill(one, "SIGKILL");
  });

  it("tell a process that dropped marker, parent and session as the stack's, by its work folder", async () => {
    const here = await mkdtemp(join(tmpdir(), "pressure-"));
    await using left = start(busy, {}, here);
    const { target } = await lookThat({ leader: -1, folder: here }, (look) =>
      look.target.waits.some(({ runMs }) => runMs >= 50),
    );
    expect(target.waits.map(({ instance }) => processOf(instance).pid)).toContain(left.pid);
    await rm(here, { recursive: true });
  });

  it("calibrate what a thread of ours waits, and who else was there", async () => {
    await using sampler = await openPressureSampler();
    expect(sampler.calibration).toMatchObject({ ok: true });
    if (!sampler.calibration.ok) return;
    expect(sampler.calibration.waitShare).toBeGreaterThanOrEqual(0);
    expect(sampler.calibration.waitShare).toBeLessThanOrEqual(1);
  });
});
