// Entry of the process that takes callers in under names that were taken over, and carries what they say to a fault
// proxy. It listens in the network of a container and calls from this machine's. Started by fork, ends with its parent.

import { spawn } from "node:child_process";
import { connect, type Server, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { messageOf } from "../../../core/errors.ts";
import { firstAnswer, lastWords } from "../../../lib/proc.ts";
import type { DoorReply, OpenDoor } from "./protocol.ts";

const listenWithinMs = 10_000;
const listener = fileURLToPath(new URL("listen/main.js", import.meta.url));

function carry(client: Socket, to: OpenDoor["to"]): void {
  const through = connect({ ...to, allowHalfOpen: true, noDelay: true });
  client.setNoDelay(true);
  client.pipe(through).pipe(client);
  // What is torn on one side is torn on the other.
  client.on("error", () => through.resetAndDestroy());
  through.on("error", () => client.resetAndDestroy());
}

/** The socket that a short-lived process has opened in that network. */
async function listenIn({ network, port }: OpenDoor): Promise<Server> {
  const words = [`--net=${network}`, process.execPath, listener, String(port)];
  const child = spawn("nsenter", words, { stdio: ["ignore", "ignore", "pipe", "ipc"], env: process.env });
  const wrote = lastWords(child);
  let server: Server | undefined;
  child.once("message", (_message, handle) => (server = handle as Server));
  try {
    await firstAnswer(child, { take: (message) => message, limitMs: listenWithinMs });
  } catch (thrown) {
    child.kill("SIGKILL");
    throw new Error(`${messageOf(thrown)} ${wrote()}`.trim(), { cause: thrown });
  }
  // It must not take callers in itself from now on.
  child.send("yours");
  if (server === undefined) throw new Error("no socket came");
  return server;
}

async function open(door: OpenDoor): Promise<DoorReply> {
  try {
    const server = await listenIn(door);
    // Each side may end before the other, as it does through the proxy.
    (server as { allowHalfOpen?: boolean }).allowHalfOpen = true;
    server.on("connection", (client) => carry(client, door.to));
    server.on("error", () => undefined);
    return { number: door.number };
  } catch (thrown) {
    return { number: door.number, failed: messageOf(thrown) };
  }
}

process.on("message", (door: OpenDoor) => void open(door).then((reply) => process.send?.(reply)));
process.once("disconnect", () => process.exit(0));
// What reaches the whole process group is not meant for us: the harness still takes its names back.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);
