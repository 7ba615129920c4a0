// The shape of an intent file: the one source of its types, its validation and its JSON Schema (`intent.schema.json`).

import { armNames, armOf } from "../core/arms.ts";
import { z } from "zod";
import { userProbeMeanings } from "../core/user-probes.ts";
import { duration, kebab, words } from "../language/schema-parts.ts";
import { operatorSchema } from "./operator-schema.ts";
import { levelSchema } from "./level-schema.ts";
import { limitsSchema } from "./limits-schema.ts";
import { loadSchema } from "./load-schema.ts";
import { rootSchema } from "./root-schema.ts";
import { trialsSchema } from "./trials-schema.ts";
import { weaknessesSchema } from "./weakness-schema.ts";

const expressionWords = 'an expression in quotes or plain, such as "users.error_share <= 0.1"';

const conditions = (description: string) =>
  z.record(kebab("Name of the condition"), z.string(expressionWords)).describe(description);

const userNames = Object.entries(userProbeMeanings)
  .map(([name, meaning]) => `${name}: ${meaning}`)
  .join("; ");

/** A name of a stream, as target.yaml has it; whether there is one is a rule of its own. */
const streamName = z.string("the name of a stream of the target");
const badAfterWords = "a whole number of windows from 1 to 10, or { windows, of }";

const steadySchema = z
  .strictObject({
    window: duration("Length of the windows in which the conditions are judged, e.g. 500ms."),
    bad_after: z
      .union([
        z.int(badAfterWords).min(1, badAfterWords).max(10, badAfterWords).describe("This many bad windows in a row."),
        z
          .strictObject({
            windows: z.int("a whole number of windows").min(1).max(10).describe("This many bad windows …"),
            of: z
              .int("a whole number of windows")
              .min(1)
              .max(20)
              .describe("… among this many in a row make an impact."),
          })
          .describe("A number of bad windows among a number of windows in a row."),
      ])
      .optional()
      .describe("Bad windows that make an impact: in a row (2 when absent), or `{ windows: 2, of: 3 }`."),
    where: conditions(
      "Conditions that hold in every window of the steady state, by name. Names in expressions: the probes of the target, " +
        `what users saw (${userNames}), and baseline.<any of these>.`,
    ),
    back: conditions(
      "Hysteresis: by names of `where`, the exit condition of a breach, which must hold instead. Write it stricter " +
        "than the entry condition. All exit conditions are stricter anyway: they must hold for `recovered.hold`.",
    ).optional(),
    probe_every: z
      .record(z.string(), duration("Time between two samples, from 10ms to the target's own."))
      .optional()
      .describe("Probes of the target that sample more often than the target says, e.g. { recall.vector: 100ms }."),
  })
  .describe("What is normal, as seen by our own probes.");

const countWords = "a whole number of replicas from 1 to 100, or all";
const shareWords = "a share of the replicas above 0 and below 1, such as 0.5";

const amount = {
  count: z
    .union([
      z.int(countWords).min(1, countWords).max(100, countWords).describe("Fewer than the service has."),
      z.literal("all", countWords).describe("Every replica of the service."),
    ])
    .optional()
    .describe(
      "How many are disturbed: fewer than there are, or `all`, with `limits: { max_share: 1 }`. Either this or share.",
    ),
  share: z
    .number(shareWords)
    .gt(0, shareWords)
    .lt(1, shareWords)
    .optional()
    .describe("Share of the service's replicas that is disturbed, rounded down, at least one. Either this or count."),
};

const selectorSchema = z
  .union([
    z.strictObject({ replica_of: kebab("Service of which replicas are picked by the seed."), ...amount }),
    z.strictObject({
      edge: z
        .strictObject({
          from: kebab("Service (or replica) that calls."),
          to: kebab("Service of which replicas are picked by the seed."),
          via: kebab("Another way from there to here than the usual one, by its name in target.yaml.").optional(),
        })
        .describe("The network edge between two services, at the chosen replicas of `to`."),
      ...amount,
    }),
  ])
  .describe("Where the fault acts: by role and count (or share), never by address.");

const timing = {
  at: duration("Applied this long after the injection begins, e.g. 5s; at once when absent.").optional(),
  for: duration(
    "Taken back this long after it took effect, while the trial goes on; at the end when absent.",
  ).optional(),
  when: z
    .union([
      z.string(`${expressionWords}, or { claim: detected }`).describe("A condition over the names of `steady.where`."),
      z
        .strictObject({
          claim: z.string("a claim of the contract, such as detected").describe("The type of a claim of the healer."),
        })
        .describe("A claim of the healer."),
    ])
    .optional()
    .describe(
      "Applied as soon as this is true, looked at from the injection on. A trial in which it never is, is invalid.",
    ),
  during: z
    .literal("recovery", "recovery, or no such key")
    .optional()
    .describe(
      "recovery: applied once the healer acts, i.e. at its first claim action.started or its first side effect on a disturbed " +
        "site that the inventory shows, whichever is first.",
    ),
};

