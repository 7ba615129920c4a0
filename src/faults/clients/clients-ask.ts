// clients.ask: a client of ours that asks one replica what it is told to, at a steady rate, and reads each answer. For
// harm that comes from what is asked: memory that grows with requests, prompts that take long to read.

import { z } from "zod";
import type { ClientView } from "../../core/controls.ts";
import { fault } from "../fault.ts";
import { askedIn, askedShape, boundWords, clientSaw, endClient, isBounded } from "../parts/own-client.ts";

export const clientsAsk = fault({
  name: "clients.ask",
  about: "Sends requests of its own to one replica, straight and off users' way, at a steady rate.",
  acts: "replica",
  wayBack: "ends the client, and its requests with it",
  needs: ["clients"],
  params: z
    .strictObject({
      ...askedShape,
      per_second: z.number().min(0.1).max(50).describe("Requests a second: 0.1 to 50, at most 64 of them under way."),
      at_once: z
        .int()
        .min(1)
        .max(64)
        .optional()
        .describe(
          "Streams that must be answered and open at once, or nothing is proved: 1 to 64; one answer when absent.",
        ),
      most: z.int().min(1).max(10_000).optional().describe("Requests in all: 1 to 10000; without an end when absent."),
    })
    .refine(isBounded, boundWords),
  example: { path: "/search", body: { vectors: [[0, 0, 0, 0, 0, 0, 0, 0]] }, per_second: 20 },
  // Requests that a service answers as it should are work, however long it takes.
  mayBeBenign: true,

  async prepare(_params, { controls: { clients } }): Promise<{ readonly client: string }> {
    // It asks nobody before it is told to.
    return { client: await clients.start() };
  },

  async apply(params, { client }, { controls: { clients }, harmBegins }, signal) {
    const { per_second: askedPerSecond, most } = params;
    const does = { askedPerSecond, ...(most !== undefined && { most }) };
    signal.throwIfAborted();
    harmBegins?.();
    await clients.begin(client, { ...askedIn(params), does });
  },

  observe({ params: { at_once: atOnce }, undo: { client } }, { controls: { clients } }, signal) {
    const expected = atOnce === undefined ? "a request answered" : `${atOnce} streams answered and open at once`;
    const isEnough = ({ answered, open }: ClientView): boolean =>
      atOnce === undefined ? answered > 0 : open >= atOnce;
    return clientSaw(clients, { client, expected, isEnough }, signal);
  },

  revert: ({ client }, { controls: { clients } }) => endClient(client, clients),
});
