// Children as containers, on an engine that has them on paper: what it is told, in which order, and what is left.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openContainers } from "../../../../../targets/reference-ai-stack/supervisor/containers.ts";
import { openDocker } from "../../../../../targets/reference-ai-stack/supervisor/docker.ts";
import type { Program } from "../../../../../targets/reference-ai-stack/supervisor/launch.ts";
import { keepIn, lastOf } from "../../../../../targets/reference-ai-stack/supervisor/output-end.ts";
import { framed, startPaperEngine } from "../../../../builders/paper-engine.ts";

const host = { NetworkMode: "host", PidMode: "host" };

async function opened(hostConfig: object = host) {
  const shown = {
    Image: "sha256:abc",
    Config: { Labels: { "com.docker.compose.project": "p", "stack.instance": "mark" }, WorkingDir: "/app" },
    HostConfig: {
      Binds: ["/data:/data"],
      Mounts: [{ Target: "/cache" }],
      ...hostConfig,
    },
  };
  const engine = await startPaperEngine({ id: "self", shown });
  shown.HostConfig.Binds.push(`${engine.socket}:${engine.socket}`);
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const containers = await openContainers(engine.socket, "self", log);
  const program: Program = {
    replica: "vector-2",
    service: "vector",
    entry: "/app/main.js",
    environment: () => ({ NAME: "vector-2" }),
    logFile: join(engine.folder, "vector-2.log"),
  };
  return { engine, containers, log, program, launch: () => containers.launch(program) };
}

test("a child is of this one's image, labels, folders and networks, and does not have the engine's socket", async () => {
  const { engine, launch } = await opened();
  const running = await launch();
  expect(running.pid).toBe(4001);
  const made = engine.containers.get("c1");
  expect(made?.name).toBe("p-vector-2.1");
  expect(made?.body).toMatchObject({
    Image: "sha256:abc",
    Env: ["NAME=vector-2"],
    Labels: {
      "stack.instance": "mark",
      "com.docker.compose.service": "vector",
      "com.docker.compose.container-number": "2",
    },
    HostConfig: { ...host, Binds: ["/data:/data"], RestartPolicy: { Name: "no" } },
  });
  expect(JSON.stringify(made?.body)).not.toContain("docker.sock");
});

test("a container in a network of its own, and one that the engine does not have, have no children", async () => {
  await expect(opened({ NetworkMode: "bridge", PidMode: "" })).rejects.toThrow("has bridge and its own");
  const { engine, log } = await opened();
  await expect(openContainers(engine.socket, "stranger", log)).rejects.toThrow("No such container");
});

test("how one ended is what the engine says, also when it broke off meanwhile or has it no more", async () => {
  const { engine, launch } = await opened();
  let breaks = 1;
  engine.instead = (asked) => (asked.endsWith("/wait") && (breaks -= 1) >= 0 ? "breaks off" : undefined);
  const [killed, failed, gone] = [await launch(), await launch(), await launch()];
  engine.end("c1", 137);
  engine.end("c2", 3);
  expect(await killed.ended).toEqual({ code: null, signal: "SIGKILL" });
  expect(await failed.ended).toEqual({ code: 3, signal: null });
  engine.instead = () => ({ status: 404, says: "No such container" });
  for (const waiting of engine.containers.get("c3")?.waiting ?? []) waiting.destroy();
  expect(await gone.ended).toEqual({ code: null, signal: null });
});

test("signals are orders to the engine, one after the other", async () => {
  const { engine, launch } = await opened();
  const running = await launch();
  const from = engine.asked.length;
  const seen: string[] = [];
  engine.instead = (asked) => {
    if (/pause|kill/.test(asked)) seen.push(asked);
    return undefined;
  };
  await Promise.all([running.signal("SIGSTOP"), running.signal("SIGCONT"), running.signal("SIGKILL")]);
  expect(seen).toEqual(["pause", "unpause", "kill?signal=SIGKILL"].map((call) => `POST /containers/c1/${call}`));
  const orders = engine.asked.slice(from).filter((asked) => !asked.endsWith("/wait"));
  // The engine is asked whether it is paused before the next order goes out.
  expect(orders.slice(0, 3)).toEqual([
    "POST /containers/c1/pause",
    "GET /containers/c1/json",
    "POST /containers/c1/unpause",
  ]);
  expect(await running.ended).toMatchObject({ signal: "SIGKILL" });
});

test("a pause counts when the engine shows it, whoever asked for it", async () => {
  const { engine, launch } = await opened();
  const running = await launch();
  const container = engine.containers.get("c1");
  if (container) container.isPaused = true;
  await running.signal("SIGSTOP");
  if (container) container.isPaused = false;
  engine.instead = (asked) => (asked.endsWith("/pause") ? { status: 200, says: "as you say" } : undefined);
  await expect(running.signal("SIGSTOP")).rejects.toThrow("is not paused");
  engine.instead = (asked) => (asked.endsWith("/pause") ? { status: 500, says: "no freezer" } : undefined);
  await expect(running.signal("SIGSTOP")).rejects.toThrow("no freezer");
});

