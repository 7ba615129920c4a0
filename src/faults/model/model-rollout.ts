// model.rollout: gives a share of the requests to another version of the model, as a team would; proved by the
// versions that answers name.

import { z } from "zod";
import type { ModelsControl } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Json } from "../../core/units.ts";
import { fault } from "../fault.ts";

const shareWords = "a share above 0 and at most 1, such as 0.25";

/**
 * Answers of the version that are waited for. Few, since a loop that watches answers sees ours too, and would find a
 * bad version by them.
 */
const enoughAnswers = 2;
/** A version with its share gives two answers within so many tenths of requests but for one time in 2,000. */
const requestsPerShare = 10;
/** Normal quantile of 99.9 %, two-sided: a share that lies further off is another one. */
const quantile = 3.29;

interface Undo extends Record<string, Json> {
  /** All that was served before. */
  readonly serving: Json;
  /** It was rolled out already, with another replica of the service: there is nothing to do here, and to undo. */
  readonly already: boolean;
  /** What ran as the replica. */
  readonly instance: string | null;
}

export const modelRollout = fault({
  name: "model.rollout",
  about: "Rolls a version of the model out to a share of the requests, by the registry's own API.",
  acts: "replica",
  wayBack: "has exactly those versions served that were served before, unless it was rolled back meanwhile",
  needs: ["models"],
  wants: ["process"],
  mayBeBenign: true,
  params: z.strictObject({
    version: z
      .string("the name of a version")
      .min(1)
      .max(200)
      .describe("Version to roll out, as the target's registry names it."),
    share: z.number(shareWords).gt(0).max(1).describe("Share of the requests that it answers: above 0, at most 1."),
  }),
  example: { version: "candidate", share: 0.5 },

  async prepare({ version }, { controls: { models, process } }): Promise<Undo> {
    const { all, candidate } = await models.serving(AbortSignal.timeout(lookMs));
    return { serving: all, already: candidate === version, instance: (await process?.find()) ?? null };
  },

  async apply({ version, share }, { serving, already }, site, signal) {
    if (already) return;
    const { models } = site.controls;
    if (!isSame((await models.serving(signal)).all, serving)) {
      throw new HarnessError("environment", "other versions are served than when we looked: somebody else rolls out");
    }
    signal.throwIfAborted();
    site.harmBegins?.();
    await models.rollOut(version, share, signal);
  },

  async observe({ params: { version, share }, undo: { already } }, { controls: { models } }, signal) {
    if (already) return observeRegistry(models, version, signal);
    const expected = `${version} answers ${share} of the requests, by what answers say`;
    const { own, asked } = await countAnswers(models, { version, share }, signal);
    const seen = `${own} of ${asked} answers came from ${version}`;
    return { confirmed: own > 0 && isNear(own / asked, share, asked), expected, seen };
  },

  async revert({ serving, already, instance }, { controls: { models, process } }, signal) {
    if (already) return { confirmed: true, expected: "nothing is left to do", seen: "taken back with its sibling" };
    const expected = `served is what was served before: ${textOf(serving)}`;
    const gone = { confirmed: true, expected, seen: "the registry ended with its stack" };
    if (models === undefined) return gone;
    const now = await models.serving(signal).catch(async (error: unknown) => {
      // Of a stack that has ended nothing answers any more; where the replica lives, its registry is only away.
      if (instance === null || (await process?.isAlive(instance)) !== false) throw error;
    });
    if (now === undefined) return gone;
    if (isSame(now.all, serving)) return { confirmed: true, expected, seen: "just that" };
    await models.restore(serving, signal);
    const back = await models.serving(signal);
    return {
      confirmed: isSame(back.all, serving),
      expected,
      seen: `${textOf(now.all)} gave way to ${textOf(back.all)}`,
    };
  },
});

/** A look at the registry before anything is done, ms. */
const lookMs = 5_000;

/** Where it was rolled out with a sibling, whose answers were counted. */
async function observeRegistry(models: ModelsControl, version: string, signal: AbortSignal) {
  const { candidate } = await models.serving(signal);
  const seen = candidate === version ? `${version} is rolled out` : `${candidate ?? "nothing"} is rolled out`;
  return { confirmed: candidate === version, expected: `${version} is rolled out, by the registry`, seen };
}

/** Asks until the version has answered often enough, or should have. */
async function countAnswers(
  models: ModelsControl,
  { version, share }: { readonly version: string; readonly share: number },
  signal: AbortSignal,
): Promise<{ readonly own: number; readonly asked: number }> {
  let own = 0;
  let asked = 0;
  while (own < enoughAnswers && asked < requestsPerShare / share) {
    asked += 1;
    if ((await models.answeredBy(signal)) === version) own += 1;
  }
  return { own, asked };
}

/** Does the seen share lie within Wilson's score interval around the asked one? */
function isNear(seen: number, share: number, asked: number): boolean {
  const spread = (quantile * Math.sqrt(share * (1 - share))) / Math.sqrt(asked);
  return Math.abs(seen - share) <= spread + quantile ** 2 / (2 * asked);
}

function isSame(a: Json, b: Json): boolean {
  return sorted(a) === sorted(b);
}

/** JSON with keys in order: a registry may write them in another one each time. */
function sorted(value: Json): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function textOf(value: Json): string {
  return JSON.stringify(value).slice(0, 200);
}
