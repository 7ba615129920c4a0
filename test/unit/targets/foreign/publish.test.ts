// The door by which an operator has a process of a foreign stack started.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { publish } from "../../../../targets/foreign/publish.ts";

const token = "a-token-of-this-test";

async function open(own: string) {
  const done: string[] = [];
  const server = publish(0, own, {
    isReady: async () => true,
    inventory: async () => ({ replicas: [] }),
    words: async () => ({}),
    names: ["app"],
    start: async (name) => {
      done.push(`start ${name}`);
      return { started: true, pid: 1 };
    },
    reload: async (name) => void done.push(`reload ${name}`),
  });
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const ask = async (order: string, authorization?: string): Promise<number> => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await fetch(`http://127.0.0.1:${port}/processes/app/${order}`, { method: "POST", headers })).status;
  };
  return { done, ask };
}

it("does as it is asked by the operator's token, and nothing for anybody else", async () => {
  const { done, ask } = await open(token);
  for (const order of ["start", "reload"]) {
    for (const wrong of [undefined, "Bearer", "Bearer x", `Bearer ${token}x`, `Basic ${token}`, token]) {
      expect(await ask(order, wrong)).toBe(401);
    }
    expect(done).toEqual([]);
    expect(await ask(order, `Bearer ${token}`)).toBe(200);
    expect(done.splice(0)).toEqual([`${order} app`]);
  }
});

it("does nothing for anybody where no token was made", async () => {
  const { done, ask } = await open("");
  for (const authorization of [undefined, "Bearer ", "Bearer x"]) expect(await ask("start", authorization)).toBe(401);
  expect(done).toEqual([]);
});
