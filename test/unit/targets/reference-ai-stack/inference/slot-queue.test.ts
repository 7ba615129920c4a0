import { expect, it } from "vitest";
import {
  createSlotQueue,
  QueueFull,
  type Slot,
} from "../../../../../targets/reference-ai-stack/inference/slot-queue.ts";

const forever = new AbortController().signal;

it("runs as many as there are slots and lets the others wait in order of arrival", async () => {
  const queue = createSlotQueue(2, 10);
  const first = await queue.acquire(forever);
  await queue.acquire(forever);
  const order: string[] = [];
  const third = queue.acquire(forever).then((slot) => note("third", slot));
  const fourth = queue.acquire(forever).then((slot) => note("fourth", slot));
  function note(name: string, slot: Slot): Slot {
    order.push(name);
    return slot;
  }
  expect([queue.running(), queue.waiting()]).toEqual([2, 2]);
  first.release();
  (await third).release();
  await fourth;
  expect(order).toEqual(["third", "fourth"]);
  expect([queue.running(), queue.waiting()]).toEqual([2, 0]);
});

it("sends a request away at once when the queue is full", async () => {
  const queue = createSlotQueue(1, 1);
  await queue.acquire(forever);
  void queue.acquire(forever);
  await expect(queue.acquire(forever)).rejects.toBeInstanceOf(QueueFull);
  expect(queue.waiting()).toBe(1);
});

it("forgets a waiter that went away, and its slot goes to the next", async () => {
  const queue = createSlotQueue(1, 5);
  const held = await queue.acquire(forever);
  const leaving = new AbortController();
  const left = queue.acquire(leaving.signal);
  const next = queue.acquire(forever);
  leaving.abort(new Error("client left"));
  await expect(left).rejects.toThrow("client left");
  held.release();
  await next;
  expect([queue.running(), queue.waiting()]).toEqual([1, 0]);
});

it("gives a slot back once, however often it is released", async () => {
  const queue = createSlotQueue(1, 5);
  const slot = await queue.acquire(forever);
  slot.release();
  slot.release();
  expect(queue.running()).toBe(0);
  await queue.acquire(forever);
  expect(queue.running()).toBe(1);
});

it("knows when a slot comes free by how long users held theirs, whatever probes were asked meanwhile", async () => {
  const queue = createSlotQueue(1, 5);
  (await queue.acquire(forever, true)).release();
  expect(queue.nextFreeMs()).toBeUndefined();
  (await queue.acquire(forever)).release();
  const known = queue.nextFreeMs();
  const probe = await queue.acquire(forever, true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  probe.release();
  expect(known).toBeDefined();
  expect(queue.nextFreeMs()).toBe(known);
});
