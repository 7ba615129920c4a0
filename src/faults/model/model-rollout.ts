// model.rollout: gives a share of the requests to another version of the model, as a team would, or promotes it to all
// of them; proved by the versions that answers name, and by the share that the registry gives it.

import { z } from "zod";
import type { ModelsControl } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Json } from "../../core/units.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import { fault } from "../fault.ts";
import { isSameJson, strangersIn } from "../parts/served-json.ts";

const shareWords = "a share above 0 and at most 1, such as 0.25";

/**
 * Answers of the version that are waited for. One, since a loop that watches answers sees ours too, and would find a
 * bad version by them; or takes it back before the second comes.
 */
const enoughAnswers = 1;
/**
 * A version with its share has answered within this many requests over its share, but for one time in 2,000: 1/e^7.6.
 */
const requestsPerShare = 7.6;

interface Undo extends Record<string, Json> {
  /** All that was served before, and the version that was being rolled out. */
  readonly serving: Json;
  readonly candidate: string | null;
  /** What is rolled out. */
  readonly version: string;
  /** It was rolled out already, with another replica of the service: there is nothing to do here, and to undo. */
  readonly already: boolean;
  /** What ran as the replica. */
  readonly instance: string | null;
}

interface Params {
  readonly version: string;
  readonly share: number;
  readonly promoted?: true | undefined;
}

export const modelRollout = fault({
  name: "model.rollout",
  about: "Rolls a version of the model out to a share of the requests, or to all, by the registry's own API.",
  acts: "replica",
  wayBack:
    "has exactly those versions served that were served before, unless somebody has rolled out another meanwhile",
  needs: ["models"],
  wants: ["process"],
  mayBeBenign: true,
  sharesRequests: true,
  params: z.strictObject({
    version: z
      .string("the name of a version")
      .min(1)
      .max(200)
      .describe("Version to roll out, as the target's registry names it."),
    share: z.number(shareWords).gt(0).max(1).describe("Share of the requests that it answers: above 0, at most 1."),
    promoted: z
      .literal(true)
      .describe("Written as true, it is promoted then and answers all requests, as after a canary window.")
      .optional(),
  }),
  example: { version: "candidate", share: 0.5 },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },

  async prepare({ version, share, promoted }, { doneAt, controls: { models, process } }): Promise<Undo> {
    if (promoted && models.promote === undefined) {
      throw new HarnessError("bad-input", "this target offers no way to promote a version", {
        hint: 'leave "promoted" out, or add "promote" to "models" in its target.yaml',
      });
    }
    const now = await models.serving(AbortSignal.timeout(lookMs));
    const isOut = now.candidate === version && (now.share === undefined || now.share === share);
    // Where a sibling has had it, the loop may have rolled it back by now: once is enough.
    const already = doneAt !== undefined || (promoted ? await saysPromoted(models, version, now) : isOut);
    const instance = (await process?.find()) ?? null;
    return { serving: now.all, candidate: now.candidate ?? null, version, already, instance };
  },

  async apply({ version, share, promoted }, { serving, already }, site, signal) {
    if (already) return;
    const { models } = site.controls;
    if (!isSameJson((await models.serving(signal)).all, serving)) {
      throw new HarnessError("environment", "other versions are served than when we looked: somebody else rolls out");
    }
    signal.throwIfAborted();
    site.harmBegins?.();
    await models.rollOut(version, share, signal);
    if (promoted) await models.promote?.(version, signal);
  },

  async observe({ params, undo: { already } }, { doneAt, controls: { models } }, signal) {
    if (doneAt !== undefined) {
      const expected = `${params.version} is rolled out once for all replicas`;
      return { confirmed: true, expected, seen: `it was confirmed at ${doneAt}` };
    }
    const registry = await observeRegistry(models, params, signal);
    if (already || !registry.confirmed) return registry;
    const { version } = params;
    const { own, asked } = await countAnswers(models, params, signal);
    const seen = `${registry.seen}; ${own} of ${asked} answers came from it`;
    return { confirmed: own > 0, expected: `${registry.expected}, and answers by ${version} come`, seen };
  },

  async revert(undo, { controls: { models, process } }, signal) {
    const { serving, already, instance } = undo;
    if (already) return { confirmed: true, expected: "nothing is left to do", seen: "taken back with its sibling" };
    const expected = `served is what was served before: ${textOf(serving)}`;
    const gone = { confirmed: true, expected, seen: "the registry ended with its stack" };
    if (models === undefined) return gone;
    const now = await models.serving(signal).catch(async (error: unknown) => {
      // Of a stack that has ended nothing answers any more; where anything of it lives, its registry is only away.
      if (instance === null || (await process?.isAlive(instance)) !== false || !(await models.hasEnded())) throw error;
    });
    if (now === undefined) return gone;
    if (isSameJson(now.all, serving)) return { confirmed: true, expected, seen: "just that" };
    const others = othersIn(now.candidate, now.all, undo);
    if (others.length > 0) {
      const seen = `${textOf(now.all)}: somebody has rolled out ${others.join(", ")} since, which is left as it is`;
      return { confirmed: false, expected, seen };
    }
    await models.restore(serving, signal);
    const back = await models.serving(signal);
    const seen = `${textOf(now.all)} gave way to ${textOf(back.all)}`;
    return { confirmed: isSameJson(back.all, serving), expected, seen };
  },
});

