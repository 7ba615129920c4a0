// What is dying is not left, and not gone either: a process whose first thread has ended while another holds its port
// (the kernel calls it a zombie, and shows no command line, environment or files of it), and helpers that get no
// processor to end on.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import { hasten } from "../../src/platforms/processes/hasten.ts";
import { watchMachine } from "../../src/platforms/processes/machine-survey.ts";
import { surveyPorts } from "../../src/platforms/processes/port-survey.ts";
import { commandOf, surveyKnown, surveyProcesses } from "../../src/platforms/processes/process-survey.ts";
import { statOf } from "../../src/platforms/processes/process-stat.ts";
import { findByMarker } from "../support/find-by-marker.ts";
import { endInstance, isAlive, isRunning, startTimeOf } from "../../src/platforms/processes/process-table.ts";
import { machineResidue } from "../../src/measure/conduct/residue.ts";

const noPython = spawnSync("python3", ["-c", "import ctypes"]).status !== 0;
if (noPython) process.stderr.write("\n!!! SKIPPED: no python3, which makes a zombie whose threads live on\n\n");

/**
 * Listens, then ends its first thread alone (the system call `exit`); another keeps the port for as long as it is told.
 */
const half = `
import ctypes, os, platform, socket, sys, threading, time
server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
threading.Thread(target=lambda: (time.sleep(float(sys.argv[1])), os._exit(0))).start()
print(server.getsockname()[1], flush=True)
ctypes.CDLL(None).syscall(93 if platform.machine() == "aarch64" else 60, 0)
`;

/** Runs a program of Node's at idle priority. */
const [idly, asIdle] = ["chrt", ["--idle", "0", process.execPath, "-e"]] as const;

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }
});

interface HalfDead {
  readonly pid: number;
  readonly port: number;
  readonly marker: string;
}

/** A process that is a zombie to the kernel, and whose port is open for `seconds`. */
async function halfDead(seconds: number): Promise<HalfDead> {
  const marker = `dying-${process.pid}-${children.length}-${Date.now()}`;
  const env = { ...process.env, STACK_INSTANCE: marker };
  const child = spawn("python3", ["-c", half, String(seconds)], { env, stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const pid = child.pid ?? 0;
  await untilZombie(pid);
  return { pid, port: Number(line.toString()), marker };
}

/**
 * Until the kernel shows its environment: while it loads its program there is none, and at idle priority that lasts.
 */
async function untilShown(marker: string): Promise<void> {
  while ((await findByMarker(marker)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function untilZombie(pid: number): Promise<void> {
  while ((await statOf(pid))?.state !== "Z") await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.skipIf(noPython || process.platform !== "linux")(
  "a process whose first thread has ended before another",
  () => {
    test("is there, and does not run: every part of the program says so", async () => {
      const { pid, port, marker } = await halfDead(60);
      const startTime = await startTimeOf(pid);
      expect(await commandOf(pid)).toBe("name unknown");
      expect(await isAlive(pid)).toBe(true);
      expect(await isRunning({ pid, startTime: startTime ?? "" })).toBe(false);
      expect(await findByMarker(marker)).toEqual([{ pid, startTime }]);
      const ties = { instances: [{ marker }], folders: [], known: [] };
      expect(await surveyProcesses(ties)).toMatchObject([
        { instance: `pid ${pid}/${startTime}`, state: "Z", ending: true },
      ]);
      expect(await surveyPorts(new Set([port]))).toEqual([{ port, by: `pid ${pid} (name unknown)` }]);
    });

    test("is ended for good, so that its port is free again", async () => {
      const { pid, port, marker } = await halfDead(60);
      expect(await endInstance({ marker }, 0)).toMatchObject({ ended: [{ pid }], remaining: [] });
      expect(await surveyPorts(new Set([port]))).toEqual([]);
    });

    test("is waited for by the look after a trial, and is no residue once its last thread is gone", async () => {
      const { pid, port, marker } = await halfDead(1.5);
      const machine = watchMachine();
      machine.add({ instances: [{ marker }], ports: [port] });
      const nothing = { processes: [], folders: [], files: [], ports: [], unfinished: [], unseen: [] };
      expect(machineResidue(nothing, { ...(await machine.look()), unfinished: [] })).toEqual([]);
      expect(await isAlive(pid)).toBe(false);
    });
  },
);

describe.skipIf(process.platform !== "linux")("a process that ends by itself", () => {
  test("is never told of as one that runs and has no name, at whatever moment of its end it is looked at", async () => {
    const nameless: unknown[] = [];
    for (let round = 0; round < 200; round += 1) {
      const child = spawn("sh", ["-c", "echo; read line"], { stdio: ["pipe", "pipe", "inherit"] });
      children.push(child);
      await once(child.stdout, "data");
      const pid = child.pid ?? 0;
      const known = [{ pid, startTime: (await startTimeOf(pid)) ?? "" }];
      child.stdin.end();
      for (let seen = await surveyKnown(known); seen.length > 0; seen = await surveyKnown(known))
        nameless.push(...seen.filter(({ what, ending }) => what === "name unknown" && ending !== true));
    }
    expect(nameless).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("a helper that only runs when nobody else does", () => {
  test("is raised before it is killed, where we may, so that it can end", async () => {
    const idle = spawn(idly, [...asIdle, "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    children.push(idle);
    await once(idle, "spawn");
    const pid = idle.pid ?? 0;
    while (!((await statOf(pid))?.idleClass ?? false)) await new Promise((resolve) => setTimeout(resolve, 5));
    await hasten(pid);
    const mayRaise = process.getuid?.() === 0;
    expect(await statOf(pid)).toMatchObject({ idleClass: !mayRaise, nice: 0 });
  });

  test("is gone, and not only killed, when the instance was ended, on a machine whose cores are all busy", async () => {
    const marker = `starved-${process.pid}-${Date.now()}`;
    const busy = "const end = Date.now() + 20000; while (Date.now() < end);";
    for (let core = 0; core < 2 * availableParallelism(); core += 1)
      children.push(spawn(process.execPath, ["-e", busy], { stdio: "ignore" }));
    const env = { ...process.env, STACK_INSTANCE: marker };
    const idle = spawn(idly, [...asIdle, "for (;;);"], { env, stdio: "ignore" });
    children.push(idle);
    await untilShown(marker);
    expect(await endInstance({ marker }, 0)).toMatchObject({ ended: [{ pid: idle.pid }], remaining: [] });
    expect(await findByMarker(marker)).toEqual([]);
  });
});
