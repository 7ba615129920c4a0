import { once } from "node:events";
import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { onTestFinished, describe, expect, it } from "vitest";
import { body, dial, proxied, readToEnd, seededBytes, until } from "../../support/sockets.ts";
import { serveForTest, serveSocketsForTest } from "../../support/serve-for-test.ts";

/** A server that answers with its name and what it was sent. */
async function pool(name: string) {
  return serveForTest((asked, answer) => {
    const parts: Buffer[] = [];
    asked.on("data", (part: Buffer) => parts.push(part));
    asked.on("end", () => answer.end(Buffer.concat([Buffer.from(`${name} `), ...parts])));
  });
}

/** The right and the wrong pool behind a proxy, and a client that keeps one connection. */
async function stand() {
  const [right, wrong] = [await pool("right"), await pool("wrong")];
  const { listen, proxy } = await proxied(right.address);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ask = async (text: string, by: Agent | false = agent): Promise<string> => {
    const sending = request(`http://${listen}/`, { method: "POST", agent: by });
    sending.end(text, "latin1");
    const [answer] = (await once(sending, "response")) as [IncomingMessage];
    return (await answer.setEncoding("latin1").toArray()).join("");
  };
  const add = (toxicity = 1, name = "m", until = 0): void => {
    const attributes = { port: wrong.port, until };
    proxy.addToxic(body({ name, type: "misroute", stream: "upstream", toxicity, attributes }));
  };
  return { right, wrong, listen, proxy, ask, add };
}

describe("misroute", () => {
  it("leads a connection that is open astray from its next request on, and back once it is gone", async () => {
    const { proxy, ask, add } = await stand();
    expect(await ask("one")).toBe("right one");
    add();
    expect(await ask("two")).toBe("wrong two");
    expect(await ask("three")).toBe("wrong three");
    proxy.removeToxic("m");
    expect(await ask("four")).toBe("right four");
    // One connection of the client's all the time.
    const [only, ...others] = proxy.effects();
    expect(others).toEqual([]);
    expect(only?.streams.upstream.toxics).toMatchObject([{ requestsMisrouted: 2, inForce: false }]);
  });

  it("leads back by itself from the instant on that it was given, and astray before", async () => {
    const { proxy, ask, add } = await stand();
    add(1, "ahead", Date.now() + 3_600_000);
    expect(await ask("one")).toBe("wrong one");
    proxy.removeToxic("ahead");
    add(1, "over", Date.now() - 1);
    expect(await ask("two")).toBe("right two");
  });

  it("carries every byte of what it leads astray, and of what it does not", async () => {
    const { proxy, ask, add } = await stand();
    const long = seededBytes(700_000, 3).toString("latin1");
    add();
    // A text of that length is no use in a failure's words.
    expect((await ask(long)) === `wrong ${long}`).toBe(true);
    proxy.removeToxic("m");
    expect((await ask(long)) === `right ${long}`).toBe(true);
    add(0, "none");
    expect((await ask(long)) === `right ${long}`).toBe(true);
  });

  it("strikes the share of connections that its toxicity says, the same ones for the same seed", async () => {
    const struck = async (): Promise<readonly string[]> => {
      const { ask, add } = await stand();
      add(0.5);
      const answers = [];
      for (let i = 0; i < 16; i += 1) answers.push(await ask("", false));
      return answers;
    };
    const first = await struck();
    expect(new Set(first)).toEqual(new Set(["right ", "wrong "]));
    expect(await struck()).toEqual(first);
  });

  it("keeps a connection to its way, whichever that is", async () => {
    const { listen, add } = await stand();
    add(0.5);
    const ways = new Set<string>();
    for (let i = 0; i < 16; i += 1) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      onTestFinished(() => agent.destroy());
      const answers = [];
      for (const _ of ["once", "again", "and again"]) {
        const sending = request(`http://${listen}/`, { agent }).end();
        const [answer] = (await once(sending, "response")) as [IncomingMessage];
        answers.push((await answer.toArray()).join(""));
      }
      expect(new Set(answers).size).toBe(1);
      ways.add(answers[0] ?? "");
    }
    expect(ways.size).toBe(2);
  });

  it("leads to another port from the next request on when it is changed, and nowhere astray at toxicity 0", async () => {
    const { proxy, ask, add } = await stand();
    const third = await pool("third");
    add();
    expect(await ask("one")).toBe("wrong one");
    proxy.updateToxic("m", body({ attributes: { port: third.port } }));
    expect([await ask("two"), await ask("three")]).toEqual(["third two", "third three"]);
    proxy.updateToxic("m", body({ toxicity: 0 }));
    expect([await ask("four"), await ask("five")]).toEqual(["right four", "right five"]);
    expect(proxy.effects()).toHaveLength(1);
  });

  it("does not tear a request that is half sent when it comes, nor one when it goes", async () => {
    const { listen, proxy, add } = await stand();
    const client = await dial(listen);
    const halves = async (change: () => void): Promise<string> => {
      client.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhello");
      await new Promise((resolve) => setTimeout(resolve, 30));
      change();
      const answered = once(client, "data");
      client.write("world");
      const [bytes] = (await answered) as [Buffer];
      return /\r\n\r\n(?<text>.*)$/s.exec(bytes.toString())?.groups?.["text"] ?? "";
    };
    expect(await halves(() => add())).toBe("right helloworld");
    expect(await halves(() => proxy.removeToxic("m"))).toBe("wrong helloworld");
    expect(await halves(() => undefined)).toBe("right helloworld");
  });

  it("resets a client when nobody listens at the wrong place", async () => {
    const { wrong, ask, add } = await stand();
    await wrong.end();
    add();
    await expect(ask("lost")).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("leaves alone who says nothing: a connection turns with its first request", async () => {
    const echo = (name: string) => serveSocketsForTest((socket: Socket) => void socket.end(name));
    const [right, wrong] = [await echo("right"), await echo("wrong")];
    const { listen, proxy } = await proxied(right.address);
    proxy.addToxic(body({ type: "misroute", stream: "upstream", attributes: { port: wrong.port } }));
    expect(String(await readToEnd(await dial(listen)))).toBe("right");
  });

  it.each([
    [{ stream: "downstream", attributes: { port: 80 } }, /misroute can only be upstream/],
    [{ stream: "upstream", attributes: { port: 0 } }, /port must be from 1 to 65535/],
    [{ stream: "upstream", attributes: { port: 65_536 } }, /port must be from 1 to 65535/],
  ])("is refused where it cannot be: %j", async (wish, words) => {
    const { proxy } = await stand();
    expect(() => proxy.addToxic(body({ type: "misroute", ...wish }))).toThrow(words);
    expect(proxy.toxics).toEqual([]);
  });

  it("leaves no connection behind", async () => {
    const { right, wrong, proxy, ask, add } = await stand();
    add();
    await ask("one");
    proxy.removeToxic("m");
    await ask("two");
    add(1, "again");
    await ask("three");
    const connections = (of: typeof right): Promise<number> =>
      new Promise((resolve) => void of.server.getConnections((_, count) => resolve(count)));
    await proxy.stop();
    await until(() => proxy.connectionCount() === 0);
    await expect.poll(async () => [await connections(right), await connections(wrong)]).toEqual([0, 0]);
  });
});
