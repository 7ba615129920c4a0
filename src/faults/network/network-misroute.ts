// network.misroute: a share of an edge's connections leads to the wrong replica, by a toxic on its proxy. Each keeps to
// its wrong way. Proved by a request of ours that came out there, and by the proxy's own count.

import { z } from "zod";
import { HarnessError, type Problem } from "../../core/errors.ts";
import { siteName, type EdgeControl, type Place, type RouteControl, type StrikeControl } from "../../core/controls.ts";
import { nearest } from "../../core/nearest.ts";
import type { Ms } from "../../core/units.ts";
import type { SiteRef } from "../../records/site.ts";
import { fault } from "../fault.ts";
import { chooseToxic, refuseTaken, takeToxicOff } from "../parts/edge-toxic.ts";
import { durationWithin, need } from "../parts/params.ts";
import { seenWithin } from "../parts/seen-within.ts";

const kind = "network.misroute";
/** A small share of the connections needs many of ours until one is struck. */
const strayedWithinMs: Ms = 8_000;
/** Documents that were not acknowledged again by then are counted as such; less than a way back may take. */
const offeredWithinMs: Ms = 20_000;

const shareWords = "a share of connections, above 0 and at most 1";

export const networkMisroute = fault({
  name: kind,
  about: "Leads a share of one edge's connections to the wrong replica; each keeps to its way.",
  acts: "edge",
  wayBack: "takes its toxic off the edge, and offers our documents again that a sibling may have taken alone meanwhile",
  needs: ["edge", "strikes", "routes"],
  wants: ["documents"],
  params: z
    .strictObject({
      to: z
        .string("the name of a replica")
        .min(1)
        .optional()
        .describe("The replica where they come out; when absent the seed chooses one of another service."),
      lasts: durationWithin("1s", "10m")
        .optional()
        .describe("It passes by itself after so long, 1s to 10m; it lasts as long as the fault is there when absent."),
      sibling: z
        .boolean()
        .optional()
        .describe(
          "When true the seed chooses one of the same service, which does what it is asked; writes go by the right one.",
        ),
      share: z
        .number(shareWords)
        .gt(0, shareWords)
        .max(1, shareWords)
        .default(1)
        .describe("The share of connections that it strikes, above 0 and at most 1; 1 when absent."),
    })
    .refine(({ to, sibling }) => to === undefined || sibling !== true, {
      path: ["sibling"],
      message: "only where `to` names none",
    }),
  example: { share: 0.5 },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },

  async prepare({ to, sibling }, site) {
    const places = site.controls.routes.places();
    const choose = sibling === true ? siblingOf : chosen;
    const place = to === undefined ? choose(places, site) : named(to, places, site);
    const { toxic, present } = await chooseToxic(site.controls.edge, `misroute-${site.seed}`);
    // However it was chosen: who is asked the same does the same, and acknowledges it.
    const isSibling = place.service === site.service;
    const noting = isSibling ? site.controls.documents?.noting : undefined;
    const again = noting && { way: noting.wayBack(), file: `${site.undoDir}/misrouted-documents` };
    return { toxic, present, to: place.replica, port: place.port, ...(again && { again }) };
  },

  async apply({ share, lasts }, { toxic, to, port, again }, site, signal) {
    const { edge, routes } = site.controls;
    await refuseTaken(edge, toxic);
    const [right, wrong] = [await routes.straight(site.replica, signal), await routes.straight(to, signal)];
    signal.throwIfAborted();
    const until = lasts === undefined ? 0 : Math.round(Date.now() + lasts);
    if (again !== undefined) await site.controls.documents?.noting?.begin(again.file, until || Infinity);
    site.harmBegins?.();
    const attributes = { port, until };
    await edge.addToxic({ name: toxic, type: "misroute", stream: "upstream", toxicity: share, attributes });
    return { right, wrong };
  },

  async observe({ undo: { toxic, to }, before }, { controls }, signal) {
    const { strayed, asWrong } = await strays(toxic, { ...controls, ...before }, signal);
    const tells = before.right !== before.wrong;
    return {
      confirmed: strayed > 0 && (asWrong || !tells),
      expected: tells
        ? `a request through the edge that is answered as ${to} does (${before.wrong}), and not ${before.right}`
        : `a request through the edge that goes to ${to}, which answers it as the right one does (${before.wrong})`,
      seen: `${strayed} led astray by the proxy's count${asWrong ? "; one of ours was answered so" : ""}`,
    };
  },

  async revert({ toxic, again }, site, signal) {
    const back = await takeToxicOff(toxic, need(site, kind, "edge"));
    if (again === undefined || !back.confirmed) return back;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(offeredWithinMs)]);
    const documents = need(site, kind, "documents");
    const { offered, acknowledged, refusal } = await documents.offerAgain(again.way, again.file, limit);
    const came = `of ${offered} documents of ours that were offered again ${acknowledged} were acknowledged`;
    return {
      confirmed: back.confirmed && acknowledged === offered,
      expected: `${back.expected}, and each document that was offered again acknowledged`,
      seen: `${back.seen}; ${came}${refusal === undefined ? "" : `, the last refusal: ${refusal}`}`,
    };
  },
});

