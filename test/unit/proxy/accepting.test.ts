import { serveSocketsForTest } from "../../support/serve-for-test.ts";
import { type Server } from "node:net";
import { expect, it } from "vitest";
import { acceptClients } from "../../../src/proxy/accepting.ts";
import { lentReading } from "../../../src/proxy/lent-buffer.ts";
import { dial } from "../../support/sockets.ts";

it("this Node lets accepted clients read into lent buffers", async () => {
  const { server, address } = await serveSocketsForTest();
  const taken: string[] = [];
  const closed = new Promise<void>((resolve) => {
    const fast = acceptClients(server, (open) => {
      const { onread } = lentReading((bytes) => {
        taken.push(bytes.toString());
        client.end();
        return false;
      });
      const client = open(onread);
      client.once("close", () => resolve());
      client.resume();
    });
    expect(fast).toBe(true);
  });
  const socket = await dial(address);
  socket.end("hello");
  await closed;
  expect(taken).toEqual(["hello"]);
});

it("a Node without that place accepts the ordinary way", async () => {
  const { server, address } = await serveSocketsForTest();
  // What is asked of the server, without the handle of its insides.
  const ordinary = { on: server.on.bind(server) } as unknown as Server;
  const text = new Promise<string>((resolve) => {
    const fast = acceptClients(ordinary, (open) => {
      const client = open(lentReading(() => false).onread);
      client.once("data", (bytes: Buffer) => {
        resolve(bytes.toString());
        client.destroy();
      });
    });
    expect(fast).toBe(false);
  });
  const socket = await dial(address);
  socket.end("hello");
  expect(await text).toBe("hello");
});