/** A look at the registry before anything is done, ms. */
const lookMs = 5_000;

/** What the registry says of it: rolled out with that share, or promoted. */
async function observeRegistry(
  models: ModelsControl,
  { version, share: asked, promoted }: Params,
  signal: AbortSignal,
): Promise<Evidence> {
  const now = await models.serving(signal);
  if (promoted) {
    const expected = `${version} is promoted, by the registry`;
    return { confirmed: await saysPromoted(models, version, now), expected, seen: `served is ${textOf(now.all)}` };
  }
  const { candidate, share } = now;
  const of = share === undefined ? "" : ` to ${share} of the requests`;
  const expected = `${version} is rolled out${share === undefined ? "" : ` to ${asked} of the requests`}, by the registry`;
  const confirmed = candidate === version && (share === undefined || share === asked);
  return { confirmed, expected, seen: `${candidate ?? "nothing"} is rolled out${candidate === undefined ? "" : of}` };
}

/** No version is being rolled out, and the one asked of is among those served. */
async function saysPromoted(
  models: ModelsControl,
  version: string,
  { candidate, all }: Awaited<ReturnType<ModelsControl["serving"]>>,
): Promise<boolean> {
  if (candidate !== undefined || !JSON.stringify(all).includes(JSON.stringify(version))) return false;
  return (await models.answeredBy(AbortSignal.timeout(lookMs))) === version;
}

/** Asks until the version has answered often enough, or should have. */
async function countAnswers(
  models: ModelsControl,
  { version, share, promoted }: Params,
  signal: AbortSignal,
): Promise<{ readonly own: number; readonly asked: number }> {
  const most = promoted ? enoughAnswers : requestsPerShare / share;
  let own = 0;
  let asked = 0;
  while (own < enoughAnswers && asked < most) {
    asked += 1;
    if ((await models.answeredBy(signal)) === version) own += 1;
  }
  return { own, asked };
}

/**
 * Versions that somebody else has brought in since: they are not ours to take away. None while ours is being rolled
 * out; and where a loop went one version too far back, only versions of before are served.
 */
function othersIn(
  candidate: string | undefined,
  all: Json,
  { serving, version, candidate: before }: Undo,
): readonly string[] {
  if (candidate === version) return [];
  const isOther = candidate !== undefined && candidate !== version && candidate !== before;
  return [...new Set([...(isOther ? [candidate] : []), ...strangersIn(all, serving, version)])];
}

function textOf(value: Json): string {
  return JSON.stringify(value).slice(0, 200);
}
