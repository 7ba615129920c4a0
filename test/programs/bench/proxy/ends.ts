// The upstream of the bench, in a process of its own: a source that sends what it is asked for, a sink, and an echo.

import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";

const block = Buffer.alloc(256 * 1024, 7);

/** Sends as many bytes as the client's first eight say (unsigned, big-endian), then ends. */
function source(socket: Socket): void {
  socket.once("data", (asked: Buffer) => {
    let left = Number(asked.readBigUInt64BE());
    const send = (): void => {
      while (left > 0) {
        const piece = left < block.length ? block.subarray(0, left) : block;
        left -= piece.length;
        if (!socket.write(piece)) return;
      }
      socket.off("drain", send);
      socket.end();
    };
    socket.on("drain", send);
    send();
  });
}

/** Reads all and answers with eight bytes: how much it was. */
function sink(socket: Socket): void {
  let got = 0;
  socket.on("data", (bytes: Buffer) => (got += bytes.length));
  socket.once("end", () => {
    const answer = Buffer.alloc(8);
    answer.writeBigUInt64BE(BigInt(got));
    socket.end(answer);
  });
}

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    onSocket(socket);
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const ports = {
  source: await listen(source),
  sink: await listen(sink),
  echo: await listen((socket) => void socket.pipe(socket)),
};
process.send?.(ports);
process.once("disconnect", () => process.exit());
