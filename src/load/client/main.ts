// Entry of the process of the clients: keeps their times, counts at the door, and has each library in a child with a
// limit of memory. Ends with all of them when its parent lets go of the channel, by will or by death.

import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { messageOf } from "../../core/errors.ts";
import type { LoadEvent } from "../../core/load-source.ts";
import { later } from "../../lib/later.ts";
import { compiledEntry, lastWords } from "../../lib/proc.ts";
import { makeBatch } from "../batch.ts";
import { Caller } from "./caller.ts";
import { openDoor, type Door } from "./door.ts";
import type { ClientOptions, ClientStream, FromUser, ToClients } from "./messages.ts";

/** Of a library's heap, MB: those that are known take 30 to 120. */
const MOST_MEMORY = 512;

type Said =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "events"; readonly events: readonly LoadEvent[] }
  | { readonly type: "stopped"; readonly summaries: readonly [] };

const callers = new Map<string | undefined, Caller>();
const children: ChildProcess[] = [];
let door: Door | undefined;
let isEnding = false;

function tell(message: Said): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

const batch = makeBatch<LoadEvent>((events) => tell({ type: "events", events }));

async function init({ streams, seed, epochNs }: ClientOptions): Promise<void> {
  const epoch = BigInt(epochNs);
  const clock = { now: () => Number((process.hrtime.bigint() - epoch) / 1000n) / 1000 };
  const opened = await openDoor(clock.now);
  door = opened;
  const emit = (event: LoadEvent): void => batch.add(event);
  await Promise.all(
    streams.map(async (of) => {
      if (isEnding) return;
      const { child, ready } = startUser(of, (id, told) => callers.get(of.stream)?.over(id, told));
      const ask = (what: object): void => void (child.connected && child.send(what, () => undefined));
      callers.set(of.stream, new Caller({ of, clock, seed, door: opened, ask, emit }));
      await ready;
    }),
  );
  tell({ type: "ready" });
}

type Over = (id: number, told: Extract<FromUser, { readonly type: "over" }>) => void;

/** `ready` rejects with an error in words where the library cannot be loaded. */
function startUser({ client, folder, model, ask, name }: ClientStream, over: Over) {
  const entry = fileURLToPath(compiledEntry(import.meta.url, "load/client/user/main.js"));
  const child = fork(entry, [client, folder, model, ask], {
    // By the second a library is looked up from the user's folder (Node 20).
    execArgv: [`--max-old-space-size=${MOST_MEMORY}`, "--experimental-import-meta-resolve"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  children.push(child);
  const words = lastWords(child);
  const ready = later();
  child.on("message", (message: FromUser) => {
    if (message.type === "ready") ready.resolve();
    else if (message.type === "failed") ready.reject(new Error(`${name}: ${message.reason}`));
    else over(message.id, message);
  });
  child.once("close", (code, signal) => {
    if (isEnding) return;
    const reason = `${name}: the client ended by itself (${signal ?? code}) ${words()}`.trim();
    ready.reject(new Error(reason));
    tell({ type: "failed", reason });
  });
  return { child, ready: ready.promise };
}

async function stop(graceMs: number): Promise<void> {
  await Promise.all([...callers.values()].map((caller) => caller.stop(graceMs)));
  batch.flush();
  tell({ type: "stopped", summaries: [] });
}

async function obey(message: ToClients): Promise<void> {
  switch (message.type) {
    case "init":
      return init(message.options);
    case "begin":
      for (const caller of callers.values()) caller.begin(message.atMs);
      return;
    case "set-rate":
      return callers.get(message.stream)?.setRate(message.times, message.atMs);
    case "stop":
      return stop(message.graceMs);
  }
}

if (process.send === undefined) {
  process.stderr.write("clients: to be started by fork, with an IPC channel\n");
  process.exitCode = 70;
} else {
  process.on("message", (message: ToClients) => {
    obey(message).catch((error: unknown) => tell({ type: "failed", reason: messageOf(error) }));
  });
  process.once("disconnect", () => {
    isEnding = true;
    for (const child of children) child.kill("SIGKILL");
    door?.end();
    process.exit();
  });
  // What reaches the whole process group is for the harness, whose end is ours.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);
}
