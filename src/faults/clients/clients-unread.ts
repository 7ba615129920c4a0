// clients.unread: streams of ours at one replica that are opened and never read. What they hold there stays held: a
// slot each, in a server that waits for its reader without an end.

import { z } from "zod";
import { fault } from "../fault.ts";
import { askedIn, askedShape, boundWords, clientSaw, endClient, isBounded } from "../parts/own-client.ts";

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
  example: { path: "/search", body: { vectors: [[0, 0, 0, 0, 0, 0, 0, 0]] }, streams: 2 },

  async prepare(_params, { controls: { clients } }): Promise<{ readonly client: string }> {
    // It asks nobody before it is told to.
    return { client: await clients.start() };
  },

  async apply(params, { client }, { controls: { clients }, harmBegins }, signal) {
    signal.throwIfAborted();
    harmBegins?.();
    await clients.begin(client, { ...askedIn(params), does: { unread: params.streams } });
  },

  observe({ params: { streams }, undo: { client } }, { controls: { clients } }, signal) {
    const expected = `${streams} streams answered`;
    return clientSaw(clients, { client, expected, isEnough: ({ answered }) => answered >= streams }, signal);
  },

  revert: ({ client }, { controls: { clients } }) => endClient(client, clients),
});
