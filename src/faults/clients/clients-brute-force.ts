// clients.brute-force: log-ins of ours that are wrong, from one address, each another guess. So many a second for so
// long, and no more; each is counted by how it was answered.

import { z } from "zod";
import type { ClientView } from "../../core/controls.ts";
import type { Ms } from "../../core/units.ts";
import { fault } from "../fault.ts";
import { clientSaw, endClient } from "../parts/own-client.ts";
import { durationWithin } from "../parts/params.ts";

const source = "127.0.0.66";
/** So many guesses looked at prove that the door is open to them; or as many as it makes in so long, ms. */
const enough = { guesses: 10, madeInMs: 5_000 };
const pathWords = "a path, such as /v1/sessions";
const sourceWords = "an address of this machine, such as 127.0.0.66";

export const clientsBruteForce = fault({
  name: "clients.brute-force",
  about: "Tries to log in at one replica, straight and off users' way, from one address, each time with another guess.",
  acts: "replica",
  wayBack: "ends the client, and its requests with it",
  needs: ["clients"],
  params: z
    .strictObject({
      path: z
        .string(pathWords)
        .regex(/^\/[^\s]*$/, pathWords)
        .describe("Where it logs in, by POST."),
      body: z
        .record(z.string(), z.json())
        .describe("What is sent, as JSON; in its texts {n} becomes the number of the guess."),
      per_second: z.number().min(0.5).max(50).describe("Guesses a second: 0.5 to 50."),
      lasts: durationWithin("1s", "2m")
        .optional()
        .describe("It guesses for so long and no longer, 1s to 2m; 1m when absent."),
      from: z
        .string(sourceWords)
        .regex(/^127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/, sourceWords)
        .default(source)
        .describe("The address that it comes from, in 127.0.0.0/8; 127.0.0.66 when absent."),
      declared_in: z
        .string("the name of a header")
        .regex(/^[A-Za-z0-9-]{1,64}$/, "the name of a header")
        .optional()
        .describe("Says so in this header, as a hop before the service would; it comes from the usual address then."),
      refused_with: z
        .int()
        .min(400)
        .max(499)
        .default(401)
        .describe("The status with which a guess is refused that was looked at; 401 when absent."),
    })
    .refine(({ body }) => JSON.stringify(body).includes("{n}"), {
      path: ["body"],
      message: "{n} in one of its texts, so that each guess is another one",
    }),
  example: { path: "/log-in", body: { user: "ann", password: "guess-{n}" }, per_second: 20 },
  // A few of them are a user who mistypes.
  mayBeBenign: true,

  async prepare(_params, { controls: { clients } }): Promise<{ readonly client: string }> {
    // It asks nobody before it is told to.
    return { client: await clients.start() };
  },

  async apply(params, { client }, { controls: { clients }, harmBegins }, signal) {
    const { path, per_second: askedPerSecond, from, declared_in: header } = params;
    const where = header === undefined ? { from } : { headers: { [header]: from } };
    const plan = { path, body: params.body, filler: { words: 1, wordBytes: 1 }, ...where };
    signal.throwIfAborted();
    harmBegins?.();
    await clients.begin(client, { ...plan, does: { askedPerSecond, most: mostOf(params), forMs: lastsOf(params) } });
  },

  observe({ params, undo: { client } }, { controls: { clients } }, signal) {
    const { refused_with: status } = params;
    const least = leastOf(params);
    const expected = `${least} guesses looked at and refused (${status})`;
    const isEnough = ({ statuses }: ClientView): boolean => (statuses[status] ?? 0) >= least;
    return clientSaw(clients, { client, expected, isEnough }, signal);
  },

  revert: ({ client }, { controls: { clients } }) => endClient(client, clients),
});

interface Pace {
  readonly lasts?: Ms | undefined;
  readonly per_second: number;
}

function lastsOf({ lasts = 60_000 }: Pace): Ms {
  return lasts;
}

function mostOf(pace: Pace): number {
  return madeIn(lastsOf(pace), pace);
}

/** Guesses that have to be seen looked at: never more than are made while it is waited for them. */
function leastOf(pace: Pace): number {
  return Math.min(enough.guesses, mostOf(pace), madeIn(enough.madeInMs, pace));
}

function madeIn(ms: Ms, { per_second: perSecond }: Pace): number {
  return Math.max(1, Math.floor((ms / 1000) * perSecond));
}