/** A disturbance by the name of its fault; what `with` may hold depends on that (see json-schema.ts). */
export const faultItemSchema = z.strictObject({
  fault: words("Name of the fault, e.g. network.latency; `rebound list faults` lists them. `nothing` does nothing."),
  on: selectorSchema.optional(),
  felt_by: kebab("Another service, in which it shows: a repair there counts as one at the site.").optional(),
  with: z.record(z.string(), z.unknown()).optional().describe("Parameters of the fault; each fault has its own."),
  level: levelSchema,
  ...timing,
});

const disturbanceSchema = z.union([
  faultItemSchema,
  z.strictObject({
    load: z
      .strictObject({
        times: z
          .number("a factor above 0 and at most 5, such as 1.5")
          .gt(0)
          .max(5)
          .describe("The request rate is multiplied by this while the disturbance lasts."),
        stream: streamName.optional().describe("Whose requests; those of the target's first stream when absent."),
        felt_by: kebab("The service that has no room for it: a fault there, and else a benign change.").optional(),
      })
      .describe("Short for the fault load.change with these parameters."),
    ...timing,
  }),
]);

const expectSchema = z
  .strictObject({
    detected: z
      .strictObject({
        within: duration(
          "The healer's first incident event that names the true site comes at most this long after injection.",
        ),
        as: z
          .array(kebab("A class of the target."))
          .min(1)
          .max(20)
          .optional()
          .describe("Classes that are right for this fault; to be left out where the target has no classes."),
        root: rootSchema.optional(),
      })
      .optional()
      .describe("The healer must notice it, in time and by its right class."),
    recovered: z
      .strictObject({
        within: duration(
          "The steady state is back at most this long after injection; also the longest that is watched (τ).",
        ),
        by: kebab("The pathway of the target that must have done it."),
        hold: duration(
          "The steady state must hold this long to count. When absent: the greatest of 3 s, 10 periods of the slowest probe " +
            "used, and 3 windows.",
        ).optional(),
        stays: duration(
          "The trial goes on at least this long after the recovery, to see a relapse. When absent: until the recovery has held and " +
            "the healer has declared it.",
        ).optional(),
      })
      .optional()
      .describe("The steady state must come back, in time and by the right pathway."),
    again: z
      .strictObject({
        detected: duration("At the latest this long after the injection.").optional(),
        recovered: duration("At the latest this long after the injection.").optional(),
      })
      .optional()
      .describe(
        "Of the arm learned, in place of `detected.within` and `recovered.within`: how soon it must be the second time.",
      ),
    hold_fire: z
      .literal(true, "true, or no such key")
      .optional()
      .describe("The healer must not act at all (for controls)."),
    budget: z
      .strictObject({
        slo: z.number("a share such as 0.95").gt(0).lt(1).describe("Share of requests that must be good."),
        max_burn: z
          .number("a number such as 12")
          .gt(0)
          .max(1000)
          .describe("Bad requests while disturbed, divided by (1 − slo) × requests expected, stay at or below this."),
        stream: streamName.optional().describe("The stream whose requests count; the target's first when absent."),
      })
      .optional()
      .describe("The most that users may feel of it."),
    never: conditions("Conditions that must not be true in any window after injection, by name.").optional(),
  })
  .describe("What would prove the belief wrong when it does not come out.");

/** One intent file. */
export const intentSchema = z
  .strictObject({
    version: z.literal(1, "1, the version of this format").describe("Version of this format."),
    title: words("A short title for tables and reports."),
    belief: words("What is believed about recovery, in one or two sentences that could turn out false."),
    target: kebab("Name of the target: a folder under targets/."),
    tags: z.array(kebab("A tag.")).max(20).optional().describe("A suite is all intents with its tag, e.g. smoke."),
    settings: z
      .record(kebab("A setting of the target."), kebab("One of its values."))
      .optional()
      .describe(
        "How the target starts, such as `{ policy: careful }`: settings of its target.yaml; else their defaults.",
      ),
    seed: z
      .int("a whole number")
      .min(0)
      .max(4_294_967_295)
      .optional()
      .describe("Seeds every choice left open (sites, waits, order); 1 when absent."),
    trials: trialsSchema.optional(),
    arms: z
      .array(z.enum(armNames))
      .min(1)
      .max(armNames.length)
      .describe(`${armNames.map((arm) => `${arm}: ${armOf(arm).about}`).join(" · ")}.`),
    ablate: z
      .array(kebab("A pathway of the target."))
      .min(1)
      .max(20)
      .optional()
      .describe("Pathways whose action is a no-op in the arm ablation; `expect.recovered.by` when absent."),
    load: loadSchema,
    steady: steadySchema,
    disturb: z
      .array(disturbanceSchema)
      .min(1)
      .max(10)
      .describe("What is done to the target: at the injection, or as the keys at, when, during and for say."),
    expect: expectSchema,
    operator: operatorSchema.optional(),
    limits: limitsSchema.optional(),
    abort_if: conditions(
      "Conditions that end the trial while a fault is in place: when one is true, the faults are taken back at once.",
    ).optional(),
    known_weaknesses: weaknessesSchema.optional(),
    watch: duration("How long after injection a trial is watched that has no `recovered` to wait for.").optional(),
  })
  .describe("An intent: what is believed about the recovery of a target, and what would prove it wrong.");

/** An intent file as written, before anything is derived. */
export type IntentFile = z.infer<typeof intentSchema>;