/** Of the services that the caller calls, where it calls others; else of any other. */
function chosen(places: readonly Place[], site: SiteRef & { readonly seed: number }): Place {
  const others = places.filter(({ service }) => service !== site.service && service !== site.edgeFrom);
  const called = others.filter(({ calledBy }) => calledBy.includes(site.edgeFrom ?? ""));
  const pools = [called, others, places.filter(({ service }) => service !== site.service)];
  const pool = pools.find(({ length }) => length > 0) ?? [];
  const place = pool[site.seed % Math.max(1, pool.length)];
  if (place !== undefined) return place;
  const words = `${kind}: the target has no other service than ${site.service}`;
  throw new HarnessError("bad-input", words, { hint: "name a sibling replica with `to`" });
}

/** Of the same service. */
function siblingOf(places: readonly Place[], site: SiteRef & { readonly seed: number }): Place {
  const siblings = places.filter(({ service, replica }) => service === site.service && replica !== site.replica);
  const place = siblings[site.seed % Math.max(1, siblings.length)];
  if (place !== undefined) return place;
  const words = `${kind}: ${site.replica} is the only replica of ${site.service}`;
  throw new HarnessError("bad-input", words, { hint: "without `sibling` another service's replica is chosen" });
}

function named(to: string, places: readonly Place[], site: SiteRef): Place {
  const others = places.filter(({ replica }) => replica !== site.replica);
  const place = others.find(({ replica }) => replica === to);
  if (place !== undefined) return place;
  const names = others.map(({ replica }) => replica);
  const near = nearest(to, names);
  const found = to === site.replica ? `to: ${to}, where the edge leads anyway` : `unknown replica "${to}"`;
  const problem: Problem = {
    found,
    expected: `another replica than ${site.replica}: ${names.join(", ") || "the target has none"}`,
    ...(near !== undefined && to !== site.replica && { suggestion: `did you mean "${near}"?` }),
  };
  throw new HarnessError("bad-input", `${kind} at ${siteName(site)}: ${found}, expected ${problem.expected}`, {
    problems: [problem],
  });
}

interface Looking {
  readonly edge: EdgeControl;
  readonly strikes: StrikeControl;
  readonly routes: RouteControl;
  readonly right: string;
  readonly wrong: string;
}

/** Asks through the edge, each time over a new connection, until one came out wrong or the toxic is gone. */
async function strays(
  toxic: string,
  { edge, strikes, routes, right, wrong }: Looking,
  signal: AbortSignal,
): Promise<{ readonly strayed: number; readonly asWrong: boolean }> {
  let strayed = 0;
  let asWrong = false;
  await seenWithin(strayedWithinMs, signal, async () => {
    const isThere = (await edge.toxicNames())?.includes(toxic) === true;
    if (!isThere) {
      [strayed, asWrong] = [0, false];
      return true;
    }
    const answer = await routes.through(signal).catch(() => undefined);
    signal.throwIfAborted();
    asWrong ||= answer === wrong && answer !== right;
    strayed = await strikes.struck(toxic);
    return strayed > 0 && (asWrong || right === wrong);
  });
  return { strayed, asWrong };
}
