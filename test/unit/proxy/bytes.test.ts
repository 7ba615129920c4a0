import { once } from "node:events";
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { describe, expect, it, onTestFinished } from "vitest";
import { body, dial, proxied, readToEnd, roundTrip, seededBytes, serve, until } from "../../support/sockets.ts";

const latency = (ms: number, jitter = 0, stream = "downstream") => ({
  name: `slow-${stream}`,
  type: "latency",
  stream,
  toxicity: 1,
  attributes: { latency: ms, jitter },
});

const named = (type: string, stream: string, attributes: object) => ({
  name: `${type}-${stream}`,
  type,
  stream,
  attributes,
});
const bandwidth = (rate: number, stream = "downstream") => named("bandwidth", stream, { rate });
const slowClose = (delay: number, stream = "downstream") => named("slow_close", stream, { delay });
const slicer = (size: number, stream = "downstream") => named("slicer", stream, { average_size: size });

describe("bytes through the proxy", () => {
  it("arrive unchanged both ways while latency comes, changes and goes in mid-connection", async () => {
    const echo = await serve((socket) => socket.pipe(socket));
    const { listen, proxy } = await proxied(echo);
    const client = await dial(listen);
    const sent = seededBytes(400_000, 7);
    const received = readToEnd(client);

    const steps = [
      () => proxy.addToxic(body(latency(20, 15))),
      () => proxy.addToxic(body(latency(10, 9, "upstream"))),
      () => proxy.updateToxic("slow-downstream", body({ attributes: { latency: 5, jitter: 5 } })),
      () => proxy.updateToxic("slow-upstream", body({ toxicity: 0 })),
      () => proxy.addToxic(body({ ...latency(3, 3), name: "third" })),
      () => proxy.removeToxic("slow-downstream"),
      () => proxy.updateToxic("slow-upstream", body({ toxicity: 1, attributes: { latency: 1 } })),
      () => proxy.removeToxic("slow-upstream"),
    ];
    const piece = 2_000;
    for (let at = 0; at < sent.length; at += piece) {
      client.write(sent.subarray(at, at + piece));
      if (at % 50_000 === 0) steps[at / 50_000]?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.end();

    expect((await received).equals(sent)).toBe(true);
    await until(() => proxy.connectionCount() === 0);
  });

  it("held back by a toxic leave at once, in order, when it is taken away", async () => {
    const echo = await serve((socket) => socket.pipe(socket));
    const { listen, proxy } = await proxied(echo);
    proxy.addToxic(body(latency(60_000)));
    const client = await dial(listen);
    const sent = seededBytes(30_000, 8);
    const received = readToEnd(client);
    client.write(sent.subarray(0, 10_000));
    client.write(sent.subarray(10_000));
    client.end();
    await new Promise((resolve) => setTimeout(resolve, 50));
    proxy.removeToxic("slow-downstream");
    expect((await received).equals(sent)).toBe(true);
  });

  it.each([
    { by: "no toxic", toxics: [] },
    { by: "latency", toxics: [latency(10), latency(10, 0, "upstream")] },
    { by: "bandwidth", toxics: [bandwidth(100), bandwidth(100, "upstream")] },
    { by: "a slow close", toxics: [slowClose(20), slowClose(20, "upstream")] },
  ])("still arrive after the other direction was closed, slowed by $by", async ({ toxics }) => {
    const late = seededBytes(5_000, 9);
    const upstream = await serve((socket) => {
      void readToEnd(socket).then((question) => socket.end(Buffer.concat([question, late])));
    });
    const { listen, proxy } = await proxied(upstream);
    for (const toxic of toxics) proxy.addToxic(body(toxic));
    const client = await dial(listen);
    const received = readToEnd(client);
    client.end("question");
    expect((await received).equals(Buffer.concat([Buffer.from("question"), late]))).toBe(true);
    await until(() => proxy.connectionCount() === 0);
  });

  it("can flow towards the server after the server ended its side", async () => {
    const received = new Promise<Buffer>((resolve) => {
      void serve((socket) => {
        socket.end("bye");
        void readToEnd(socket).then(resolve);
      }).then(async (upstream) => {
        const { listen } = await proxied(upstream);
        const client = await dial(listen);
        expect((await readToEnd(client)).toString()).toBe("bye");
        client.end("after the end");
      });
    });
    expect((await received).toString()).toBe("after the end");
  });

  it("end without one when the upstream cannot be reached, and the proxy stays", async () => {
    const { listen, proxy } = await proxied("127.0.0.1:1");
    for (let i = 0; i < 2; i += 1) expect(await readToEnd(await dial(listen))).toHaveLength(0);
    await until(() => proxy.connectionCount() === 0);
  });

  it("of one connection never turn up in another, when more comes than the readers' buffers hold", async () => {
    const count = 6;
    const each = 12_000_000;
    const texts = Array.from({ length: count }, (_, own) => Buffer.alloc(each, seededBytes(65_521, own)));
    /** Bytes received, all of them the connection's own and in their place; -1 otherwise. Reads slowly at first. */
    const receive = async (socket: Socket, own: number, begin: Buffer = Buffer.alloc(0)): Promise<number> => {
      let bytes = 0;
      let right = true;
      const take = (read: Buffer): void => {
        right &&= texts[own]?.subarray(bytes, bytes + read.length).equals(read) === true;
        bytes += read.length;
        if (bytes > 2_000_000) return;
        socket.pause();
        setTimeout(() => socket.resume(), 5);
      };
      take(begin);
      socket.on("data", take);
      await once(socket, "end");
      return right ? bytes : -1;
    };
    const asked: Promise<number>[] = [];
    const upstream = await serve((socket) => {
      socket.once("data", (first: Buffer) => {
        const own = first[0] ?? -1;
        socket.end(texts[own] ?? "");
        asked.push(receive(socket, own, first.subarray(1)));
      });
    });
    const { listen } = await proxied(upstream);
    const answered = texts.map(async (text, own) => {
      const client = await dial(listen);
      client.write(Buffer.from([own]));
      client.end(text);
      return receive(client, own);
    });
    const whole = texts.map(() => each);
    expect(await Promise.all(answered)).toEqual(whole);
    expect(await Promise.all(asked)).toEqual(whole);
  });

  it("are read into the same few buffers, however often a slow reader keeps one for a while", async () => {
    const length = 64 * 1_048_576;
    const upstream = await serve((socket) => socket.end(Buffer.alloc(length, 1)));
    const { listen } = await proxied(upstream);
    const make = Buffer.allocUnsafeSlow.bind(Buffer);
    onTestFinished(() => void (Buffer.allocUnsafeSlow = make));
    let made = 0;
    Buffer.allocUnsafeSlow = (size) => {
      made += size;
      return make(size);
    };
    const client = await dial(listen);
    let read = 0;
    client.on("data", (bytes: Buffer) => {
      read += bytes.length;
      // The proxy gets stuck at its writes and has to keep what it has read.
      client.pause();
      setImmediate(() => client.resume());
    });
    await once(client, "end");
    expect(read).toBe(length);
    // A handful of 256 KiB each; without their return it is a third of what was carried.
    expect(made).toBeLessThan(length / 16);
  });

  it.each([
    { by: "no toxic", toxics: [] },
    { by: "latency", toxics: [latency(20)] },
    { by: "bandwidth", toxics: [bandwidth(1_000_000)] },
    { by: "a slicer", toxics: [slicer(20_000)] },
  ])("stop flowing, instead of filling memory, when the reader does not read, slowed by $by", async ({ toxics }) => {
    let written = 0;
    const chunk = Buffer.alloc(65_536, 1);
    const upstream = await serve((socket) => {
      const fill = (): void => {
        while (written < 200_000_000) {
          written += chunk.length;
          if (!socket.write(chunk)) return;
        }
      };
      socket.on("drain", fill);
      fill();
    });
    const { listen, proxy } = await proxied(upstream);
    for (const toxic of toxics) proxy.addToxic(body(toxic));
    const client = await dial(listen);
    client.pause();
    let before = -1;
    let unchanged = 0;
    await until(() => {
      unchanged = written === before ? unchanged + 1 : 0;
      before = written;
      return unchanged === 60 && written > 1_000_000;
    });
    // Kernel buffers of two sockets and our own limits; far below what the sender has to give.
    expect(written).toBeLessThan(60_000_000);
    const { bytesIn, bytesOut } = proxy.effects()[0]?.streams.downstream ?? { bytesIn: 0, bytesOut: 0 };
    expect(bytesIn - bytesOut).toBeLessThan(4_500_000);
    // Far more than all buffers hold: the sender goes on.
    const goal = written + 20_000_000;
    let read = 0;
    client.on("data", (bytes: Buffer) => (read += bytes.length)).resume();
    await until(() => read > goal);
  });
});

describe("latency", () => {
  it("added later slows a connection that is already open by its whole amount, and its removal frees it", async () => {
    const echo = await serve((socket) => socket.pipe(socket));
    const { listen, proxy } = await proxied(echo);
    const client = await dial(listen);
    await roundTrip(client, Buffer.from("ping"));
    proxy.addToxic(body(latency(400)));
    expect(await roundTrip(client, Buffer.from("ping"))).toBeGreaterThanOrEqual(400);
    // So long that the test would end in a time-out if it stayed in force.
    proxy.updateToxic("slow-downstream", body({ attributes: { latency: 60_000 } }));
    proxy.removeToxic("slow-downstream");
    await roundTrip(client, Buffer.from("ping"));
  });

  it("delays chunks side by side, so a streamed answer is shifted and not stretched", async () => {
    const upstream = await serve((socket) => {
      socket.once("data", () => {
        for (let i = 0; i < 10; i += 1) setTimeout(() => socket.write("x"), i * 10);
        setTimeout(() => socket.end(), 110);
      });
    });
    const { listen, proxy } = await proxied(upstream);
    proxy.addToxic(body(latency(400)));
    const client = await dial(listen);
    const from = performance.now();
    client.write("go");
    expect((await readToEnd(client)).length).toBe(10);
    const took = performance.now() - from;
    // 90 ms and 400 ms; by the fine clock each of the two timers may end a millisecond early.
    expect(took).toBeGreaterThanOrEqual(488);
    // Summed over ten chunks it would be 4 s.
    expect(took).toBeLessThan(3_500);
  });

  it("strikes the share of connections that its toxicity says, the same ones for the same seed", async () => {
    const struck = async (): Promise<readonly boolean[]> => {
      const echo = await serve((socket) => socket.pipe(socket));
      const { listen, proxy } = await proxied(echo);
      proxy.addToxic(body({ ...latency(250), toxicity: 0.5 }));
      const clients = [];
      for (let i = 0; i < 12; i += 1) {
        clients.push(await dial(listen));
        await until(() => proxy.connectionCount() === i + 1);
      }
      return Promise.all(clients.map(async (client) => (await roundTrip(client, Buffer.from("x"))) >= 250));
    };
    const first = await struck();
    expect(first).toContain(true);
    expect(first).toContain(false);
    expect(await struck()).toEqual(first);
  });
});
