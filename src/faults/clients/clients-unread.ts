// clients.unread: streams of ours at one replica that are opened and never read. What they hold there stays held: a
// slot each, in a server that waits for its reader without an end.

import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { ClientView } from "../../core/controls.ts";
import type { Ms } from "../../core/units.ts";
import { fault } from "../fault.ts";
import { askedIn, askedShape, boundWords, clientSaw, endClient, isBounded } from "../parts/own-client.ts";

/** Bytes that only wait for a processor are gone by then, ms. */
const heldForMs: Ms = 1_000;

export const clientsUnread = fault({
  name: "clients.unread",
  about: "Opens streams at one replica, straight and off users' way, and never reads them.",
  acts: "replica",
  wayBack: "ends the client, and its streams with it",
  needs: ["clients"],
  params: z
    .strictObject({
      ...askedShape,
      streams: z.int().min(1).max(64).describe("Streams that are opened at once: 1 to 64."),
    })
    .refine(isBounded, boundWords),
  example: { path: "/v1/chat/completions", body: { messages: [], stream: true }, streams: 2 },

  async prepare(_params, { controls: { clients } }): Promise<{ readonly client: string }> {
    // It asks nobody before it is told to.
    return { client: await clients.start() };
  },

  async apply(params, { client }, { controls: { clients }, harmBegins }, signal) {
    signal.throwIfAborted();
    harmBegins?.();
    await clients.begin(client, { ...askedIn(params), does: { unread: params.streams } });
  },

  // An answer that fits into the sockets is over for the replica, whether it is read or not: it holds nothing there.
  async observe({ params: { streams }, undo: { client } }, { controls: { clients } }, signal) {
    const expected = `${streams} streams answered, and held for ${heldForMs} ms by a replica that cannot send on`;
    const isHeld = ({ held = 0 }: ClientView): boolean => held >= streams;
    const first = await clientSaw(clients, { client, expected, isEnough: isHeld }, signal);
    if (!first.confirmed) return first;
    await delay(heldForMs, undefined, { signal });
    return clientSaw(clients, { client, expected, isEnough: isHeld, withinMs: 0 }, signal);
  },

  revert: ({ client }, { controls: { clients } }) => endClient(client, clients),
});
