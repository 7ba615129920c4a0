// What Node costs at the least: sockets that ready bytes are written to, at the times of our own pacer, and whose
// answers are counted and not read. A process of its own; usage: floor.js PORT RATE, and a message when to begin.

import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { startPacer } from "../../../../src/load/pacer.ts";

const [port = 0, perSecond = 1] = process.argv.slice(2).map(Number);
const request = `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: keep-alive\r\n\r\n`;
const buffer = Buffer.allocUnsafeSlow(65_536);
const idle: Socket[] = [];
const lags: number[] = [];
/** Bytes of one answer, told by the first. */
let answer = 0;
let answered = 0;

function open(): Socket {
  let got = 0;
  const socket = connect({
    port,
    host: "127.0.0.1",
    noDelay: true,
    onread: {
      buffer,
      callback(bytes) {
        got += bytes;
        if (answer > 0 && got >= answer) {
          got = 0;
          answered += 1;
          idle.push(socket);
        }
        return true;
      },
    },
  });
  return socket;
}

async function measureAnswer(): Promise<number> {
  const socket = connect({ port, host: "127.0.0.1" });
  let got = 0;
  socket.on("data", (bytes: Buffer) => (got += bytes.length));
  socket.write(request);
  await new Promise((resolve) => setTimeout(resolve, 300));
  socket.destroy();
  return got;
}

function begin(): void {
  let due = performance.now() + 1_000;
  const gap = 1_000 / perSecond;
  startPacer(
    {
      peek: () => due,
      peekAfter: () => due + gap,
      next() {
        lags.push(performance.now() - due);
        due += gap;
        (idle.pop() ?? open()).write(request);
      },
    },
    performance,
  );
}

answer = await measureAnswer();
process.on("message", (message) => {
  if (message === "begin") begin();
  else process.send?.({ lags, answered }, () => process.exit(0));
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