test("a kill that the engine refuses is said, and is harmless for one that has ended or is gone", async () => {
  const { engine, launch } = await opened();
  const running = await launch();
  engine.instead = (asked) => (asked.includes("/kill") ? { status: 500, says: "busy" } : undefined);
  await expect(running.signal("SIGKILL")).rejects.toThrow("busy");
  engine.instead = () => undefined;
  engine.end("c1", 0);
  await running.signal("SIGKILL");
  await running.cleared;
  await running.signal("SIGKILL");
});

test("what has ended is removed with its volumes, and its output kept", async () => {
  const { engine, containers, program, launch } = await opened();
  const running = await launch();
  const container = engine.containers.get("c1");
  if (container) container.output = Buffer.concat([framed("one\n"), framed("two\n", 2)]);
  engine.end("c1", 0);
  await running.cleared;
  await containers.cleared();
  expect(readFileSync(program.logFile, "utf8")).toBe("one\ntwo\n");
  expect([...engine.containers.keys()]).toEqual([]);
  expect(engine.asked.at(-1)).toBe("DELETE /containers/c1?force=1&v=1");
});

test("a container whose output cannot be had or kept is removed all the same", async () => {
  const { engine, containers, log, program, launch } = await opened();
  engine.instead = (asked) => (asked.includes("/logs") ? { status: 500, says: "no such driver" } : undefined);
  const first = await launch();
  engine.end("c1", 0);
  await first.cleared;
  expect(engine.containers.size).toBe(0);
  engine.instead = () => undefined;
  const nowhere = { ...program, logFile: join(engine.folder, "nowhere", "vector-2.log") };
  const second = await containers.launch(nowhere);
  engine.end("c1", 0);
  await second.cleared;
  expect(engine.containers.size).toBe(0);
  expect(log.warn.mock.calls.map(([says]) => says as string)).toEqual(
    Array(2).fill("what a container wrote was not kept"),
  );
});

test("an engine that is busy is asked again to remove one, and what stays is in the log", async () => {
  const { engine, log, launch } = await opened();
  let busy = 2;
  engine.instead = (asked) =>
    asked.startsWith("DELETE") && (busy -= 1) >= 0 ? { status: 500, says: "device busy" } : undefined;
  const first = await launch();
  engine.end("c1", 0);
  await first.cleared;
  expect(engine.containers.size).toBe(0);
  busy = 100;
  const second = await launch();
  engine.end("c1", 0);
  await second.cleared;
  expect(log.warn.mock.calls).toMatchObject([["a container was not removed", { name: "p-vector-2.2" }]]);
});

test("one that does not start leaves nothing, and says what the engine said of it", async () => {
  const { engine, launch } = await opened();
  engine.instead = (asked) => (asked.endsWith("/start") ? { status: 500, says: "no such entry point" } : undefined);
  await expect(launch()).rejects.toThrow("no such entry point");
  expect(engine.containers.size).toBe(0);
  engine.instead = (asked) => (asked.startsWith("POST /containers/create") ? "breaks off" : undefined);
  await expect(launch()).rejects.toThrow();
  // It may have been made.
  expect(engine.asked.at(-1)).toBe("DELETE /containers/p-vector-2.2?force=1&v=1");
});

test("of what containers write the end is kept, whole lines of it, however the engine cuts its stream", async () => {
  const bytes = Buffer.concat(Array.from({ length: 1000 }, (_, line) => framed(`line ${line}\n`, 1 + (line % 2))));
  const cut = (size: number): Buffer[] =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
  const streamOf = async function* (pieces: readonly Buffer[]) {
    yield* pieces;
  };
  for (const size of [1, 7, 8, 1000, 100_000]) {
    const last = (await lastOf(streamOf(cut(size)), 100)).toString();
    expect(last).toMatch(/^line 98\d\n[^]*line 999\n$/);
    expect(last.length).toBeLessThanOrEqual(100);
    expect((await lastOf(streamOf(cut(size)), 1e6)).toString().split("\n")).toHaveLength(1001);
  }
  expect((await lastOf(streamOf([framed("x".repeat(500))]), 100)).length).toBe(100);
});

test("a log file never grows beyond its limit, and what came last is in it", async () => {
  const { engine, program } = await opened();
  for (let line = 0; line < 50; line += 1) await keepIn(program.logFile, Buffer.from(`line ${line}\n`), 60);
  const kept = readFileSync(program.logFile, "utf8");
  expect(kept).toMatch(/^line \d+\n[^]*line 49\n$/);
  expect(kept.length).toBeLessThanOrEqual(60);
  writeFileSync(join(engine.folder, "x"), "");
  await expect(keepIn(join(engine.folder, "x", "y"), Buffer.from("z"), 60)).rejects.toThrow("ENOTDIR");
});

test("an engine's stream is kept to the limit", async () => {
  const { engine, launch } = await opened();
  await launch();
  const container = engine.containers.get("c1");
  if (container) container.output = Buffer.concat(Array.from({ length: 200 }, () => framed(`${"x".repeat(9_999)}\n`)));
  expect((await openDocker(engine.socket).output("c1", 50_000)).length).toBe(50_000);
});
