import { once } from "node:events";
import { Agent, request } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import { performance } from "node:perf_hooks";
import { describe, expect, it, onTestFinished } from "vitest";
import { body, proxied, seededBytes, until } from "../../support/sockets.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const text = seededBytes(20_000, 14);

/** Sized, or in chunks. */
const answers: RequestListener = (asked, answer) => {
  asked.resume();
  if (asked.url === "/sized") answer.setHeader("content-length", text.length);
  answer.write(text.subarray(0, 9_000));
  answer.end(text.subarray(9_000));
};

/** A client with one kept connection through a proxy with the toxic. */
async function stalled(type: string, attributes: object) {
  const { listen, proxy } = await proxied((await serveForTest(answers)).address);
  proxy.addToxic(body({ name: type, type, attributes }));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ask = async (path: string, method = "POST") => {
    const from = performance.now();
    const [host, port] = listen.split(":");
    const asked = request({ host, port, path, method, agent });
    const answered = once(asked, "response") as Promise<[IncomingMessage]>;
    asked.end();
    const [answer] = await answered;
    const headMs = performance.now() - from;
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return { isWhole: Buffer.concat(chunks).equals(text), headMs, ms: performance.now() - from };
  };
  const effects = () => proxy.effects()[0]?.streams.downstream;
  const stalls = (): number => effects()?.toxics[0]?.segmentsStalled ?? 0;
  return { ask, stalls, sent: () => effects()?.bytesOut ?? 0, removeToxic: () => proxy.removeToxic(type) };
}

describe.each(["stall_body", "stall_head"])("%s", (type) => {
  it("holds an answer to POST back for its time, and spares what is no POST", async () => {
    const { ask, stalls } = await stalled(type, { duration: 150, posts: 1 });
    for (const path of ["/sized", "/chunked"]) {
      expect((await ask(path, "GET")).isWhole).toBe(true);
      const answer = await ask(path);
      expect(answer.isWhole).toBe(true);
      expect(answer.ms).toBeGreaterThanOrEqual(145);
      if (type === "stall_head") expect(answer.headMs).toBeGreaterThanOrEqual(145);
    }
    expect(stalls()).toBe(2);
  });

  it("of 0 ms holds until it is taken away", async () => {
    const { ask, stalls, sent, removeToxic } = await stalled(type, {});
    const answered = ask("/sized");
    await until(() => stalls() === 1);
    const head = type === "stall_head" ? 0 : 50;
    await until(() => sent() >= head);
    expect(sent()).toBeLessThan(1_000);
    expect(sent() > 0).toBe(type === "stall_body");
    removeToxic();
    expect((await answered).isWhole).toBe(true);
  });
});

it("delay_first_byte delays its share of answers", async () => {
  const { ask, stalls } = await stalled("delay_first_byte", { delay: 1, share: 0.5 });
  for (let n = 0; n < 40; n += 1) expect((await ask("/sized")).isWhole).toBe(true);
  expect(stalls()).toBeGreaterThan(8);
  expect(stalls()).toBeLessThan(32);
});
