// The shape of what target.yaml says of who tells of its incidents: our own feed by its URL, nobody, or a source in
// words of its own.

import { z } from "zod";
import { loopbackHost } from "../core/addresses.ts";
import { containerEvents } from "../core/container-events.ts";
import { duration, kebab, words } from "../language/schema-parts.ts";
import { claimTypes } from "../records/claim.ts";
import { headers, url, variableWords } from "./schema-pieces.ts";

const pointerWords = "a JSON pointer such as /alert/labels/job";
const pointer = (description: string) =>
  z
    .string(pointerWords)
    .regex(/^(?:\/[^/]*)+$/, pointerWords)
    .describe(description);

const type = z.enum(claimTypes, `what a healer may say: ${claimTypes.join(", ")}`);

const meaning = {
  service: words("The service that it is about.").exactOptional(),
  replica: words("The replica that it is about; its service follows.").exactOptional(),
  class: words("What it is taken for.").exactOptional(),
};

const common = {
  resolution: duration(
    "What is heard may have been known earlier by this: t2 reaches back so far. 0 when absent.",
  ).exactOptional(),
  names: z
    .record(z.string(), kebab("A replica of this target."))
    .exactOptional()
    .describe(`Replicas by what the source calls them, such as { "${loopbackHost}:{port:web-1}": web-1 }.`),
};

const alertsSource = <Kind extends "alertmanager" | "prometheus">(kind: Kind, about: string) =>
  z
    .strictObject({
      kind: z.literal(kind),
      url: url("Where it is, without the path of its API."),
      headers: headers.exactOptional().describe("Sent with each question; `{env:NAME}` stands for a key."),
      every: duration("Time between two questions; t2 is no sharper. 1s when absent.").exactOptional(),
      match: z
        .record(z.string(), z.string("a text"))
        .exactOptional()
        .describe("Only alerts with these labels, such as { severity: page }; absent: all."),
      labels: z
        .strictObject(meaning)
        .exactOptional()
        .describe("Names of the labels that say where and what, such as { replica: instance, class: alertname }."),
      alerts: z
        .record(z.string(), z.strictObject(meaning))
        .exactOptional()
        .describe("What alerts of these names are about, before any label."),
      ...common,
    })
    .describe(about);

const logSource = z
  .strictObject({
    kind: z.literal("log"),
    file: words(
      "A file that grows; {workDir} is filled in. {workDir}/stack.log, what the stack writes, when absent.",
    ).exactOptional(),
    lines: z
      .array(
        z.strictObject({
          matches: words(
            "A regular expression; its groups incident, service, replica, class, pathway and outcome say what they hold.",
          ),
          type: type.describe("What such a line says."),
          ...meaning,
          pathway: words("The pathway that it is about.").exactOptional(),
          outcome: words("How it went: done or failed, healed or not-healed.").exactOptional(),
        }),
      )
      .min(1)
      .max(100)
      .describe("What is looked for; of a line the first that fits counts."),
    ...common,
  })
  .describe("Lines of a file.");

const tokenWords = "a key from the environment, such as {env:HOOK_TOKEN}";

const webhookSource = z
  .strictObject({
    kind: z.literal("webhook"),
    port: z
      .int("a port")
      .min(1024)
      .max(65_535)
      .describe(`Rebound listens there on ${loopbackHost} as long as a trial lasts.`),
    token: z
      .string(tokenWords)
      .regex(/^\{env:[A-Za-z_][A-Za-z0-9_]*\}$/, `${tokenWords}; ${variableWords}`)
      .meta({ description: "The bearer token that calls must bring.", writeOnly: true }),
    each: pointer("A list, each of whose items says something; absent: a call says one thing.").exactOptional(),
    fields: z
      .strictObject({
        type: pointer("What is said, a word of `types`."),
        incident: pointer("The incident's id.").exactOptional(),
        service: pointer("The service.").exactOptional(),
        replica: pointer("The replica.").exactOptional(),
        class: pointer("What it is taken for.").exactOptional(),
        pathway: pointer("The pathway.").exactOptional(),
        outcome: pointer("How it went.").exactOptional(),
      })
      .describe("Where things stand in a call, or in an item of `each`."),
    types: z.record(z.string(), type).describe("What its words mean, such as { firing: detected, resolved: closed }."),
    ...common,
  })
  .describe("Calls to a receiver of ours.");

const eventsSource = z
  .strictObject({
    kind: z.literal("events"),
    told: z
      .array(
        z.strictObject({
          event: z
            .enum(containerEvents, `an event of a container: ${containerEvents.join(", ")}`)
            .describe("The engine's word."),
          type: type.describe("What it says."),
          service: words("Only of containers of this service; of all when absent.").exactOptional(),
          class: words("What it is taken for.").exactOptional(),
          pathway: words("The pathway that it is about; actions have one.").exactOptional(),
          outcome: words("How it went: done or failed, healed or not-healed.").exactOptional(),
        }),
      )
      .min(1)
      .max(100)
      .describe("What events mean; each that fits says something, in this order."),
    resolution: duration(
      "The engine may tell of it so much later: t2 reaches back so far. 100ms when absent.",
    ).exactOptional(),
  })
  .describe("What the engine tells of the stack's containers; on the platform docker.");

const feedWords =
  "a URL on this machine, or none, or a map that begins with kind: alertmanager, prometheus, log, webhook or events";

/** Who tells of incidents. */
export const feed = z
  .union(
    [
      url("The incident feed (CloudEvents 1.0 over server-sent events)."),
      z.literal("none").describe("Nobody: MTTD is not observed, and actions are told by what is seen."),
      z.discriminatedUnion("kind", [
        alertsSource("alertmanager", "Alerts of an Alertmanager, by its API v2."),
        alertsSource("prometheus", "Firing alerts of a Prometheus, by its API v1."),
        logSource,
        webhookSource,
        eventsSource,
      ]),
    ],
    feedWords,
  )
  .describe("Who tells of the stack's incidents: our feed by its URL, none, or a source in words of its own.");

export type WrittenFeed = z.infer<typeof feed>;
/** A source in words of its own. */
export type WrittenSource = Exclude<WrittenFeed, string>;
